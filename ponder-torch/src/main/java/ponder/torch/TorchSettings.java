package ponder.torch;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ponder.model.EngineException;

/// The torch engine's own settings, as `--set` and [ponder.model.EngineOptions#settings] give them.
///
/// @param cells tokens that the cache holds over all sequences; 0 lets the engine choose
/// @param device where it computes: `cpu`, `cuda` or `cuda:N`
/// @param dtype how weights, states and cache are held
/// @param rows most rows of one forward
/// @param maxSequences most sequences that run at a time
/// @param sequenceIds sequences the cache knows: those running, cached leaves and a scratch one
record TorchSettings(
    int cells, String device, Dtype dtype, int rows, int maxSequences, int sequenceIds) {

  /// How weights, states and cache are held.
  enum Dtype {
    /// float32 on a CPU, bfloat16 on a GPU.
    AUTO,
    FLOAT32,
    BFLOAT16
  }

  static final TorchSettings DEFAULT = new TorchSettings(0, "cpu", Dtype.AUTO, 512, 64, 256);

  static final List<String> NAMES =
      List.of("cells", "device", "dtype", "rows", "max-seqs", "seq-ids");

  TorchSettings {
    if (!device.matches("cpu|cuda(:\\d{1,3})?")) {
      throw new EngineException("device (%s) must be cpu, cuda or cuda:N.".formatted(device));
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
  static TorchSettings of(Map<String, String> settings) {
    return new TorchSettings(
        number(settings, "cells", DEFAULT.cells, 0, 1 << 30),
        settings.getOrDefault("device", DEFAULT.device).strip(),
        dtype(settings.get("dtype")),
        number(settings, "rows", DEFAULT.rows, 32, 8192),
        number(settings, "max-seqs", DEFAULT.maxSequences, 1, 4000),
        number(settings, "seq-ids", DEFAULT.sequenceIds, 4, 4096));
  }

  private static Dtype dtype(@Nullable String text) {
    if (text == null) {
      return DEFAULT.dtype;
    }
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "auto" -> Dtype.AUTO;
      case "float32" -> Dtype.FLOAT32;
      case "bfloat16" -> Dtype.BFLOAT16;
      default ->
          throw new EngineException(
              "dtype (%s) must be one of auto, float32, bfloat16.".formatted(text));
    };
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

  boolean onGpu() {
    return !device.equals("cpu");
  }

  boolean brainFloats() {
    return dtype == Dtype.BFLOAT16 || (dtype == Dtype.AUTO && onGpu());
  }
}
