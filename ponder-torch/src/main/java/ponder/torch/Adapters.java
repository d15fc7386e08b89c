package ponder.torch;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import ponder.model.AdapterKey;
import ponder.model.EngineException;

/// The loaded adapters of a model, owned.
///
/// Keys that differ in scale alone share their weights. For the engine's one thread.
final class Adapters implements AutoCloseable {
  private final Weights weights;
  private final Map<String, Lora> byHash = new HashMap<>();
  private final Map<AdapterKey, Deltas> deltas = new HashMap<>();

  Adapters(Weights weights) {
    this.weights = weights;
  }

  /// Loads a GGUF file or a PEFT folder under `key`; free if its content is loaded already.
  ///
  /// @throws IllegalArgumentException if it is no adapter for this model
  void load(AdapterKey key, Path file) {
    if (!Double.isFinite(key.scale())) {
      throw new IllegalArgumentException(
          "The adapter's scale (%s) must be a finite number.".formatted(key.scale()));
    }
    try {
      Lora lora = byHash.computeIfAbsent(key.hash(), hash -> LoraFiles.read(file, weights));
      deltas.put(key, lora.scaled(key.scale()));
    } catch (EngineException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /// What a loaded adapter adds.
  ///
  /// @throws IllegalArgumentException if it is not loaded
  Deltas get(AdapterKey key) {
    Deltas found = deltas.get(key);
    if (found == null) {
      throw new IllegalArgumentException("The adapter %s is not loaded.".formatted(key));
    }
    return found;
  }

  /// What the adapters of a step add, each to its own rows; null if none does.
  ///
  /// @throws IllegalArgumentException if one is not loaded
  @Nullable Deltas of(Step step) {
    if (step.stretches.isEmpty()) {
      return null;
    }
    Step.Stretch first = step.stretches.getFirst();
    if (first.from() == 0 && first.to() == step.order.length) {
      return get(first.adapter());
    }
    List<Deltas> parts = step.stretches.stream().map(part -> get(part.adapter())).toList();
    return new Deltas() {
      @Override
      public void add(int layer, Projection projection, Tensor input, Tensor output) {
        for (int i = 0; i < parts.size(); i++) {
          Step.Stretch part = step.stretches.get(i);
          int rows = part.to() - part.from();
          if (parts.get(i).changes(projection)) {
            parts
                .get(i)
                .add(
                    layer,
                    projection,
                    input.narrow(0, part.from(), rows),
                    output.narrow(0, part.from(), rows));
          }
        }
      }

      @Override
      public boolean changes(Projection projection) {
        return parts.stream().anyMatch(part -> part.changes(projection));
      }
    };
  }

  /// Frees an adapter; unknown keys are ignored.
  void unload(AdapterKey key) {
    if (deltas.remove(key) != null && !hashes().contains(key.hash())) {
      Lora unused = byHash.remove(key.hash());
      if (unused != null) {
        unused.close();
      }
    }
  }

  private Set<String> hashes() {
    Set<String> hashes = new HashSet<>();
    deltas.keySet().forEach(key -> hashes.add(key.hash()));
    return hashes;
  }

  @Override
  public void close() {
    byHash.values().forEach(Lora::close);
    byHash.clear();
    deltas.clear();
  }
}
