package ponder.llama;

import java.util.List;
import java.util.Map;
import ponder.engine.BackendSettings;
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
    BackendSettings read = new BackendSettings(settings);
    return new LlamaSettings(
        read.number("cells", DEFAULT.cells, 0, 1 << 30),
        read.choice("cache-type", DEFAULT.cacheType, CacheType.values()),
        read.choice("flash", DEFAULT.flash, Switch.values()),
        read.number("ubatch", DEFAULT.ubatch, 32, 8192),
        read.choice("mmap", DEFAULT.mmap, Switch.values()),
        read.number("max-seqs", DEFAULT.maxSequences, 1, 240),
        read.number("seq-ids", DEFAULT.sequenceIds, 4, 256),
        read.number("threads-batch", DEFAULT.batchThreads, 0, 512),
        read.number("gpu-layers", DEFAULT.gpuLayers, -1, 10_000));
  }

  /// Most rows of a forward with an output; the library wants room for one of each sequence.
  int outputRows() {
    return Math.max(sequenceIds, 256);
  }
}
