package ponder.torch;

/// The order of rows within the heads of queries and keys.
///
/// GGUF files of the Llama family store them so that the values which turn together ([Rope]) are
/// neighbours: row 2j + i of a head there is row `i * headWidth/2 + j` here and in Hugging Face's
/// files. Files of other families keep the order.
final class HeadOrder {
  private HeadOrder() {}

  /// Whether GGUF files of this model store this map's rows in the other order.
  static boolean turns(TransformerConfig config, Projection projection) {
    return config.family() == Family.LLAMA
        && (projection == Projection.QUERY || projection == Projection.KEY);
  }

  /// Where row `row` lies in a GGUF file.
  static long inGguf(long row, int headWidth) {
    long inHead = row % headWidth;
    long half = headWidth / 2;
    return row - inHead + 2 * (inHead % half) + inHead / half;
  }

  /// Rows in a GGUF file's order, put in order.
  static float[] fromGguf(float[] stored, int columns, int headWidth) {
    float[] values = new float[stored.length];
    for (int row = 0; row < stored.length / columns; row++) {
      int from = (int) inGguf(row, headWidth) * columns;
      System.arraycopy(stored, from, values, row * columns, columns);
    }
    return values;
  }

  /// Rows in order, put as a GGUF file wants them.
  static float[] toGguf(float[] values, int columns, int headWidth) {
    float[] stored = new float[values.length];
    for (int row = 0; row < values.length / columns; row++) {
      int to = (int) inGguf(row, headWidth) * columns;
      System.arraycopy(values, row * columns, stored, to, columns);
    }
    return stored;
  }
}
