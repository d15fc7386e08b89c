package ponder.torch;

import java.nio.file.Path;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;
import ponder.engine.Backend;
import ponder.gguf.Gguf;
import ponder.testkit.BackendContract;

/// The contract where steps of one row a sequence go through the decoder, unrecorded, as on a GPU
/// that cannot record.
final class GatheredBackendTest extends BackendContract {
  @Override
  protected Backend load(Path file, int cells) {
    return open(file, cells, TorchSettings.Decode.GATHERED);
  }

  static TorchBackend open(Path file, int cells, TorchSettings.Decode decode) {
    try (Gguf gguf = Gguf.open(file)) {
      TransformerConfig config = GgufConfig.read(gguf);
      Weights weights = new Weights(config, ScalarType.Float, new Device("cpu"));
      weights.load(new GgufWeights(gguf, config));
      Backend.Shape shape =
          new Backend.Shape(
              config.vocabularySize(),
              config.context(),
              cells,
              256,
              256,
              256,
              config.width(),
              config.cachedPerToken() * Float.BYTES,
              true);
      return new TorchBackend(
          new Transformer(weights, config.context()), shape, 1, "test", decode, 64, null);
    }
  }
}
