package ponder.llama;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import ponder.catalog.Natives;
import ponder.catalog.Progress;
import ponder.model.EngineException;
import ponder.store.Home;

/// llama.cpp's libraries for the tests.
///
/// The folder in the environment variable `PONDER_NATIVES`, else pulled once into `.work` of the
/// checkout, which outlives a clean build. Where neither can be had the tests are skipped with the
/// reason, but fail where `CI` is set, so that a build server cannot pass without them.
final class TestNatives {
  private static @Nullable Path pulled;
  private static @Nullable EngineException failure;

  private TestNatives() {}

  static Libraries libraries() {
    return Libraries.load(folder());
  }

  static synchronized Path folder() {
    String given = System.getenv("PONDER_NATIVES");
    if (given != null && !given.isBlank()) {
      return Path.of(given);
    }
    if (pulled == null && failure == null) {
      pull();
    }
    return pulled != null ? pulled : unavailable();
  }

  private static void pull() {
    Home home = new Home(Path.of(System.getProperty("ponder.root"), ".work"));
    try {
      pulled = new Natives(home, System.getenv()).pull("", Progress.NONE).library().folder();
    } catch (EngineException e) {
      failure = e;
    }
  }

  private static Path unavailable() {
    String reason = "llama.cpp's libraries cannot be had: " + failure;
    if (System.getenv("CI") != null) {
      throw new AssertionError(reason, failure);
    }
    return Assumptions.abort(reason);
  }
}
