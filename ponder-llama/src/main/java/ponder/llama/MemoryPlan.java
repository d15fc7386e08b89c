package ponder.llama;

import java.util.OptionalLong;
import ponder.gguf.Gguf;
import ponder.gguf.NumberArray;
import ponder.gguf.Value;
import ponder.model.EngineException;

/// What a model will take of the machine's memory, worked out from its file before anything is
/// loaded.
///
/// @param weights bytes of the model file: mapped or read, all of it is touched
/// @param bytesPerCell cache memory per token over all layers
/// @param buffers bytes of output rows, graphs and recurrent states, roughly
record MemoryPlan(long weights, long bytesPerCell, long buffers) {
  private static final long GRAPH_BYTES = 64L << 20;

  /// The plan for a model file.
  ///
  /// Layers that keep no keys and values (recurrent ones) are counted as if they did, so the plan
  /// is too high there, never too low.
  static MemoryPlan of(Gguf file, LlamaSettings settings) {
    String prefix = file.architecture() + ".";
    long layers = number(file, prefix + "block_count", 0);
    long heads = number(file, prefix + "attention.head_count", 1);
    long width = number(file, prefix + "embedding_length", 0);
    long head = heads > 0 ? width / heads : width;
    long keyHead = number(file, prefix + "attention.key_length", head);
    long valueHead = number(file, prefix + "attention.value_length", head);
    double values = keyValueHeads(file, prefix, layers, heads) * ((double) keyHead + valueHead);
    double perCell = values * settings.cacheType().bytesPerValue;
    long vocabulary =
        file.texts("tokenizer.ggml.tokens").map(tokens -> (long) tokens.size()).orElse(0L);
    // The library keeps outputs twice: in the graph and in the buffer that is read.
    long outputs = 2L * settings.outputRows() * vocabulary * Float.BYTES;
    double states = (double) settings.maxSequences() * stateBytes(file, prefix, layers, width);
    double rows = 16.0 * settings.ubatch() * width * Float.BYTES;
    return new MemoryPlan(
        file.size(), (long) Math.ceil(perCell), GRAPH_BYTES + outputs + (long) (rows + states));
  }

  /// What a sequence's running states take, as if every layer had one; 0 for models without.
  private static double stateBytes(Gguf file, String prefix, long layers, long width) {
    double inner = number(file, prefix + "ssm.inner_size", 0);
    double state = number(file, prefix + "ssm.state_size", 0);
    double groups = number(file, prefix + "ssm.group_count", 0);
    double convolution = number(file, prefix + "ssm.conv_kernel", 0);
    double linear = (double) width * number(file, prefix + "wkv.head_size", 0);
    return layers
        * (inner * state + convolution * (inner + 2 * groups * state) + linear)
        * Float.BYTES;
  }

  /// Key-value heads of all layers together.
  private static double keyValueHeads(Gguf file, String prefix, long layers, long heads) {
    String key = prefix + "attention.head_count_kv";
    if (file.metadata().get(key) instanceof Value.Numbers perLayer) {
      double sum = 0;
      for (long layer = 0; layer < perLayer.array().size(); layer++) {
        sum += perLayer.array().whole(layer);
      }
      return sum;
    }
    return (double) layers * number(file, key, heads);
  }

  /// A whole number, or the largest of an array where a model gives one per layer.
  private static long number(Gguf file, String key, long standard) {
    return switch (file.metadata().get(key)) {
      case null -> standard;
      case Value.Numbers perLayer when perLayer.array().size() > 0 -> largest(perLayer.array());
      default -> {
        OptionalLong value = file.whole(key);
        yield value.orElse(standard);
      }
    };
  }

  private static long largest(NumberArray numbers) {
    long largest = numbers.whole(0);
    for (long i = 1; i < numbers.size(); i++) {
      largest = Math.max(largest, numbers.whole(i));
    }
    return largest;
  }

  /// Bytes taken with a cache of `cells` tokens.
  long total(long cells) {
    return weights + buffers + cells * bytesPerCell;
  }

  /// Checks that a cache of `cells` tokens fits.
  ///
  /// @param available bytes that can be taken
  /// @throws EngineException if it does not, with the numbers
  void require(String name, long cells, long available) {
    if (total(cells) > available || total(cells) < 0) {
      throw new EngineException(
          "%s needs %s of memory (weights %s, cache of %d tokens %s, buffers %s), but %s is available. %s"
              .formatted(
                  name,
                  megabytes(total(cells)),
                  megabytes(weights),
                  cells,
                  megabytes(cells * bytesPerCell),
                  megabytes(buffers),
                  megabytes(available),
                  wayOut(available)));
    }
  }

  private String wayOut(long available) {
    long fitting = fittingCells(available);
    return fitting > 0
        ? "Maybe a smaller context or --set cells=%d was meant.".formatted(fitting)
        : "Maybe choose a smaller or more strongly quantised model.";
  }

  /// The most cells, in steps of 256, that fit into `available` bytes; 0 if none.
  long fittingCells(long available) {
    long left = available - weights - buffers;
    return left <= 0 ? 0 : left / Math.max(1, bytesPerCell) / 256 * 256;
  }

  private static String megabytes(long bytes) {
    return "%,d MB".formatted(bytes >> 20);
  }
}
