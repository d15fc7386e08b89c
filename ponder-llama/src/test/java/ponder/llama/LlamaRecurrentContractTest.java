package ponder.llama;

import org.junit.jupiter.api.BeforeAll;
import ponder.testkit.TinyGguf;

/// With a running state, of which no beginning can be shared: each text is computed whole.
final class LlamaRecurrentContractTest extends LlamaContract {
  @BeforeAll
  static void start() {
    openOnce(TinyGguf.Kind.RECURRENT);
  }

  @Override
  protected boolean can(Trait trait) {
    return trait != Trait.PREFIX_CACHE;
  }

  @Override
  protected int callers() {
    return 200;
  }
}
