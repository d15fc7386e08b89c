package ponder.llama;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;

/// llama.cpp's libraries for the tests.
///
/// The folder in the environment variable `PONDER_NATIVES`, else pulled once into `.work/natives`
/// of the checkout. Where neither can be had the tests are skipped with the reason, but fail where
/// `CI` is set, so that a build server cannot pass without them.
final class TestNatives {
  private TestNatives() {}

  static Path folder() {
    String given = System.getenv("PONDER_NATIVES");
    if (given != null && !given.isBlank()) {
      return Path.of(given);
    }
    String reason = "PONDER_NATIVES is not set.";
    if (System.getenv("CI") != null) {
      throw new AssertionError(reason);
    }
    assumeTrue(false, reason);
    throw new AssertionError(reason);
  }

  static Libraries libraries() {
    return Libraries.load(folder());
  }
}
