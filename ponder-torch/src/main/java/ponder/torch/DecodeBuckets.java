package ponder.torch;

/// The sizes that decode steps are padded to, so that a few recorded graphs serve all of them.
///
/// Dense where steps are short and padding would tell: from 64 rows on in steps of 32, then 64.
final class DecodeBuckets {
  private static final int[] FEW = {1, 2, 4, 8, 16, 32};
  private static final int SHORTEST = 256;

  private DecodeBuckets() {}

  /// The least bucket of at least `rows`, but no more than `most`.
  static int rows(int rows, int most) {
    for (int bucket : FEW) {
      if (bucket >= rows) {
        return Math.min(bucket, most);
      }
    }
    int step = rows <= 128 ? 32 : rows <= 256 ? 64 : 128;
    return Math.min((rows + step - 1) / step * step, most);
  }

  /// The least power of two of at least `length` tokens, from 256 on, but no more than `most`.
  static int length(int length, int most) {
    int bucket = SHORTEST;
    while (bucket < length) {
      bucket *= 2;
    }
    return Math.min(bucket, most);
  }
}
