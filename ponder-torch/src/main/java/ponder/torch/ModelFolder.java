package ponder.torch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import ponder.model.EngineException;
import ponder.safetensors.SafetensorsFile;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes a model as a folder in Hugging Face's layout, which Python's transformers loads
/// unchanged: `config.json`, `generation_config.json`, `model.safetensors` and the tokenizer's
/// files.
final class ModelFolder {
  private static final long PIECE = 1L << 22;

  private ModelFolder() {}

  /// Writes weights as they are, and the tokenizer of `origin`.
  ///
  /// @throws EngineException if the folder cannot be written, or the tokenizer has no such form
  static void save(Weights weights, ModelFiles origin, Path folder) {
    try {
      Files.createDirectories(folder);
      List<Integer> eos = origin.tokenizer().eos().stream().sorted().toList();
      int bos = origin.tokenizer().bos();
      write(
          folder.resolve("config.json"),
          ConfigJson.write(weights.config(), weights.type(), bos, eos));
      ObjectNode generation = new JsonMapper().createObjectNode();
      ConfigJson.tokens(generation, bos, eos);
      write(folder.resolve("generation_config.json"), generation);
      origin.writeTokenizer(folder);
    } catch (IOException e) {
      throw new EngineException("The folder %s cannot be written: %s".formatted(folder, e), e);
    }
    SafetensorsFile.write(
        folder.resolve("model.safetensors"), Map.of("format", "pt"), entries(weights));
  }

  static void write(Path path, ObjectNode json) throws IOException {
    Files.writeString(path, json.toPrettyString() + "\n");
  }

  private static List<SafetensorsFile.Entry> entries(Weights weights) {
    List<SafetensorsFile.Entry> entries = new ArrayList<>();
    for (TensorSpec spec : weights.config().tensors()) {
      entries.add(entry(spec.name(), weights.named(spec.name())));
    }
    return entries;
  }

  /// A tensor as it is, to be written.
  static SafetensorsFile.Entry entry(String name, Tensor tensor) {
    ponder.safetensors.Tensor.Type type =
        tensor.scalar_type().intern() == ScalarType.BFloat16
            ? ponder.safetensors.Tensor.Type.BF16
            : ponder.safetensors.Tensor.Type.F32;
    List<Long> shape = LongStream.of(tensor.shape()).boxed().toList();
    return new SafetensorsFile.Entry(name, type, shape, () -> () -> pieces(tensor));
  }

  /// Some megabytes of rows at a time; each piece is valid until the next is asked for.
  private static Iterator<ByteBuffer> pieces(Tensor tensor) {
    long rows = tensor.size(0);
    long step = Math.clamp(PIECE * rows / Math.max(1, tensor.numel()), 1, rows);
    return new Iterator<>() {
      private long row;

      @Override
      public boolean hasNext() {
        return row < rows;
      }

      @Override
      public ByteBuffer next() {
        long count = Math.min(step, rows - row);
        long from = row;
        row += count;
        try (Tensor some =
            Tensors.owned(() -> tensor.detach().narrow(0, from, count).cpu().contiguous())) {
          byte[] bytes = Tensors.segment(some).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
          return ByteBuffer.wrap(bytes);
        }
      }
    };
  }
}
