package ponder.torch;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import ponder.model.EngineException;

/// Compares the tensors in files with those a model must have, all of them before anything is read.
final class WeightCheck {
  private WeightCheck() {}

  /// @throws EngineException listing every tensor that is missing, unknown or of another shape, as
  ///   the files call it, with the shapes that are there and must be, slowest dimension first
  static void check(TransformerConfig config, WeightSource source) {
    List<String> problems = new ArrayList<>();
    Map<String, List<Long>> there = source.tensors();
    Set<String> known = new HashSet<>();
    for (TensorSpec spec : config.tensors()) {
      known.add(spec.name());
      List<Long> shape = there.get(spec.name());
      if (shape == null) {
        problems.add("%s %s is missing".formatted(source.called(spec.name()), spec.shape()));
      } else if (!shape.equals(spec.shape())) {
        problems.add(
            "%s must have the shape %s, not %s"
                .formatted(source.called(spec.name()), spec.shape(), shape));
      }
    }
    new TreeMap<>(there)
        .forEach(
            (name, shape) -> {
              if (!known.contains(name)) {
                problems.add("%s %s is not known".formatted(source.called(name), shape));
              }
            });
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
