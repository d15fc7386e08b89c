package ponder.torch;

import java.util.function.Supplier;
import ponder.model.EngineException;

/// What a model takes of the memory, worked out before anything is loaded.
///
/// @param weights bytes of all weights
/// @param bytesPerCell cache memory per token over all layers
/// @param buffers bytes of a forward's states and of output rows
record MemoryPlan(long weights, long bytesPerCell, long buffers) {
  static MemoryPlan of(TransformerConfig config, TorchSettings settings) {
    long width = settings.brainFloats() ? 2 : 4;
    long states = settings.rows() * (3L * config.feedForward() + 6L * config.width()) * Float.BYTES;
    long outputs = 2L * settings.outputRows() * config.vocabularySize() * Float.BYTES;
    long turns = 2L * config.context() * config.headWidth() * Float.BYTES;
    // A packed head is a copy, since the embedding is needed as it is.
    boolean copiesHead = config.tiedEmbeddings() && !settings.onGpu();
    long head = copiesHead ? (long) config.vocabularySize() * config.width() : 0;
    long decode =
        settings.decode() == TorchSettings.Decode.GROUPS
            ? 0
            : Decoder.bytes(config, settings.maxSequences(), settings.outputRows(), width);
    return new MemoryPlan(
        (config.parameters() + head) * width,
        config.cachedPerToken() * width,
        states + outputs + turns + decode);
  }

  long total(long cells) {
    return weights + buffers + cells * bytesPerCell;
  }

  /// The most cells, in steps of 256, that fit into `available` bytes; 0 if none.
  long fittingCells(long available) {
    long left = available - weights - buffers;
    return left <= 0 ? 0 : left / bytesPerCell / 256 * 256;
  }

  /// Checks that a cache of `cells` tokens fits.
  ///
  /// @param where what kind of memory, for the message
  /// @throws EngineException if it does not, with the numbers and the way out
  void require(String name, long cells, long available, String where) {
    if (total(cells) > available || total(cells) < 0) {
      long fitting = fittingCells(available);
      throw new EngineException(
          "%s needs %,d MB of %s (weights %,d MB, buffers %,d MB, cache of %d tokens %,d MB), but %,d MB are available. %s"
              .formatted(
                  name,
                  total(cells) >> 20,
                  where,
                  weights >> 20,
                  buffers >> 20,
                  cells,
                  cells * bytesPerCell >> 20,
                  available >> 20,
                  fitting > 0
                      ? "Maybe a smaller context or --set cells=%d was meant.".formatted(fitting)
                      : "Maybe --set dtype=bfloat16, a smaller model, or the llama engine was meant."));
    }
  }

  /// What `loading` makes, in memory that [#require] found to be free.
  ///
  /// @throws EngineException if memory is used up on the way all the same, since others take some
  ///   too, with what to lower
  <T> T load(String name, long cells, String where, Supplier<T> loading) {
    try {
      return loading.get();
    } catch (RuntimeException e) {
      if (!Devices.outOfMemory(e)) {
        throw e;
      }
      throw new EngineException(
          "%s was used up while %s was loaded, which needs %,d MB (weights %,d MB, buffers %,d MB, cache of %d tokens %,d MB). Maybe another program took it, or a smaller context or --set cells=%d was meant."
              .formatted(
                  where,
                  name,
                  total(cells) >> 20,
                  weights >> 20,
                  buffers >> 20,
                  cells,
                  cells * bytesPerCell >> 20,
                  Math.max(256, cells / 2)),
          e);
    }
  }
}
