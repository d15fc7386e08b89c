package ponder.llama;

import org.junit.jupiter.api.BeforeAll;
import ponder.testkit.TinyGguf;

/// With attention over all that was before.
final class LlamaContractTest extends LlamaContract {
  @BeforeAll
  static void start() {
    openOnce(TinyGguf.Kind.PLAIN);
  }
}
