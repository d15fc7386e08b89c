package ponder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import ponder.model.Call;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Scoring;
import ponder.model.Stop;
import ponder.model.Tokens;
import ponder.testkit.ScriptedBackend;

/// What it costs to go on from a text that the engine has just seen: the reason why requests have
/// neither forced tokens nor log-probabilities of the prompt.
class ContinuationTest {
  private static final Tokens PROMPT = Scripted.prompt(1, 100);
  private static final Tokens FORCED = Scripted.prompt(2, 5);

  private static Request request(Tokens prompt, int maxTokens) {
    return Request.of(Prompt.of(prompt))
        .withMaxTokens(maxTokens)
        .withStop(new Stop(List.of(), List.of(), false, true))
        .withSampling(Sampling.of(1));
  }

  @Test
  void forcedTokensCostThemselvesAndTheLastTokenDrawn() {
    try (Scripted scripted = Scripted.open()) {
      Tokens trace = scripted.model().complete(request(PROMPT, 20)).first().tokens();
      Completions next =
          scripted.model().complete(request(PROMPT.concat(trace).concat(FORCED), 10));
      assertThat(next.usage().promptTokens() - next.usage().cachedPromptTokens())
          .isEqualTo(FORCED.size() + 1);
      Metrics metrics = scripted.settled();
      assertThat(metrics.recomputedTokens()).isZero();
      assertThat(metrics.evaluatedTokens()).isEqualTo(100 + 19 + 1 + FORCED.size() + 9);
      scripted.assertSound();
    }
  }

  /// A trace whose end was not wanted, as an end-of-text token or a stop, is cut before it.
  @Test
  void forcedTokensInPlaceOfTheLastOneDrawnCostThemselves() {
    try (Scripted scripted = Scripted.open()) {
      Tokens trace = scripted.model().complete(request(PROMPT, 20)).first().tokens().slice(0, 19);
      Completions next =
          scripted.model().complete(request(PROMPT.concat(trace).concat(FORCED), 10));
      assertThat(next.usage().promptTokens() - next.usage().cachedPromptTokens())
          .isEqualTo(FORCED.size());
      scripted.assertSound();
    }
  }

  @Test
  void tracesForcedSideBySideKeepTheirCaches() throws Exception {
    try (Scripted scripted = Scripted.open();
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Completion> traces =
          scripted.model().complete(request(PROMPT, 40).withN(8)).completions();
      Metrics before = scripted.settled();
      List<Future<Completions>> forced = new ArrayList<>();
      for (Completion trace : traces) {
        Request next = request(PROMPT.concat(trace.tokens()).concat(FORCED), 40);
        forced.add(callers.submit(() -> scripted.model().complete(next)));
      }
      for (Future<Completions> one : forced) {
        one.get();
      }
      Metrics after = scripted.settled();
      assertThat(after.promptTokens() - before.promptTokens()).isEqualTo(8L * (FORCED.size() + 1));
      assertThat(after.recomputedTokens()).isZero();
      scripted.assertSound();
    }
  }

  /// Scored first, then completed: every token of the prompt is computed once, as if the request
  /// had asked for its log-probabilities.
  @Test
  void aPromptsLogprobsCostNothingBesideItsCompletion() {
    for (int from : new int[] {1, 40, 99}) {
      try (Scripted scripted = Scripted.open()) {
        Scoring.Score score =
            scripted
                .model()
                .score(PROMPT.slice(0, from), PROMPT.slice(from, 100), null, Call.plain());
        scripted.model().complete(request(PROMPT, 12).withN(4));
        Metrics metrics = scripted.settled();
        assertThat(score.logprobs()).hasSize(100 - from);
        assertThat(metrics.promptTokens() + metrics.scoredTokens()).isEqualTo(100);
        assertThat(metrics.recomputedTokens()).isZero();
        scripted.assertSound();
      }
    }
  }

  /// With a prefix already cached, only what lies before the first wanted position is saved.
  @Test
  void aPromptsLogprobsReuseWhatLiesBeforeThem() {
    try (Scripted scripted = Scripted.open()) {
      scripted.model().complete(request(PROMPT.slice(0, 60), 1));
      int before = scripted.backend().rows();
      scripted.model().score(PROMPT.slice(0, 50), PROMPT.slice(50, 100), null, Call.plain());
      scripted.model().complete(request(PROMPT, 1));
      assertThat(scripted.backend().rows() - before).isEqualTo(100 - 49);
      scripted.assertSound();
    }
  }

  /// The idle limit takes the oldest texts first, and of a text only its end; what is parked comes
  /// back.
  @Test
  void aCrowdShortensAnIdleTraceByTheExcessOnly() {
    EngineSettings tight = Scripted.CHECKED.with("idleCells", 30).with("parkBytes", 0);
    try (Scripted scripted = Scripted.open(new ScriptedBackend(ScriptedBackend.ROOMY), tight)) {
      Tokens trace = scripted.model().complete(request(PROMPT, 200)).first().tokens();
      scripted.model().complete(request(Scripted.prompt(3, 4), 20).withN(4));
      long evicted = scripted.settled().evictedTokens();
      Completions next = scripted.model().complete(request(PROMPT.concat(trace), 1));
      assertThat(evicted).isPositive();
      assertThat(next.usage().cachedPromptTokens()).isEqualTo(100 + 199 - evicted);
      scripted.assertSound();
    }
    EngineSettings parked = tight.with("parkBytes", 1 << 20);
    try (Scripted scripted = Scripted.open(new ScriptedBackend(ScriptedBackend.ROOMY), parked)) {
      Tokens trace = scripted.model().complete(request(PROMPT, 200)).first().tokens();
      scripted.model().complete(request(Scripted.prompt(3, 4), 20).withN(4));
      assertThat(scripted.settled().parkedTokens()).isEqualTo(299);
      Completions next = scripted.model().complete(request(PROMPT.concat(trace), 1));
      assertThat(next.usage().cachedPromptTokens()).isEqualTo(299);
      scripted.assertSound();
    }
  }
}
