package ponder.torch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import ponder.model.EngineException;

/// Reads adapters from files: folders in PEFT's layout and GGUF adapters.
final class LoraFiles {
  private LoraFiles() {}

  /// The two halves of a factor while they are collected.
  private static final class Halves {
    private @Nullable Half down;
    private @Nullable Half up;
  }

  /// One stored matrix, row-major.
  @SuppressWarnings("ArrayRecordComponent") // passed on, never changed
  record Half(float[] values, long rows, long columns) {}

  /// What a reader finds: halves by place, the scale of each, and what is wrong.
  static final class Found {
    private final Map<Lora.Place, Halves> halves =
        new TreeMap<>(
            java.util.Comparator.comparingInt(Lora.Place::layer)
                .thenComparing(Lora.Place::projection));
    private final List<String> problems = new ArrayList<>();
    private final Scale scale;

    Found(Scale scale) {
      this.scale = scale;
    }

    void add(Lora.Place place, boolean isDown, Half half) {
      Halves both = halves.computeIfAbsent(place, key -> new Halves());
      if (isDown) {
        both.down = half;
      } else {
        both.up = half;
      }
    }

    void problem(String text) {
      problems.add(text);
    }
  }

  /// Gives a factor's scale from its rank.
  @FunctionalInterface
  interface Scale {
    double of(Lora.Place place, int rank);
  }

  /// The adapter in `path`, in the weights' type and place.
  ///
  /// @throws EngineException if it is none, or not for this model, with everything that is wrong
  static Lora read(Path path, Weights weights) {
    return read(path, weights.config(), weights.device(), weights.type());
  }

  /// The adapter in `path` for a model of this form.
  ///
  /// @throws EngineException if it is none, or not for this model, with everything that is wrong
  static Lora read(Path path, TransformerConfig config, Device device, ScalarType type) {
    Found found = Files.isDirectory(path) ? LoraFolder.read(path) : LoraGguf.read(path, config);
    return assemble(path.toString(), found, config, device, type);
  }

  /// Checks and puts together what was found.
  private static Lora assemble(
      String name, Found found, TransformerConfig config, Device device, ScalarType type) {
    if (found.halves.isEmpty() && found.problems.isEmpty()) {
      found.problem("it changes nothing");
    }
    found.halves.forEach((place, both) -> check(found, place, both, config));
    if (!found.problems.isEmpty()) {
      throw new EngineException(
          "%s is no adapter for this model (%d problems): %s."
              .formatted(name, found.problems.size(), String.join("; ", found.problems)));
    }
    Map<Lora.Place, Lora.Factor> factors = new LinkedHashMap<>();
    found.halves.forEach(
        (place, both) -> {
          Half down = both.down;
          Half up = both.up;
          if (down != null && up != null) {
            double times = found.scale.of(place, (int) down.rows);
            factors.put(
                place,
                new Lora.Factor(tensor(down, device, type), tensor(up, device, type), times));
          }
        });
    return new Lora(factors);
  }

  private static void check(Found found, Lora.Place place, Halves both, TransformerConfig config) {
    String where = "layer %d %s".formatted(place.layer(), place.projection().module());
    Half down = both.down;
    Half up = both.up;
    if (place.layer() >= config.layers()) {
      found.problem("%s is beyond the model's %d layers".formatted(where, config.layers()));
    } else if (down == null || up == null) {
      found.problem("%s has only one of A and B".formatted(where));
    } else if (down.columns != place.projection().in(config)
        || up.rows != place.projection().out(config)
        || down.rows != up.columns) {
      found.problem(
          "%s has A [%d, %d] and B [%d, %d], where the model's map takes %d values to %d"
              .formatted(
                  where,
                  down.rows,
                  down.columns,
                  up.rows,
                  up.columns,
                  place.projection().in(config),
                  place.projection().out(config)));
    } else if (!finite(down.values) || !finite(up.values)) {
      found.problem("%s holds values that are not finite".formatted(where));
    }
  }

  /// One that is not would spread through shared cells to sequences without the adapter.
  private static boolean finite(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value * 0; // NaN for NaN and infinities
    }
    return sum == 0;
  }

  private static Tensor tensor(Half half, Device device, ScalarType type) {
    return Tensors.owned(
        () -> Tensors.floats(half.values, half.rows, half.columns).to(device, type));
  }
}
