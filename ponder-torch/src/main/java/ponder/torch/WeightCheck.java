package ponder.torch;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import ponder.model.EngineException;

/// Compares the tensors in files with those a model must have, all of them before anything is read.
final class WeightCheck {
  private WeightCheck() {}

  /// @throws EngineException listing every tensor that is missing, unknown or of another shape
  static void check(TransformerConfig config, WeightSource source) {
    List<String> problems = new ArrayList<>();
    Map<String, List<Long>> there = source.tensors();
    Set<String> known = new HashSet<>();
    for (TensorSpec spec : config.tensors()) {
      known.add(spec.name());
      List<Long> shape = there.get(spec.name());
      if (shape == null) {
        problems.add("%s %s is missing".formatted(spec.name(), spec.shape()));
      } else if (!shape.equals(spec.shape())) {
        problems.add(
            "%s must have the shape %s, not %s".formatted(spec.name(), spec.shape(), shape));
      }
    }
    for (String name : there.keySet()) {
      if (!known.contains(name)) {
        problems.add("%s is not known".formatted(name));
      }
    }
    if (!problems.isEmpty()) {
      throw new EngineException(
          "The weights of %s do not fit a %s model with %d layers (%d problems): %s."
              .formatted(
                  source.name(),
                  config.family().type(),
                  config.layers(),
                  problems.size(),
                  String.join("; ", problems)));
    }
  }
}
