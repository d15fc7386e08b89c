package ponder.llama;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;

/// llama.cpp's libraries for the tests.
///
/// The folder in the environment variable `PONDER_NATIVES`, else pulled once into `.work/natives`
/// of the checkout. Where neither can be had the tests are skipped with the reason, but fail where
/// `CI` is set, so that a build server cannot pass without them.
final class TestNatives {
  private static final Supplier<Path> PULLED = new Once();

  private TestNatives() {}

  static Path folder() {
    String given = System.getenv("PONDER_NATIVES");
    return given == null || given.isBlank() ? PULLED.get() : Path.of(given);
  }

  private static Path pull() {
    Home home = new Home(Path.of(System.getProperty("ponder.root"), ".work"));
    try {
      return new Natives(home, System.getenv()).pull("", Progress.SILENT).library().folder();
    } catch (EngineException e) {
      if (System.getenv("CI") != null) {
        throw e;
      }
      return Assumptions.abort("llama.cpp's libraries cannot be had: " + e.getMessage());
    }
  }

  static Libraries libraries() {
    return Libraries.load(folder());
  }
}
