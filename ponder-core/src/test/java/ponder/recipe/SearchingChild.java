package ponder.recipe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import ponder.core.Problem;
import ponder.model.Call;
import ponder.model.Completions;
import ponder.model.LanguageModel;
import ponder.model.Listener;
import ponder.model.ModelInfo;
import ponder.model.Request;
import ponder.testkit.OpinionModel;
import ponder.testkit.ScriptedModel;
import ponder.testkit.SolvingChild;
import ponder.testkit.ToyPolicy;
import ponder.verify.Aggregation;

/// Searches slowly on a toy policy that also judges, to be killed meanwhile.
final class SearchingChild {
  private static final String[] METHODS = {
    "beam",
    "mcts",
    "rebase",
    "particle-filtering",
    "dvts",
    "tree-of-thoughts",
    "revisions",
    "self-refine",
    "agent",
    "rstar"
  };

  static final int KINDS = METHODS.length;

  private SearchingChild() {}

  /// @param arguments home folder and seed
  public static void main(String[] arguments) throws IOException {
    SolvingChild.solve(
        new Slow(model()), Path.of(arguments[0]), task(Long.parseLong(arguments[1])));
  }

  static LanguageModel model() {
    return new ScriptedModel(
        new ToyPolicy(1, 4, 3),
        (context, token) -> OpinionModel.whim(context.toString(), Integer.toString(token)),
        1 << 16);
  }

  static SolveTask task(long seed) {
    String method = METHODS[(int) (seed % METHODS.length)];
    return SolveTask.of(Problem.of("6*7?"), method)
        .withSettings(
            switch (method) {
              case "rebase", "particle-filtering", "revisions" -> Map.of("n", "8");
              case "self-refine" -> Map.of("rounds", "3");
              case "agent" -> Map.of("tasks", "3");
              case "rstar" -> Map.of("n", "4", "answers", "4", "sub-answers", "2", "shots", "none");
              default -> Map.of("n", "8", "beam-width", "4");
            })
        .withVerifier(
            List.of("agent", "rstar").contains(method) ? "" : "prm:plus-minus", Aggregation.LAST)
        .withSeed(seed);
  }

  /// Waits a little for every piece of text.
  private record Slow(LanguageModel model) implements LanguageModel {
    @Override
    public ModelInfo info() {
      return model.info();
    }

    @Override
    public Completions complete(Request request, Call call) {
      Listener slowly =
          new Listener() {
            @Override
            public void onText(int sample, String delta) {
              LockSupport.parkNanos(300_000);
              call.listener().onText(sample, delta);
            }

            @Override
            public void onFinish(ponder.model.Completion completion) {
              call.listener().onFinish(completion);
            }
          };
      return model.complete(request, call.withListener(slowly));
    }

    @Override
    public <T> Optional<T> ability(Class<T> ability) {
      return model.ability(ability);
    }

    @Override
    public void close() {}
  }
}
