package ponder.recipe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import ponder.search.Policies;
import ponder.search.PolicyFile;
import ponder.testkit.SolvingChild;

/// Follows a policy slowly with a little model, to be killed meanwhile.
final class AutoChild {
  private static final Path POLICY = policy();

  private AutoChild() {}

  /// @param arguments home folder and seed
  public static void main(String[] arguments) throws IOException {
    SolvingChild.solve(
        LittleChild.model("", () -> LockSupport.parkNanos(300_000)),
        Path.of(arguments[0]),
        task(Long.parseLong(arguments[1])));
  }

  static SolveTask task(long seed) {
    return LittleChild.task(seed)
        .withMethod("auto")
        .withSettings(Map.of("policy", POLICY.toString()));
  }

  /// The same file for both processes, whichever writes it: a run's name depends on it.
  private static Path policy() {
    Path file = Path.of(System.getProperty("java.io.tmpdir"), "ponder-auto-child-policy.json");
    PolicyFile.write(Policies.little("00ff"), file);
    return file;
  }
}
