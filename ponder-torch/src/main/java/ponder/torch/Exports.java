package ponder.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import ponder.engine.Hardware;
import ponder.model.EngineException;
import ponder.store.Durable;

/// Writes models and adapters in the forms that other programs read.
///
/// Results lie under their name only when they are whole. Every result says where it comes from
/// (`provenance.json`, or texts in a GGUF file), and equal inputs give equal bytes.
///
/// Thread-safe.
public final class Exports {
  private static final String PARTIAL = ".partial";

  private final String tool;

  /// @param library a folder with libtorch's libraries; null for those on the class path
  /// @param tool program and version, for the provenance
  /// @throws EngineException if libtorch cannot be loaded
  public Exports(@Nullable Path library, String tool) {
    TorchNatives.load(library);
    this.tool = tool;
  }

  /// A model's or an adapter's file or folder.
  ///
  /// @param name for the provenance
  /// @param sha256 of its weights, lower-case hex
  public record Input(String name, Path path, String sha256) {}

  /// An adapter and how strongly it acts.
  public record Scaled(Input adapter, double scale) {
    /// @throws IllegalArgumentException if the scale is not finite
    public Scaled {
      if (!Double.isFinite(scale)) {
        throw new IllegalArgumentException("scale (%s) must be a finite number.".formatted(scale));
      }
    }
  }

  /// Writes a model as a folder in Hugging Face's layout, with adapters merged into its weights in
  /// the given order.
  ///
  /// Cost: memory for the whole model in the type that is written.
  ///
  /// @param model a GGUF file, which is dequantised, or a folder
  /// @param brainFloats whether weights are bfloat16; else float32
  /// @throws EngineException if something cannot be read or written, does not fit, or `out` exists
  public void folder(Input model, List<Scaled> adapters, boolean brainFloats, Path out) {
    refuseExisting(out);
    ScalarType type = brainFloats ? ScalarType.BFloat16 : ScalarType.Float;
    try (ModelFiles files = ModelFiles.open(model.path());
        Weights weights = weights(files, type, model.name())) {
      adapters.forEach(one -> merge(one, weights));
      Path partial = partial(out);
      ModelFolder.save(weights, files, partial);
      List<Provenance.Part> parts =
          adapters.stream().map(one -> part(one.adapter(), one.scale())).toList();
      finish(partial, out, new Provenance(tool, part(model, 1), parts));
    }
  }

  private static Weights weights(ModelFiles files, ScalarType type, String name) {
    TransformerConfig config = files.config();
    WeightSource source = files.weights();
    WeightCheck.check(config, source);
    long needed = config.parameters() * (type == ScalarType.Float ? 4 : 2);
    long available = Hardware.availableMemory();
    if (needed > available) {
      throw new EngineException(
          "Writing %s needs %,d MB of memory, but %,d MB are available.%s"
              .formatted(
                  name,
                  needed >> 20,
                  available >> 20,
                  type == ScalarType.Float ? " Maybe bfloat16 weights fit." : ""));
    }
    Weights weights = new Weights(config, type, new Device("cpu"));
    weights.load(source);
    return weights;
  }

  private static void merge(Scaled one, Weights weights) {
    try (Lora lora = LoraFiles.read(one.adapter().path(), weights)) {
      lora.add(weights, one.scale());
    }
  }

  /// Writes an adapter in another form: a GGUF file if `out` ends in `.gguf`, else a folder in
  /// PEFT's layout.
  ///
  /// @param model the model that the adapter is for
  /// @throws EngineException if something cannot be read or written, does not fit, or `out` exists
  public void adapter(Input adapter, Input model, Path out) {
    refuseExisting(out);
    Provenance provenance = new Provenance(tool, part(model, 1), List.of(part(adapter, 1)));
    try (ModelFiles files = ModelFiles.open(model.path());
        Lora lora =
            LoraFiles.read(adapter.path(), files.config(), new Device("cpu"), ScalarType.Float)) {
      if (out.toString().endsWith(".gguf")) {
        LoraGguf.write(lora, files.config(), provenance.texts(), out);
      } else {
        Path partial = partial(out);
        LoraFolder.write(lora, model.name(), partial);
        finish(partial, out, provenance);
      }
    }
  }

  private static Provenance.Part part(Input input, double scale) {
    return new Provenance.Part(input.name(), input.sha256(), scale);
  }

  private static void refuseExisting(Path out) {
    if (Files.exists(out)) {
      throw new EngineException(
          "%s is there already. Maybe another name was meant.".formatted(out));
    }
  }

  private static Path partial(Path out) {
    Path partial = out.resolveSibling(out.getFileName() + PARTIAL);
    try {
      Durable.delete(partial);
      return partial;
    } catch (IOException e) {
      throw new EngineException("%s cannot be removed: %s".formatted(partial, e), e);
    }
  }

  private static void finish(Path partial, Path out, Provenance provenance) {
    try {
      ModelFolder.write(partial.resolve(Provenance.FILE), provenance.json());
      Durable.move(partial, out);
    } catch (IOException e) {
      throw new EngineException("%s cannot be written: %s".formatted(out, e), e);
    }
  }
}
