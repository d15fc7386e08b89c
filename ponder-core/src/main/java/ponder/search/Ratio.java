package ponder.search;

import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// How a number of attempts is divided into chains: `chains` side by side, each of `length`
/// attempts one after the other.
record Ratio(int chains, int length) {
  /// As even as can be, rather longer than wider.
  static final String AUTO = "auto";

  private static final Pattern TEXT = Pattern.compile("(\\d{1,6})(?:[/:](\\d{1,6}))?");

  /// Divides `n` attempts.
  ///
  /// @param text attempts in a row to chains: `4`, `4:1`, `1/4`, or `auto`
  /// @throws IllegalArgumentException if the text cannot be read, or no whole numbers have this
  ///   ratio, with the nearest that can be had
  static Ratio of(String text, int n) {
    if (text.strip().equals(AUTO)) {
      return all(n).stream()
          .filter(it -> it.length >= it.chains)
          .min(Comparator.comparingInt(Ratio::length))
          .orElseThrow();
    }
    Matcher matcher = TEXT.matcher(text.strip());
    long row = matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    long side =
        matcher.matches() && matcher.group(2) != null ? Long.parseLong(matcher.group(2)) : 1;
    if (row < 1 || side < 1) {
      throw new IllegalArgumentException(
          "ratio (%s) must be two numbers above 0, such as 4:1, or auto.".formatted(text));
    }
    return all(n).stream()
        .filter(it -> it.length * side == it.chains * row)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "ratio (%s) does not divide n (%d) into chains of equal length. Maybe %s was meant."
                        .formatted(text, n, nearest((double) row / side, n))));
  }

  private static List<Ratio> all(int n) {
    return IntStream.rangeClosed(1, n)
        .filter(it -> n % it == 0)
        .mapToObj(it -> new Ratio(it, n / it))
        .toList();
  }

  private static String nearest(double wanted, int n) {
    Ratio nearest =
        all(n).stream()
            .min(Comparator.comparingDouble(it -> Math.abs(Math.log(it.value() / wanted))))
            .orElseThrow();
    int common = gcd(nearest.length, nearest.chains);
    return "%d:%d".formatted(nearest.length / common, nearest.chains / common);
  }

  private double value() {
    return (double) length / chains;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
