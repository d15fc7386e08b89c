package ponder.grade;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.grade.exact.Expr;
import ponder.grade.exact.Work;

/// Sets of real numbers as sorted intervals that do not touch; a point is an interval from itself
/// to itself.
///
/// Ends are sorted by their approximate values; whether two ends meet is decided exactly.
final class Ranges {
  private static final double NEAR = 1e-9;

  private Ranges() {}

  /// An interval with the approximate values of its ends.
  record Range(Value.Interval interval, double low, double high) {}

  /// Whether the two unions of `parts` are the same set.
  static Decision compare(List<Value> a, List<Value> r, Numbers numbers, Work work) {
    List<Range> left = merged(a, numbers, work);
    List<Range> right = merged(r, numbers, work);
    if (left == null || right == null) {
      return single(a, r, numbers);
    }
    if (left.size() != right.size()) {
      return Decision.no(Reason.INTERVAL, "pieces");
    }
    for (int i = 0; i < right.size(); i++) {
      Decision piece = compare(left.get(i).interval, right.get(i).interval, numbers);
      if (!piece.isYes()) {
        return piece.as(Reason.INTERVAL, "interval[" + i + "]");
      }
    }
    return Decision.yes(Reason.INTERVAL, "interval");
  }

  /// Ends that are no constants cannot be sorted: then one interval is compared with one.
  private static Decision single(List<Value> a, List<Value> r, Numbers numbers) {
    Value.Interval left = a.size() == 1 ? interval(a.getFirst()) : null;
    Value.Interval right = r.size() == 1 ? interval(r.getFirst()) : null;
    if (left == null || right == null) {
      return Decision.unknown(Reason.INTERVAL, "unsorted");
    }
    return compare(left, right, numbers).as(Reason.INTERVAL, "interval");
  }

  private static Decision compare(Value.Interval a, Value.Interval r, Numbers numbers) {
    if (a.lowOpen() != r.lowOpen() || a.highOpen() != r.highOpen()) {
      return Decision.no(Reason.INTERVAL, "open ends");
    }
    Decision low = numbers.compare(a.low(), r.low());
    return low.isYes() ? numbers.compare(a.high(), r.high()) : low;
  }

  private static Value.@Nullable Interval interval(Value value) {
    return switch (value) {
      case Value.Interval interval -> interval;
      case Value.Tuple tuple -> {
        Expr low = end(tuple.items().get(0));
        Expr high = end(tuple.items().get(1));
        yield low == null || high == null ? null : ValueParser.interval(low, true, high, true);
      }
      default -> null;
    };
  }

  private static @Nullable Expr end(Value value) {
    return switch (value) {
      case Value.Num num -> num.expr();
      case Value.Choice choice -> choice.variable();
      default -> null;
    };
  }

  /// The pieces of a union, sorted and merged; null if an end is no constant.
  static @Nullable List<Range> merged(List<Value> parts, Numbers numbers, Work work) {
    List<Range> pieces = new ArrayList<>();
    for (Value part : parts) {
      if (!add(part, pieces, work)) {
        return null;
      }
    }
    pieces.sort(
        Comparator.comparingDouble(Range::low).thenComparing(piece -> piece.interval.lowOpen()));
    List<Range> merged = new ArrayList<>();
    for (Range piece : pieces) {
      if (!merged.isEmpty() && touch(merged.getLast(), piece, numbers)) {
        merged.add(joined(merged.removeLast(), piece, numbers));
      } else {
        merged.add(piece);
      }
    }
    return merged;
  }

  private static boolean add(Value part, List<Range> pieces, Work work) {
    if (part instanceof Value.Collection points) {
      for (Value point : points.items()) {
        Expr at = end(point);
        if (at == null || !addRange(new Value.Interval(at, false, at, false), pieces, work)) {
          return false;
        }
      }
      return true;
    }
    Value.Interval interval = interval(part);
    return interval != null && addRange(interval, pieces, work);
  }

  private static boolean addRange(Value.Interval interval, List<Range> pieces, Work work) {
    double low = Sets.approximate(interval.low(), work);
    double high = Sets.approximate(interval.high(), work);
    if (Double.isNaN(low) || Double.isNaN(high)) {
      return false;
    }
    pieces.add(new Range(interval, low, high));
    return true;
  }

  /// Whether a piece overlaps the one before it or continues it without a gap.
  private static boolean touch(Range before, Range after, Numbers numbers) {
    if (!isNear(before.high, after.low)) {
      return after.low < before.high;
    }
    boolean bothOpen = before.interval.highOpen() && after.interval.lowOpen();
    return !bothOpen && numbers.compare(before.interval.high(), after.interval.low()).isYes();
  }

  private static boolean isNear(double a, double b) {
    return a == b || Math.abs(a - b) <= NEAR * Math.max(Math.abs(a), Math.abs(b));
  }

  private static Range joined(Range before, Range after, Numbers numbers) {
    Value.Interval first = before.interval;
    Value.Interval second = after.interval;
    boolean sameLow =
        isNear(before.low, after.low) && numbers.compare(first.low(), second.low()).isYes();
    boolean sameHigh =
        isNear(before.high, after.high) && numbers.compare(first.high(), second.high()).isYes();
    boolean further = after.high > before.high;
    boolean lowOpen = first.lowOpen() && (!sameLow || second.lowOpen());
    boolean highOpen =
        sameHigh
            ? first.highOpen() && second.highOpen()
            : further ? second.highOpen() : first.highOpen();
    Value.Interval interval =
        new Value.Interval(first.low(), lowOpen, further ? second.high() : first.high(), highOpen);
    return new Range(interval, before.low, Math.max(before.high, after.high));
  }
}
