package ponder.torch;

import java.util.List;
import java.util.Map;
import ponder.model.EngineException;

/// Tensors in files, by Hugging Face's names and in its order of rows, as 32-bit numbers.
interface WeightSource {
  /// What is there: names and shapes, slowest dimension first. Tensors that say nothing (copies of
  /// others, tables that can be computed) are left out.
  Map<String, List<Long>> tensors();

  /// Reads rows `[first, first + count)` of a tensor into `into`, row-major; of a vector, single
  /// values.
  ///
  /// @throws EngineException if its type cannot be read
  void rows(String name, long first, int count, float[] into);

  /// What the files call a tensor of this name, whether it is there or not, for messages.
  default String called(String name) {
    return name;
  }

  /// A word on where they come from, for messages.
  String name();
}
