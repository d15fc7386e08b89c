package ponder.eval;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import ponder.core.LabelledProblem;
import ponder.core.Limits;
import ponder.core.Trace;
import ponder.data.DataSet;
import ponder.model.AdapterKey;
import ponder.model.Call;
import ponder.model.Cancellation;
import ponder.model.Completions;
import ponder.model.ContextOverflowException;
import ponder.model.Hidden;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo;
import ponder.model.Request;
import ponder.model.Scoring;
import ponder.model.Tokenizing;
import ponder.model.Tokens;
import ponder.recipe.Solve;
import ponder.recipe.SolveTask;
import ponder.store.Journal;
import ponder.store.JournalException;
import ponder.verify.Aggregation;

/// Goes through an evaluation's problems once more, out of the journal alone: for texts that its
/// folder must not hold. They are in memory and nowhere else; nothing is computed. Thread-safe.
///
/// What a run took from others (`--reuse`) the journal copied into it, so such a run can be gone
/// through too. A prompt that did not fit into the model's context is not in the journal; it is
/// refused again, so that a method which went on after it does so. A server that hides its tokens
/// gives no way to tell, and such a problem counts as lost.
public final class Replay {
  private final List<LabelledProblem> problems;
  private final Solve solve;
  private final SolveTask task;

  /// @param plan the evaluation's
  /// @param data the rows that it took
  /// @param model the one that answered; its tokenizer is used, and nothing is asked of it
  /// @throws IllegalArgumentException if these are not the evaluation's rows or not its model, or
  ///   if its verifier asked another model
  public Replay(EvalPlan plan, DataSet data, LanguageModel model, Journal journal) {
    problems = data.problems();
    task =
        SolveTask.of(problems.getFirst().problem(), plan.method())
            .withCommand(EvalPlan.COMMAND)
            .withData(plan.datasetSha256())
            .withSettings(plan.settings())
            .withVerifier(plan.verifier(), Aggregation.named(plan.aggregation()))
            .withBudget(plan.budget().isEmpty() ? Limits.NONE : Limits.parse(plan.budget()))
            .withSeed(plan.seed());
    String rows = EvalPlan.of(plan.version(), task, data, plan.redacted()).rowsSha256();
    if (!rows.equals(plan.rowsSha256())) {
      throw new IllegalArgumentException(
          "rows (%s) are not those of the evaluation (%s).".formatted(rows, plan.rowsSha256()));
    }
    if (!model.info().weightsHash().equals(plan.weights())) {
      throw new IllegalArgumentException(
          "model (%s) is not the evaluation's (%s).".formatted(model.info().name(), plan.model()));
    }
    if (!plan.judge().isEmpty()) {
      throw new IllegalArgumentException(
          "verifier (%s) asked a model of its own, which is not here.".formatted(plan.verifier()));
    }
    Map<String, String> references =
        problems.stream()
            .collect(Collectors.toMap(it -> it.problem().id(), LabelledProblem::answer));
    solve = new Solve(new Silent(model), journal, null).knowing(references);
  }

  /// What was thought about the problem of `result`; empty if that problem failed, or if the
  /// journal does not hold all of it any more, or fails.
  public Optional<Trace> trace(ProblemResult result, Cancellation cancellation) {
    if (result.failed()) {
      return Optional.empty();
    }
    Trace.Builder trace = new Trace.Builder();
    SolveTask own = task.withProblem(problems.get(result.index()).problem());
    try {
      boolean same = solve.run(own, trace, cancellation).run().equals(result.run());
      return same ? Optional.of(trace.build()) : Optional.empty();
    } catch (Missing | JournalException e) {
      return Optional.empty();
    }
  }

  /// Something that the journal does not hold was asked for. Searches rescue what they have from an
  /// engine's failure; this must end them.
  private static final class Missing extends RuntimeException {
    private static final long serialVersionUID = 1;

    private Missing() {
      super("The journal does not hold this.");
    }
  }

  /// The model with its tokenizer and without its voice.
  private record Silent(LanguageModel model) implements LanguageModel {
    @Override
    public ModelInfo info() {
      return model.info();
    }

    @Override
    public Completions complete(Request request, Call call) {
      int prompt =
          model.ability(Tokenizing.class).map(it -> it.tokens(request.prompt()).size()).orElse(0);
      throw refusal(prompt, prompt + 1, info());
    }

    /// What a model without a voice says to a prompt that takes so many tokens with its answer.
    private static RuntimeException refusal(int prompt, int taken, ModelInfo info) {
      int most = info.contextLength();
      return taken > most ? new ContextOverflowException(prompt, most) : new Missing();
    }

    @Override
    public <T> Optional<T> ability(Class<T> ability) {
      if (ability == Scoring.class) {
        return model.ability(Scoring.class).map(it -> new Unscored(info())).map(ability::cast);
      }
      if (ability == Hidden.class) {
        return model
            .ability(Hidden.class)
            .map(it -> Hidden.around(it, work -> refuse()))
            .map(ability::cast);
      }
      return model.ability(ability);
    }

    private static <T> T refuse() {
      throw new Missing();
    }

    @Override
    public void close() {}
  }

  /// Scores nothing.
  private record Unscored(ModelInfo info) implements Scoring {
    @Override
    public Score score(
        Tokens prefix, Tokens continuation, @Nullable AdapterKey adapter, Call call) {
      int all = prefix.size() + continuation.size();
      throw Silent.refusal(all, all, info);
    }

    @Override
    public Score next(
        Tokens context,
        Tokens candidates,
        int privateTail,
        @Nullable AdapterKey adapter,
        Call call) {
      throw Silent.refusal(context.size(), context.size(), info);
    }
  }
}
