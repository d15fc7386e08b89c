package ponder.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import ponder.catalog.NativeBuild;
import ponder.catalog.Natives;
import ponder.catalog.TorchLibraries;
import ponder.catalog.TorchLibraries.Variant;
import ponder.model.Engine;
import ponder.model.EngineException;
import ponder.model.EngineOptions;

/// Which engine `--engine auto` takes for a GGUF file.
///
/// # Why it depends on the width
///
/// Decoding one text means to read all weights for each token, and llama.cpp's are five times
/// smaller. Decoding many texts side by side means to multiply matrices, and libtorch's products of
/// 32-bit numbers need no unpacking of weights. So on a CPU each has its side of a crossover.
/// SmolLM2-135M on two cores, tokens/s over all texts (docs/results):
///
/// | side by side | llama.cpp, Q4_1 | libtorch, float32 |
/// |---|---|---|
/// | 1 | 96-124 | 23-28 |
/// | 8 | 222 | 177 |
/// | 12 | 242 | 224 |
/// | 16 | 235 | 267 |
/// | 24 | 271 | 294 |
/// | 32 | 293 | 332 |
///
/// # The choice
///
/// The first row that fits counts. What is wide, see [#CROSSOVER].
///
/// | what | engine |
/// |---|---|
/// | `--endpoint` | http |
/// | `--library` | whose libraries they are |
/// | a folder in Hugging Face's layout | torch |
/// | an evaluation that goes on | its own |
/// | GGUF, no libtorch here | llama |
/// | GGUF, libtorch for CPUs, narrow or `--deterministic` | llama |
/// | GGUF, libtorch for CPUs, llama.cpp for GPUs | llama |
/// | GGUF, libtorch for CPUs, another processor than x86-64 (not measured) | llama |
/// | GGUF that the torch engine cannot read, or that does not fit into memory dequantised | llama |
/// | GGUF, libtorch for GPUs and a GPU | torch |
/// | GGUF, libtorch for GPUs and no GPU that works | llama |
/// | GGUF, libtorch for CPUs, wide | torch |
///
/// Whether libtorch has MKL makes no difference here: the engine's products are oneDNN's, which is
/// part of libtorch (32 samples side by side in two rounds, other work beside: 358 and 338 tokens/s
/// without MKL, 339 and 222 with it).
///
/// Nothing is fetched for a choice. It depends on the command and on what is installed, not on what
/// else runs or how much memory is free just now: a run's name holds its engine, and the same
/// command must find its journal again. Rejected: a measurement at start, which would not be the
/// same twice.
///
/// @param engine its name
/// @param remark one sentence for who might have expected another; empty if nobody would
record EngineChoice(String engine, String remark) {
  /// So many sequences side by side are wide: those for which libtorch is the faster.
  static final int CROSSOVER = 16;

  /// What Java calls the processors that were measured.
  private static final List<String> MEASURED = List.of("amd64", "x86_64");

  /// The engine of llama.cpp.
  static final String LLAMA = "llama";

  /// The engine of libtorch.
  static final String TORCH = "torch";

  /// What the choice depends on beside the file.
  ///
  /// @param width sequences that run side by side, at most
  /// @param deterministic whether they must run one after another
  /// @param torch what the libtorch that is here is for; null if there is none
  /// @param llamaAhead whether llama.cpp is taken at any width where torch has no GPU either: it is
  ///   for GPUs, or nothing was measured on this kind of processor
  record Situation(int width, boolean deterministic, @Nullable Variant torch, boolean llamaAhead) {
    private boolean wide() {
      return width >= CROSSOVER && !deterministic;
    }
  }

  /// The choice for a GGUF file with what is installed.
  ///
  /// @param options as for opening it, without a library
  static EngineChoice ofFile(EngineOptions options, int width, Shell shell) {
    TorchLibraries libraries = new TorchLibraries(shell.home(), shell.environment());
    EngineOptions torch =
        new EngineOptions(
            options.model(),
            options.name(),
            options.weightsHash(),
            libraries.find().orElse(null),
            options.context(),
            options.threads(),
            options.deterministic(),
            options.settings());
    Situation situation =
        new Situation(
            width,
            options.deterministic(),
            libraries.find().flatMap(TorchLibraries::variant).orElse(null),
            llamaOnGpu(shell) || !MEASURED.contains(System.getProperty("os.arch")));
    return of(situation, () -> Engine.named(TORCH).outlook(torch));
  }

  private static boolean llamaOnGpu(Shell shell) {
    try {
      NativeBuild build = new Natives(shell.home(), shell.environment()).find(null).build();
      return build != null && !build.variant().isEmpty();
    } catch (EngineException e) {
      return false; // none is here yet; what would be fetched is for CPUs
    }
  }

  /// The choice for a GGUF file.
  ///
  /// @param outlook what torch says of the file; asked only if it matters
  static EngineChoice of(Situation situation, Supplier<Optional<Engine.Outlook>> outlook) {
    Variant torch = situation.torch();
    boolean wide = situation.wide() && !situation.llamaAhead();
    if (torch != Variant.CUDA && !wide) {
      return new EngineChoice(LLAMA, "");
    }
    if (torch == null) {
      return llama(
          "torch may be faster for %d sequences side by side, once 'ponder natives pull torch' has fetched it"
              .formatted(situation.width()));
    }
    Engine.Outlook found;
    try {
      found = outlook.get().orElseThrow();
    } catch (EngineException e) {
      return llama("torch cannot run this model: " + withoutEnd(String.valueOf(e.getMessage())));
    }
    if (!found.fits()) {
      return llama(
          "for torch the model, which takes %,d MB dequantised, is too large for %,d MB of memory"
              .formatted(found.needed() >> 20, found.memory() >> 20));
    }
    if (found.gpu()) {
      return torch("it computes on the GPU");
    }
    if (torch == Variant.CUDA) {
      return llama("torch's natives are for GPUs, and there is none that they can use");
    }
    return torch(
        "for %d sequences side by side it is the faster here".formatted(situation.width()));
  }

  private static EngineChoice llama(String why) {
    return new EngineChoice(LLAMA, "--engine auto takes llama: %s.".formatted(why));
  }

  private static EngineChoice torch(String why) {
    return new EngineChoice(
        TORCH, "--engine auto takes torch: %s. Its samples are not llama's.".formatted(why));
  }

  private static String withoutEnd(String sentence) {
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }
}
