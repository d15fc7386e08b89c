package ponder.torch;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import ponder.model.EngineException;

/// The torch engine's own settings, as `--set` and [ponder.model.EngineOptions#settings] give them.
///
/// Numbers left open are 0 until [#on] says for which kind of device.
///
/// @param cells tokens that the cache holds over all sequences; 0 lets the engine choose
/// @param device where it computes: `auto`, `cpu`, `cuda` or `cuda:N`
/// @param dtype how weights, states and cache are held
/// @param rows most rows of one forward
/// @param maxSequences most sequences that run at a time
/// @param sequenceIds sequences the cache knows: those running, cached leaves and a scratch one
/// @param decode how steps of one row a sequence are computed
record TorchSettings(
    int cells,
    String device,
    Dtype dtype,
    int rows,
    int maxSequences,
    int sequenceIds,
    Decode decode) {

  /// How weights, states and cache are held.
  enum Dtype {
    /// float32 on a CPU, bfloat16 on a GPU.
    AUTO,
    FLOAT32,
    BFLOAT16
  }

  /// How steps of one row a sequence are computed.
  enum Decode {
    /// Groups on a CPU, own kernels on a GPU.
    AUTO,
    /// Like all others, in groups that share what they read.
    GROUPS,
    /// All rows at once, each with its own cells.
    GATHERED,
    /// The same, recorded and started anew.
    GRAPHS,
    /// By kernels of our own, recorded too.
    FUSED;

    private boolean needsGpu() {
      return this == GRAPHS || this == FUSED;
    }
  }

  static final TorchSettings DEFAULT =
      new TorchSettings(0, Devices.AUTO, Dtype.AUTO, 0, 0, 0, Decode.AUTO);

  static final List<String> NAMES =
      List.of("cells", "decode", "device", "dtype", "rows", "max-seqs", "seq-ids");

  TorchSettings {
    if (!device.matches("auto|cpu|cuda(:\\d{1,2})?")) {
      throw new EngineException("device (%s) must be auto, cpu, cuda or cuda:N.".formatted(device));
    }
    if (maxSequences > 0 && sequenceIds > 0 && maxSequences >= sequenceIds) {
      throw new EngineException(
          "max-seqs (%d) must be below seq-ids (%d). Maybe max-seqs=%d was meant."
              .formatted(maxSequences, sequenceIds, Math.max(1, sequenceIds - 16)));
    }
    if (decode.needsGpu() && device.equals(Devices.CPU)) {
      throw new EngineException(
          "decode (%s) needs a GPU, but device is cpu. Maybe leave out one of them."
              .formatted(decode.name().toLowerCase(Locale.ROOT)));
    }
  }

  /// Reads the settings among [#NAMES]; others are left to the caller.
  ///
  /// @throws EngineException for a value out of range
  static TorchSettings of(Map<String, String> settings) {
    return new TorchSettings(
        number(settings, "cells", DEFAULT.cells, 0, 1 << 30),
        settings.getOrDefault("device", DEFAULT.device).strip(),
        choice(settings, "dtype", Dtype.values()),
        number(settings, "rows", DEFAULT.rows, 32, 8192),
        number(settings, "max-seqs", DEFAULT.maxSequences, 1, 4000),
        number(settings, "seq-ids", DEFAULT.sequenceIds, 4, 4096),
        choice(settings, "decode", Decode.values()));
  }

  /// These settings with all that was left open chosen for a device.
  ///
  /// On a CPU 64 sequences are as fast as more; a GPU wants many rows, and they cost little memory.
  TorchSettings on(Devices place) {
    boolean gpu = place.isGpu();
    if (decode.needsGpu() && !gpu) {
      throw new EngineException(
          "decode (%s) needs a GPU, and there is none. %sMaybe leave out decode."
              .formatted(
                  decode.name().toLowerCase(Locale.ROOT),
                  place.remark().isEmpty() ? "" : place.remark() + " "));
    }
    int sequences = maxSequences > 0 ? maxSequences : gpu ? 256 : 64;
    sequences =
        sequenceIds > 0 && maxSequences == 0 ? Math.min(sequences, sequenceIds - 1) : sequences;
    int standardIds = Math.max(gpu ? 1024 : 256, Math.min(4096, 2 * sequences));
    return new TorchSettings(
        cells,
        place.name(),
        dtype == Dtype.AUTO ? (gpu ? Dtype.BFLOAT16 : Dtype.FLOAT32) : dtype,
        rows > 0 ? rows : gpu ? 1024 : 512,
        sequences,
        sequenceIds > 0 ? sequenceIds : standardIds,
        decode == Decode.AUTO ? (gpu ? Decode.FUSED : Decode.GROUPS) : decode);
  }

  private static <E extends Enum<E>> E choice(
      Map<String, String> settings, String name, E[] choices) {
    String text = settings.get(name);
    if (text == null) {
      return choices[0];
    }
    String upper = text.strip().toUpperCase(Locale.ROOT);
    return Arrays.stream(choices)
        .filter(choice -> choice.name().equals(upper))
        .findFirst()
        .orElseThrow(
            () ->
                new EngineException(
                    "%s (%s) must be one of %s."
                        .formatted(
                            name,
                            text,
                            Arrays.stream(choices)
                                .map(choice -> choice.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", ")))));
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
    return device.startsWith("cuda");
  }

  boolean brainFloats() {
    return dtype == Dtype.BFLOAT16;
  }
}
