package ponder.llama;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import ponder.model.EngineException;

/// The llama engine's own settings, as `--set` and [ponder.model.EngineOptions#settings] give them.
///
/// @param cells tokens that the cache holds over all sequences; 0 lets the engine choose
/// @param cacheType how keys and values are stored
/// @param flash whether attention runs as one fused kernel
/// @param ubatch most rows of one forward; a forward is one graph
/// @param mmap whether weights are mapped from the file instead of read
/// @param maxSequences most sequences that run at a time
/// @param sequenceIds sequence ids of the cache: those running, cached leaves and a scratch one
/// @param batchThreads threads for forwards of more than one row; 0 for as many as for one row
/// @param gpuLayers layers computed on a GPU, if the natives have one; -1 for all
record LlamaSettings(
    int cells,
    CacheType cacheType,
    Switch flash,
    int ubatch,
    Switch mmap,
    int maxSequences,
    int sequenceIds,
    int batchThreads,
    int gpuLayers) {

  /// How keys and values are stored in the cache.
  enum CacheType {
    F16(1, 2.0),
    /// Blocks of 32 bytes and a scale of 2: half the memory, and other results.
    Q8_0(8, 34.0 / 32);

    /// The number that ggml gives the type.
    final int ggml;

    final double bytesPerValue;

    CacheType(int ggml, double bytesPerValue) {
      this.ggml = ggml;
      this.bytesPerValue = bytesPerValue;
    }
  }

  /// Whether something is done, or left to the library.
  enum Switch {
    ON,
    OFF,
    AUTO
  }

  static final LlamaSettings DEFAULT =
      new LlamaSettings(0, CacheType.F16, Switch.ON, 512, Switch.AUTO, 64, 256, 0, -1);

  static final List<String> NAMES =
      List.of(
          "cells",
          "cache-type",
          "flash",
          "ubatch",
          "mmap",
          "max-seqs",
          "seq-ids",
          "threads-batch",
          "gpu-layers");

  LlamaSettings {
    if (cacheType == CacheType.Q8_0 && flash == Switch.OFF) {
      throw new EngineException(
          "cache-type (q8_0) needs flash attention, but flash is off. Maybe cache-type=f16 or flash=on was meant.");
    }
    if (maxSequences >= sequenceIds) {
      throw new EngineException(
          "max-seqs (%d) must be below seq-ids (%d). Maybe max-seqs=%d was meant."
              .formatted(maxSequences, sequenceIds, Math.max(1, sequenceIds - 16)));
    }
  }

  /// Reads the settings among [#NAMES]; others are left to the caller.
  ///
  /// @throws EngineException for a value out of range
  static LlamaSettings of(Map<String, String> settings) {
    return new LlamaSettings(
        number(settings, "cells", DEFAULT.cells, 0, 1 << 30),
        choice(settings, "cache-type", DEFAULT.cacheType, CacheType.values()),
        choice(settings, "flash", DEFAULT.flash, Switch.values()),
        number(settings, "ubatch", DEFAULT.ubatch, 32, 8192),
        choice(settings, "mmap", DEFAULT.mmap, Switch.values()),
        number(settings, "max-seqs", DEFAULT.maxSequences, 1, 240),
        number(settings, "seq-ids", DEFAULT.sequenceIds, 4, 256),
        number(settings, "threads-batch", DEFAULT.batchThreads, 0, 512),
        number(settings, "gpu-layers", DEFAULT.gpuLayers, -1, 10_000));
  }

  /// Most rows of a forward with an output; the library wants room for one of each sequence.
  int outputRows() {
    return Math.max(sequenceIds, 256);
  }

  private static int number(
      Map<String, String> settings, String name, int standard, int least, int most) {
    String text = settings.get(name);
    if (text == null) {
      return standard;
    }
    try {
      int value = Integer.parseInt(text.strip());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // told below, like a number out of range
    }
    throw new EngineException(
        "%s (%s) must be a whole number from %d to %d.".formatted(name, text, least, most));
  }

  private static <E extends Enum<E>> E choice(
      Map<String, String> settings, String name, E standard, E[] values) {
    String text = settings.get(name);
    if (text == null) {
      return standard;
    }
    List<String> names = List.of(values).stream().map(LlamaSettings::lower).toList();
    int index = names.indexOf(text.strip().toLowerCase(Locale.ROOT));
    if (index < 0) {
      throw new EngineException(
          "%s (%s) must be one of %s.".formatted(name, text, String.join(", ", names)));
    }
    return values[index];
  }

  static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
