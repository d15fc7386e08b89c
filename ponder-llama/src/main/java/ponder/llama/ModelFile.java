package ponder.llama;

import java.nio.file.Path;
import ponder.engine.Hardware;
import ponder.gguf.Gguf;
import ponder.gguf.GgufCheck;
import ponder.llama.NativeContext.Sizes;
import ponder.model.EngineException;
import ponder.model.EngineOptions;

/// Takes an open model file to a running [LlamaBackend]: checks that it makes sense, works out the
/// sizes, checks that they fit into memory, loads.
final class ModelFile {
  /// Cells that the cache has when nobody says otherwise, memory allowing.
  private static final int STANDARD_CELLS = 16_384;

  private static final int CELL_STEP = 256;
  private static final int UNKNOWN_CONTEXT = 4096;

  private ModelFile() {}

  /// Loads `file`, whose path is `options.model()`.
  ///
  /// @param available bytes of memory that may be taken
  /// @throws EngineException if it does not fit or the library refuses it
  static LlamaBackend load(
      Libraries libraries,
      Gguf file,
      EngineOptions options,
      LlamaSettings settings,
      long available) {
    GgufCheck.model(file);
    MemoryPlan plan = MemoryPlan.of(file, settings);
    long trained = trainedContext(file);
    if (options.context() > trained) {
      throw new EngineException(
          "context (%d) is above what %s was trained for (%d). Maybe context=%d was meant."
              .formatted(options.context(), options.name(), trained, trained));
    }
    int cells = cells(plan, options, settings, trained, available);
    plan.require(options.name(), cells, available);
    long wanted = options.context() == 0 ? trained : options.context();
    int context = (int) Math.min(wanted, cells);
    Path path = options.model();
    NativeModel model =
        NativeModel.load(libraries.api(), path, settings.mmap(), settings.gpuLayers());
    return new LlamaBackend(
        libraries,
        model,
        settings,
        sizes(options, settings, cells, ids(settings, model.partialRemoval())),
        context,
        plan.bytesPerCell());
  }

  private static long trainedContext(Gguf file) {
    return file.whole(file.architecture() + ".context_length").orElse(UNKNOWN_CONTEXT);
  }

  /// Cells asked for, or as many as one context needs and at least the standard number; where the
  /// context is left open too, no more than half of the memory.
  private static int cells(
      MemoryPlan plan,
      EngineOptions options,
      LlamaSettings settings,
      long trained,
      long available) {
    long cells = settings.cells();
    if (cells == 0) {
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

  /// Sequence ids of the context: a running state is kept for each, so there are no more than can
  /// run where nothing is kept for later.
  private static int ids(LlamaSettings settings, boolean keepsPrefixes) {
    return keepsPrefixes
        ? settings.sequenceIds()
        : Math.min(settings.sequenceIds(), settings.maxSequences() + 2);
  }

  private static Sizes sizes(EngineOptions options, LlamaSettings settings, int cells, int ids) {
    int threads = options.threads() == 0 ? Hardware.physicalCores() : options.threads();
    int batchThreads = settings.batchThreads() == 0 ? threads : settings.batchThreads();
    return new Sizes(cells, ids, settings.ubatch(), settings.outputRows(), threads, batchThreads);
  }
}
