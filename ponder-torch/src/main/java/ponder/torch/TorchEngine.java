package ponder.torch;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;
import ponder.core.Compute;
import ponder.core.Nearest;
import ponder.engine.Backend;
import ponder.engine.EngineSettings;
import ponder.engine.Hardware;
import ponder.engine.LocalModel;
import ponder.model.Engine;
import ponder.model.EngineException;
import ponder.model.EngineOptions;
import ponder.model.ModelInfo;
import ponder.model.ModelInfo.Determinism;

/// The engine `torch`: Llama, Qwen2 and Qwen3 models on libtorch, in 32 bits on a CPU, in 16 on a
/// GPU.
///
/// For what needs the weights themselves: training, reward heads, adapters in PEFT's layout, and
/// wide sampling, where its matrix products overtake llama.cpp's. Reads folders in Hugging Face's
/// layout and GGUF files, whose weights are dequantised: a model takes the memory of its full
/// precision.
///
/// Settings: the ones of [TorchSettings] (`cells`, `decode`, `device`, `dtype`, `rows`, `max-seqs`,
/// `seq-ids`) and the scheduler's ([EngineSettings#names]).
public final class TorchEngine implements Engine {
  /// Cells that the cache has when nobody says otherwise, memory allowing.
  private static final int STANDARD_CELLS = 16_384;

  /// The same on a GPU, where they cost nothing but memory that nobody else wants.
  private static final int MOST_CELLS = 1 << 19;

  /// What of a GPU's free memory is left to libraries and to others.
  private static final double LEFT = 0.1;

  /// Rows of a prompt in one step on a GPU.
  private static final int CHUNK = 1024;

  private static final int CELL_STEP = 256;

  /// For [java.util.ServiceLoader].
  public TorchEngine() {}

  @Override
  public String name() {
    return "torch";
  }

  @Override
  public List<String> settings() {
    return Stream.concat(TorchSettings.NAMES.stream(), schedulerNames().stream()).toList();
  }

  @Override
  public LocalModel open(EngineOptions options) {
    TorchSettings asked = TorchSettings.of(own(options.settings()));
    TorchNatives.load(options.library());
    Devices place = Devices.choose(asked.device());
    TorchSettings settings = asked.on(place);
    EngineSettings scheduling = scheduling(options, settings);
    try (ModelFiles files = ModelFiles.open(options.model())) {
      TransformerConfig config = files.config();
      WeightSource source = files.weights();
      WeightCheck.check(config, source); // before memory is taken for what the sizes say
      int vocabulary = Math.min(config.vocabularySize(), files.tokenizer().vocabularySize());
      MemoryPlan plan = MemoryPlan.of(config, settings);
      Backend.Shape shape = shape(config, vocabulary, options, settings, plan, place);
      TorchBackend backend =
          plan.load(
              options.name(),
              shape.cells(),
              memory(place),
              () -> load(config, source, shape, options, settings, place));
      try {
        ModelInfo info = info(options, backend, config);
        return new LocalModel(info, backend, files.tokenizer(), files.template(), scheduling);
      } catch (RuntimeException e) {
        backend.close();
        throw e;
      }
    }
  }

  /// On a GPU if it, CUDA and libtorch for it are there and nothing forbids it, else on the CPU.
  @Override
  public Optional<Outlook> outlook(EngineOptions options) {
    TorchSettings asked = TorchSettings.of(own(options.settings()));
    OptionalLong gpu = OptionalLong.empty();
    if (!asked.device().equals(Devices.CPU) && TorchNatives.couldUseGpus(options.library())) {
      gpu = Driver.memory(Devices.index(asked.device()));
    }
    Devices place = new Devices(gpu.isPresent() ? "cuda:0" : Devices.CPU, null, "");
    TorchSettings settings = asked.on(place);
    try (ModelFiles files = ModelFiles.open(options.model())) {
      TransformerConfig config = files.config();
      WeightCheck.check(config, files.weights());
      int cells =
          settings.cells() > 0 ? settings.cells() : Math.max(options.context(), STANDARD_CELLS);
      long needed = MemoryPlan.of(config, settings).total(cells);
      return Optional.of(
          new Outlook(gpu.isPresent(), needed, gpu.orElseGet(Hardware::physicalMemory)));
    }
  }

  private static Backend.Shape shape(
      TransformerConfig config,
      int vocabulary,
      EngineOptions options,
      TorchSettings settings,
      MemoryPlan plan,
      Devices place) {
    if (options.context() > config.context()) {
      throw new EngineException(
          "context (%d) is above what %s was trained for (%d). Maybe context=%d was meant."
              .formatted(options.context(), options.name(), config.context(), config.context()));
    }
    long available =
        place.isGpu() ? (long) ((1 - LEFT) * place.freeMemory()) : Hardware.availableMemory();
    int cells = cells(plan, options, settings, available);
    plan.require(options.name(), cells, available, memory(place));
    int wanted = options.context() == 0 ? config.context() : options.context();
    return new Backend.Shape(
        vocabulary,
        Math.min(wanted, cells),
        cells,
        settings.sequenceIds(),
        settings.rows(),
        settings.outputRows(),
        config.width(),
        plan.bytesPerCell(),
        true);
  }

  private static String memory(Devices place) {
    return place.isGpu() ? "GPU memory" : "memory";
  }

  /// Cells asked for, or as many as one context needs and at least the standard number; where the
  /// context is left open too, no more than half of the memory.
  private static int cells(
      MemoryPlan plan, EngineOptions options, TorchSettings settings, long available) {
    long cells = settings.cells();
    if (cells == 0 && settings.onGpu()) {
      long all = Math.min(plan.fittingCells(available), MOST_CELLS);
      cells = Math.max(Math.max(options.context(), CELL_STEP), all);
    } else if (cells == 0) {
      cells = Math.max(options.context(), STANDARD_CELLS);
      long half = plan.fittingCells(plan.weights() + plan.buffers() + available / 2);
      if (half >= CELL_STEP) {
        cells = Math.max(options.context(), Math.min(cells, half));
      }
    } else if (cells < options.context()) {
      throw new EngineException(
          "cells (%d) must be at least context (%d). Maybe leave cells out."
              .formatted(cells, options.context()));
    }
    return (int) ((cells + CELL_STEP - 1) / CELL_STEP * CELL_STEP);
  }

  private static TorchBackend load(
      TransformerConfig config,
      WeightSource source,
      Backend.Shape shape,
      EngineOptions options,
      TorchSettings settings,
      Devices place) {
    int threads = TorchNatives.threads(options.threads());
    torch.set_num_threads(threads);
    Weights weights =
        new Weights(
            config,
            settings.brainFloats() ? torch.ScalarType.BFloat16 : torch.ScalarType.Float,
            place.device());
    try {
      weights.load(source);
      boolean packed = weights.pack();
      Transformer model = new Transformer(weights, shape.contextLength());
      return new TorchBackend(
          model,
          shape,
          threads,
          describe(settings, packed, threads, place),
          settings.decode(),
          Math.min(settings.maxSequences(), shape.outputRows()),
          place.cuda());
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  private static String describe(
      TorchSettings settings, boolean packed, int threads, Devices place) {
    String type = settings.brainFloats() ? "bfloat16" : "float32";
    String computes =
        place.isGpu()
            ? "cuBLAS, %s, decode %s"
                .formatted(type, settings.decode().name().toLowerCase(Locale.ROOT))
            : "%s, %s, threads %d"
                .formatted(packed ? "oneDNN" : TorchNatives.blas(), type, threads);
    String remark = place.remark().isEmpty() ? "" : "; " + place.remark();
    return "libtorch %s, %s, %s%s"
        .formatted(TorchNatives.version(), place.name(), computes, remark);
  }

  private static ModelInfo info(
      EngineOptions options, TorchBackend backend, TransformerConfig config) {
    return new ModelInfo(
        options.name(),
        "torch",
        backend.describe(),
        options.weightsHash(),
        backend.shape().contextLength(),
        backend.shape().vocabularySize(),
        config.parameters(),
        options.deterministic() ? Determinism.INVARIANT : Determinism.REPEAT,
        Compute.of(config.parameters(), config.layers(), config.heads() * config.headWidth()));
  }

  /// The settings that are not the scheduler's.
  private static Map<String, String> own(Map<String, String> settings) {
    Map<String, String> own = new TreeMap<>(settings);
    own.keySet().removeAll(schedulerNames());
    for (String name : own.keySet()) {
      if (!TorchSettings.NAMES.contains(name)) {
        throw new EngineException(
            "The torch engine has no setting '%s'.%s"
                .formatted(name, Nearest.maybe(name, new TorchEngine().settings())));
      }
    }
    return own;
  }

  /// What of the scheduler's settings can be set by name; determinism is an option of its own.
  private static List<String> schedulerNames() {
    return EngineSettings.names().stream().filter(name -> !name.equals("deterministic")).toList();
  }

  private static EngineSettings scheduling(EngineOptions options, TorchSettings settings) {
    Map<String, String> named = new TreeMap<>(options.settings());
    named.keySet().retainAll(schedulerNames());
    try {
      EngineSettings standard =
          EngineSettings.DEFAULT
              .with("maxSequences", settings.maxSequences())
              .with("stepTokens", settings.rows())
              .with("deterministic", options.deterministic());
      // On a GPU cells that nobody reads cost no time, so there is no need to give them up early.
      return (settings.onGpu()
              ? standard.with("chunk", CHUNK).with("idleCells", MOST_CELLS)
              : standard)
          .with(named);
    } catch (IllegalArgumentException e) {
      throw new EngineException(String.valueOf(e.getMessage()), e);
    }
  }
}
