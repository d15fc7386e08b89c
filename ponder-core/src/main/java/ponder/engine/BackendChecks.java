package ponder.engine;

/// What every [Backend] checks before it computes, so that a mistake in the scheduler is an
/// exception and not a broken cache or, below, an aborted process.
///
/// All throw [IllegalArgumentException] naming the value and its range.
public final class BackendChecks {
  private BackendChecks() {}

  /// @param hidden whether the outputs are hidden states
  public static void batch(Backend.Shape shape, Backend.Batch rows, boolean hidden) {
    if (rows.rows < 1 || rows.rows > shape.batchRows()) {
      throw new IllegalArgumentException(
          "A batch has %d rows; it must have 1 to %d.".formatted(rows.rows, shape.batchRows()));
    }
    int outputs = 0;
    for (int row = 0; row < rows.rows; row++) {
      inRange("token", rows.token[row], shape.vocabularySize(), row);
      inRange("position", rows.position[row], shape.contextLength(), row);
      inRange("sequence", rows.sequence[row], shape.sequenceIds(), row);
      outputs += rows.output[row] ? 1 : 0;
    }
    if (outputs > shape.outputRows()) {
      throw new IllegalArgumentException(
          "A batch has %d outputs; it may have %d.".formatted(outputs, shape.outputRows()));
    }
    if (hidden && outputs != rows.rows) {
      throw new IllegalArgumentException(
          "A batch for hidden states must mark all its %d rows as outputs, not %d."
              .formatted(rows.rows, outputs));
    }
  }

  private static void inRange(String what, int value, int end, int row) {
    if (value < 0 || value >= end) {
      throw new IllegalArgumentException(
          "%s (%d) of row %d is outside [0, %d).".formatted(what, value, row, end));
    }
  }

  public static void sequence(Backend.Shape shape, int id) {
    if (id < 0 || id >= shape.sequenceIds()) {
      throw new IllegalArgumentException(
          "sequence (%d) is outside [0, %d).".formatted(id, shape.sequenceIds()));
    }
  }

  /// @param into where an output row is to be read to
  public static void output(float[] into, int width) {
    if (into.length != width) {
      throw new IllegalArgumentException(
          "The array for an output row has %d places; it must have %d."
              .formatted(into.length, width));
    }
  }

  /// @param have tokens of `from`
  /// @param taken tokens of `to`
  public static void share(int from, int have, int to, int taken, int length) {
    if (length < 0 || length > have) {
      throw new IllegalArgumentException(
          "%d cells of sequence %d are to be shared; it has %d.".formatted(length, from, have));
    }
    if (taken != 0) {
      throw new IllegalArgumentException(
          "Sequence %d has %d cells; only an empty one can take a share.".formatted(to, taken));
    }
  }

  public static void remove(int id, int from) {
    if (from < 0) {
      throw new IllegalArgumentException(
          "Cells of sequence %d are to be removed from position %d on; it must be 0 or more."
              .formatted(id, from));
    }
  }

  /// @param have tokens that both sequences reach
  public static void replace(Backend.Shape shape, int from, int to, int begin, int end, int have) {
    if (from == to || begin < 0 || begin > end || end > have || !shape.partialRemoval()) {
      throw new IllegalArgumentException(
          "Cells [%d, %d) of sequence %d cannot replace those of sequence %d: they have %d in common."
              .formatted(begin, end, from, to, have));
    }
  }

  /// @param have tokens of the sequence
  public static void park(int id, int begin, int end, int have) {
    if (begin < 0 || begin >= end || end > have) {
      throw new IllegalArgumentException(
          "Cells [%d, %d) of sequence %d cannot be parked: it has %d."
              .formatted(begin, end, id, have));
    }
  }

  /// What is thrown for parked cells that do not fit.
  ///
  /// @param have tokens of the sequence
  public static IllegalArgumentException misplaced(int id, int begin, int end, int have) {
    return new IllegalArgumentException(
        "Parked cells cannot be put to [%d, %d) of sequence %d, which has %d."
            .formatted(begin, end, id, have));
  }
}
