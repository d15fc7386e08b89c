package ponder.core;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// Guesses which known name a mistyped one stands for, for the "Maybe" of an error message.
///
/// Letters are compared without case. The distance counts inserted, deleted, replaced and swapped
/// neighbouring letters (optimal string alignment: Damerau 1964, Wagner and Fischer 1974); up to a
/// third of the typed letters may be wrong, and at least one. If no name is that near, the first
/// one that contains the typed text is taken, so that `qwen` finds `qwen2.5-coder-0.5b`. Ties go to
/// the earliest name.
public final class Nearest {
  private Nearest() {}

  /// The known name nearest to `typed`; empty if none is near. O(sum of the products of lengths).
  public static Optional<String> to(String typed, Collection<String> known) {
    String wanted = typed.toLowerCase(Locale.ROOT);
    int least = Math.max(1, wanted.length() / 3) + 1;
    Optional<String> nearest = Optional.empty();
    for (String name : known) {
      int distance = distance(wanted, name.toLowerCase(Locale.ROOT));
      if (distance < least && distance < Math.max(wanted.length(), name.length())) {
        least = distance;
        nearest = Optional.of(name);
      }
    }
    return nearest.or(() -> containing(wanted, known));
  }

  /// A sentence to end an error message with: `Maybe 'x' was meant.` if a name is near, else `Maybe
  /// one of [x, y] was meant.`, and nothing if no name is known. It begins with a space when it is
  /// not empty.
  public static String maybe(String typed, Collection<String> known) {
    if (known.isEmpty()) {
      return "";
    }
    return to(typed, known)
        .map(name -> " Maybe '" + name + "' was meant.")
        .orElseGet(() -> " Maybe one of " + known + " was meant.");
  }

  private static Optional<String> containing(String wanted, Collection<String> known) {
    return wanted.isEmpty()
        ? Optional.empty()
        : known.stream().filter(name -> name.toLowerCase(Locale.ROOT).contains(wanted)).findFirst();
  }

  /// Three rows of the alignment table are enough: a swap looks two rows back.
  static int distance(String a, String b) {
    int[] before = new int[b.length() + 1];
    int[] above = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      int[] oldest = before;
      before = above;
      above = row;
      row = oldest;
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], before[j - 2] + 1);
        }
      }
    }
    return row[b.length()];
  }
}
