package ponder.llama;

import org.junit.jupiter.api.BeforeAll;
import ponder.testkit.TinyGguf;

/// With a sliding window in most layers.
final class LlamaWindowedContractTest extends LlamaContract {
  @BeforeAll
  static void start() {
    openOnce(TinyGguf.Kind.WINDOWED);
  }

  @Override
  protected int callers() {
    return 200;
  }
}
