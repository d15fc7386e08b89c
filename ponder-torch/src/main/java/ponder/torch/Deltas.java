package ponder.torch;

import org.bytedeco.pytorch.Tensor;

/// What adapters add to the linear maps of a model.
interface Deltas {
  /// Adds in place what the adapters make of `input` to `output`.
  ///
  /// @param input [N, in]
  /// @param output [N, out], a view into a larger tensor or a whole one
  void add(int layer, Projection projection, Tensor input, Tensor output);

  /// Whether they change any of these maps.
  boolean changes(Projection projection);
}
