package ponder.torch;

import ponder.engine.Shortlist;

/// The output rows of the last forward, until the next one. Any thread may read between two
/// forwards.
interface Outputs extends AutoCloseable {
  /// Copies the first values of a row; false if it has none of this kind.
  boolean read(int row, boolean hiddenState, float[] into);

  /// Fills in the best tokens of a row; false if whole rows are to be read.
  boolean shortlist(int row, Shortlist into);

  @Override
  void close();
}
