package ponder.journal;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import ponder.model.AdapterKey;
import ponder.model.Call;
import ponder.model.Completions;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo;
import ponder.model.Request;
import ponder.model.Scoring;
import ponder.model.Tokenizing;
import ponder.model.Tokens;
import ponder.store.Key;
import ponder.store.RunLog;

/// A model that looks up in a run's journal what was computed before, and records what was not.
///
/// Each sample is looked up by itself, and only the missing ones are asked of the model below; each
/// is committed the moment it ends, before anybody sees it. Only finished samples are kept: never
/// cancelled, expired or failed ones. A replayed sample's text comes to the listener in one piece.
///
/// **Usage** is logical: what the call costs if nothing was journalled. Generated tokens are
/// counted from the samples. Prompt tokens are those of the call that was recorded; for a call that
/// was never made in this form (it was cut off, or asked for other samples), those of its computed
/// part, and if there is none, the prompt's length with nothing cached. A prompt whose length the
/// model does not show then counts 0.
///
/// **Time**: [#replayedNanos] tells how much longer replayed calls once took. A budget's clock that
/// adds it passes as in the first run, as long as calls do not overlap; where they do, it runs
/// ahead.
///
/// A remote model, which promises nothing about equal requests, may give two samples for one key:
/// there the first time, the second time and so on are different entries.
///
/// Thread-safe. Closing it closes neither the model nor the run.
public final class JournaledModel implements LanguageModel {
  private final LanguageModel model;
  private final RunLog run;
  private final SampleKeys keys;
  private final @Nullable Tokenizing tokenizing;
  private final boolean repeatable;
  private final Map<Key, Integer> occurrences = new ConcurrentHashMap<>();
  private final AtomicLong replayedNanos = new AtomicLong();

  public JournaledModel(LanguageModel model, RunLog run) {
    this.model = model;
    this.run = run;
    this.keys = new SampleKeys(model);
    this.tokenizing = model.ability(Tokenizing.class).orElse(null);
    this.repeatable = model.info().determinism() != ModelInfo.Determinism.NONE;
  }

  /// By how many nanoseconds the replayed calls were quicker than when they were computed.
  public long replayedNanos() {
    return replayedNanos.get();
  }

  @Override
  public ModelInfo info() {
    return model.info();
  }

  @Override
  public Completions complete(Request request, Call call) {
    return new JournaledCall(this, request, call).complete();
  }

  @Override
  public <T> Optional<T> ability(Class<T> ability) {
    if (ability == Scoring.class) {
      return model.ability(Scoring.class).map(JournaledScoring::new).map(ability::cast);
    }
    return model.ability(ability);
  }

  @Override
  public void close() {}

  LanguageModel model() {
    return model;
  }

  RunLog run() {
    return run;
  }

  SampleKeys keys() {
    return keys;
  }

  /// The prompt's length; 0 if the model does not show its tokens.
  long promptTokens(Request request) {
    return tokenizing == null ? 0 : tokenizing.tokens(request.prompt()).size();
  }

  /// How often this was asked for before; always 0 where equal requests have equal results.
  int occurrence(Key first) {
    return repeatable ? 0 : occurrences.merge(first, 1, Integer::sum) - 1;
  }

  void addReplayed(double seconds) {
    replayedNanos.addAndGet((long) (seconds * 1e9));
  }

  private final class JournaledScoring implements Scoring {
    private final Scoring scoring;

    private JournaledScoring(Scoring scoring) {
      this.scoring = scoring;
    }

    @Override
    public Score score(
        Tokens prefix, Tokens continuation, @Nullable AdapterKey adapter, Call call) {
      return new JournaledScore(
              JournaledModel.this, keys.score(prefix, continuation, adapter), call)
          .get(() -> scoring.score(prefix, continuation, adapter, call));
    }

    @Override
    public Score next(
        Tokens context,
        Tokens candidates,
        int privateTail,
        @Nullable AdapterKey adapter,
        Call call) {
      return new JournaledScore(JournaledModel.this, keys.next(context, candidates, adapter), call)
          .get(() -> scoring.next(context, candidates, privateTail, adapter, call));
    }
  }
}
