package ponder.torch;

import java.nio.file.Path;
import ponder.engine.Backend;
import ponder.testkit.BackendContract;

final class TorchBackendTest extends BackendContract {
  @Override
  protected Backend load(Path file, int cells) {
    return GatheredBackendTest.open(file, cells, TorchSettings.Decode.GROUPS);
  }
}
