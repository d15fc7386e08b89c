package ponder.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// An immutable sequence of token ids, compared by content.
///
/// Safe to share between threads. `concat` and `slice` copy: O(length).
public final class Tokens {
  /// Stands for the id of a token that a remote server generated and did not show.
  public static final int UNKNOWN = -1;

  private static final Tokens EMPTY = new Tokens(new int[0]);

  private final int[] ids;

  private Tokens(int[] ids) {
    this.ids = ids;
  }

  /// The sequence with these ids; the array is copied.
  public static Tokens of(int... ids) {
    return ids.length == 0 ? EMPTY : new Tokens(ids.clone());
  }

  /// The sequence with these ids.
  public static Tokens of(List<Integer> ids) {
    return ids.isEmpty() ? EMPTY : new Tokens(ids.stream().mapToInt(Integer::intValue).toArray());
  }

  public int size() {
    return ids.length;
  }

  public boolean isEmpty() {
    return ids.length == 0;
  }

  /// The id at `index`.
  ///
  /// @throws ArrayIndexOutOfBoundsException if `index` is outside `[0, size)`
  public int get(int index) {
    return ids[index];
  }

  /// The ids in `[from, to)`.
  ///
  /// @throws IndexOutOfBoundsException if the range is outside `[0, size]`
  public Tokens slice(int from, int to) {
    java.util.Objects.checkFromToIndex(from, to, ids.length);
    return from == 0 && to == ids.length ? this : new Tokens(Arrays.copyOfRange(ids, from, to));
  }

  /// This sequence followed by `next`.
  public Tokens concat(Tokens next) {
    if (next.isEmpty()) {
      return this;
    }
    if (isEmpty()) {
      return next;
    }
    int[] joined = Arrays.copyOf(ids, ids.length + next.ids.length);
    System.arraycopy(next.ids, 0, joined, ids.length, next.ids.length);
    return new Tokens(joined);
  }

  /// Whether this sequence begins with all of `prefix`.
  public boolean startsWith(Tokens prefix) {
    return prefix.size() <= size()
        && Arrays.equals(ids, 0, prefix.size(), prefix.ids, 0, prefix.size());
  }

  /// A fresh array of the ids.
  public int[] toArray() {
    return ids.clone();
  }

  public IntStream stream() {
    return Arrays.stream(ids);
  }

  public List<Integer> toList() {
    return stream().boxed().toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tokens that && Arrays.equals(ids, that.ids);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ids);
  }

  @Override
  public String toString() {
    return Arrays.toString(ids);
  }
}
