package ponder.torch;

import java.util.List;
import java.util.Map;
import ponder.engine.BackendSettings;
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
/// @param decode how steps are computed
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

  /// How steps are computed; where not said otherwise, those of one row a sequence.
  enum Decode {
    /// Groups on a CPU, own kernels on a GPU.
    AUTO,
    /// Like all others, in groups that share what they read.
    GROUPS,
    /// All rows at once, each with its own cells.
    GATHERED,
    /// The same, recorded and started anew.
    GRAPHS,
    /// By kernels of our own: those of one row a sequence recorded too, all others as well.
    FUSED;

    private boolean needsGpu() {
      return this == GRAPHS || this == FUSED;
    }
  }

  static final TorchSettings DEFAULT =
      new TorchSettings(0, Devices.AUTO, Dtype.AUTO, 0, 0, 0, Decode.AUTO);

  static final List<String> NAMES =
      List.of("cells", "decode", "device", "dtype", "rows", "max-seqs", "seq-ids");

  private static final int OUTPUT_ROWS = 256;

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
              .formatted(BackendSettings.lower(decode)));
    }
  }

  /// Reads the settings among [#NAMES]; others are left to the caller.
  ///
  /// @throws EngineException for a value out of range
  static TorchSettings of(Map<String, String> settings) {
    BackendSettings read = new BackendSettings(settings);
    return new TorchSettings(
        read.number("cells", DEFAULT.cells, 0, 1 << 30),
        settings.getOrDefault("device", DEFAULT.device).strip(),
        read.choice("dtype", DEFAULT.dtype, Dtype.values()),
        read.number("rows", DEFAULT.rows, 32, 8192),
        read.number("max-seqs", DEFAULT.maxSequences, 1, 4000),
        read.number("seq-ids", DEFAULT.sequenceIds, 4, 4096),
        read.choice("decode", DEFAULT.decode, Decode.values()));
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
                  BackendSettings.lower(decode),
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

  /// Most output rows of one forward, each of which is a row of logits: on a GPU, where steps take
  /// every decode along, with room for as many scored tokens beside them.
  int outputRows() {
    return Math.min(rows, OUTPUT_ROWS + (onGpu() ? maxSequences : 0));
  }

  boolean onGpu() {
    return device.startsWith("cuda");
  }

  boolean brainFloats() {
    return dtype == Dtype.BFLOAT16;
  }
}
