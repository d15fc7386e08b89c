package ponder.recipe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import ponder.core.Problem;
import ponder.core.Seed;
import ponder.model.ModelInfo;
import ponder.search.LittleModel;
import ponder.testkit.SolvingChild;

/// Solves slowly with a little model, to be killed meanwhile.
final class LittleChild {
  private LittleChild() {}

  /// @param arguments home folder, seed, and what the model adds to its texts
  public static void main(String[] arguments) throws IOException {
    String tag = arguments.length > 2 ? arguments[2] : "";
    SolvingChild.solve(
        model(tag, () -> LockSupport.parkNanos(300_000)),
        Path.of(arguments[0]),
        task(Long.parseLong(arguments[1])));
  }

  static LittleModel model(String tag, Runnable beforeToken) {
    return new LittleModel(
        sample -> {
          long hash = new Seed(7).split("text", sample).value();
          return tag + "hm ".repeat((int) (hash >>> 60)) + "\\boxed{" + (sample % 3) + "}";
        },
        beforeToken,
        ModelInfo.Determinism.INVARIANT);
  }

  static SolveTask task(long seed) {
    return SolveTask.of(Problem.of("0, 1 or 2?"), "self-consistency")
        .withSettings(Map.of("n", "10", "wave", "4"))
        .withSeed(seed);
  }
}
