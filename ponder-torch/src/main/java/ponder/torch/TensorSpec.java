package ponder.torch;

import java.util.List;

/// What a tensor of a model must be called and look like.
///
/// @param shape dimensions, slowest first: [rows, columns] or [values]
record TensorSpec(String name, List<Long> shape) {
  static TensorSpec matrix(String name, long rows, long columns) {
    return new TensorSpec(name, List.of(rows, columns));
  }

  static TensorSpec vector(String name, long values) {
    return new TensorSpec(name, List.of(values));
  }

  TensorSpec under(String prefix) {
    return new TensorSpec(prefix + name, shape);
  }

  long rows() {
    return shape.getFirst();
  }

  /// Values of a row; 1 for a vector.
  long columns() {
    return shape.size() == 1 ? 1 : shape.get(1);
  }

  long values() {
    return rows() * columns();
  }
}
