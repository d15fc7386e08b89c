package ponder.gguf;

import java.util.List;

/// One tensor of a file.
///
/// @param dimensions element counts, the fastest first (so a matrix is [columns, rows]); one to
///   four, each at least 1
/// @param offset byte where its data begin, counted from the beginning of the data section
/// @param bytes size of its data
public record TensorInfo(
    String name, List<Long> dimensions, TensorType type, long offset, long bytes) {
  public TensorInfo {
    dimensions = List.copyOf(dimensions);
  }

  /// Number of elements.
  public long elements() {
    return dimensions.stream().reduce(1L, (a, b) -> a * b);
  }

  /// Elements along `axis`; 1 beyond the last.
  public long dimension(int axis) {
    return axis < dimensions.size() ? dimensions.get(axis) : 1;
  }
}
