package ponder.grade.exact;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ponder.core.Seed;

/// Decides whether two expressions are the same by computing both to many digits, at several points
/// if there are variables.
///
/// Differences are judged against the size of the values, never absolutely: an absolute tolerance
/// makes 2^-99 and 2^-98 equal. Where a difference might be made of cancelled digits alone, and
/// wherever equality is to be believed of a constant, both sides are computed again with twice and
/// four times the digits: a difference that is none shrinks with them. Where a sum dropped an
/// addend because the other is larger by more than all digits, equality is never believed; that
/// first digits differ is, if none were cancelled. The points are fixed; the first are positive, so
/// that roots and logarithms of variables have points where they are defined.
public final class Identity {
  private static final int[] BITS = {224, 448, 896};

  /// Bits that a computation usually loses, and those it may lose before its result is wrong.
  private static final int USUAL_NOISE = 16;

  private static final int NOISE = Arithmetic.NOISE_BITS;

  private static final int MAX_POINTS = 48;
  private static final int ENOUGH_POINTS = 8;
  private static final Seed POINTS = new Seed(0).split("identity", "points");

  /// How two expressions compare.
  public enum Outcome {
    /// Equal wherever they were tried.
    EQUAL,
    /// Different somewhere.
    DIFFERENT,
    /// Defined at too few points to say.
    UNDEFINED
  }

  private final Expr a;
  private final Expr b;
  private final Evaluator[] levels = new Evaluator[BITS.length];
  private final Set<String> variables = new LinkedHashSet<>();
  private final Set<String> discrete = new LinkedHashSet<>();

  private Identity(Expr a, Expr b, boolean complex, Work work) {
    this.a = a;
    this.b = b;
    for (int level = 0; level < levels.length; level++) {
      levels[level] = new Evaluator(BITS[level], !complex, work);
    }
    Variables.collect(a, variables, discrete);
    Variables.collect(b, variables, discrete);
  }

  /// Whether `a` and `b` are equal; over the reals unless `complex`.
  ///
  /// @throws Work.Exhausted if the step limit is met
  public static Outcome test(Expr a, Expr b, boolean complex, Work work) {
    return new Identity(a, b, complex, work).run();
  }

  /// The sign of the real constant that `a` is of `b`; 0 if it is none or nothing is known. The
  /// ratio is constant if `a(x) b(y) = a(y) b(x)` for all `x` and `y`.
  ///
  /// @throws Work.Exhausted if the step limit is met
  public static int proportion(Expr a, Expr b, boolean complex, Work work) {
    Expr left = new Expr.Product(List.of(a, elsewhere(b)));
    Expr right = new Expr.Product(List.of(elsewhere(a), b));
    boolean constant = test(left, right, complex, work) == Outcome.EQUAL;
    return constant ? new Identity(a, b, complex, work).sign() : 0;
  }

  private static Expr elsewhere(Expr expr) {
    return Variables.replace(
        expr,
        part -> part instanceof Expr.Symbol symbol ? new Expr.Symbol(symbol.name() + "'") : part);
  }

  private int sign() {
    for (int point = 0; point < MAX_POINTS; point++) {
      set(point, levels[0]);
      Complex left = value(levels[0], a).value();
      Complex right = value(levels[0], b).value();
      if (left != null && right != null) {
        int sign = left.re().signum() * right.re().signum();
        if (sign != 0) {
          return sign;
        }
      }
    }
    return 0;
  }

  private Outcome run() {
    int enough = variables.isEmpty() ? 1 : ENOUGH_POINTS;
    int points = variables.isEmpty() ? 1 : MAX_POINTS;
    int usable = 0;
    for (int point = 0; point < points && usable < enough; point++) {
      Outcome outcome = compare(point, usable == 0);
      if (outcome == Outcome.DIFFERENT) {
        return outcome;
      }
      usable += outcome == Outcome.EQUAL ? 1 : 0;
    }
    return usable < enough ? Outcome.UNDEFINED : Outcome.EQUAL;
  }

  private void set(int point, Evaluator evaluator) {
    for (String variable : variables) {
      evaluator.set(variable, coordinate(variable, point, discrete.contains(variable)));
    }
  }

  /// A variable's value at a point: an integer from 1, or a fraction, below 1 at even points and
  /// from 1 to 6 at odd ones, of either sign from the fifth point on.
  static Real coordinate(String variable, int point, boolean integer) {
    long bits = POINTS.split(variable, point).value();
    if (integer) {
      return Real.of(1 + point / 6 + Math.floorMod(bits, 5));
    }
    long fraction = (bits >>> 8) & 0xFFFF;
    Real value = Real.of(point % 2 == 0 ? 1 + fraction : 0x10001 + fraction * 5).scaled(-16);
    return point >= 4 && (bits & 1) == 1 ? value.negate() : value;
  }

  /// Compares both sides at a point, with more digits until they tell; one level is enough to find
  /// them equal unless that is to be confirmed.
  private Outcome compare(int point, boolean confirm) {
    Distance before = null;
    for (int level = 0; level < levels.length; level++) {
      set(point, levels[level]);
      Distance distance = distance(levels[level]);
      if (distance.outcome == Outcome.DIFFERENT) {
        return Outcome.DIFFERENT;
      }
      if (distance.outcome == Outcome.UNDEFINED) {
        continue; // a divisor that seems to be zero may be none with more digits
      }
      int bits = BITS[level];
      boolean last = level == BITS.length - 1;
      if (!distance.isWithin(bits - NOISE) || (last && distance.isPlain())) {
        return Outcome.DIFFERENT;
      }
      boolean sure = distance.isWithin(bits - USUAL_NOISE) || distance.shrankFrom(before, level);
      if (sure && !distance.lost && (level > 0 || (!confirm && distance.isClose(bits)))) {
        return Outcome.EQUAL;
      }
      before = distance;
    }
    return Outcome.UNDEFINED;
  }

  /// How far two values are apart: the difference, the larger magnitude, the largest exponent that
  /// was added on the way, whether an addend was lost, and how many bits were cancelled. Only
  /// meaningful if the outcome is EQUAL: both are defined.
  private record Distance(
      Outcome outcome, Real difference, Real size, long largestTop, boolean lost, long cancelled) {
    static Distance none(Outcome outcome) {
      return new Distance(outcome, Real.ZERO, Real.ZERO, 0, false, 0);
    }

    /// Whether the values differ in their first bits while next to none were cancelled, so that
    /// neither rounding nor a lost addend can be the cause, however large the addends were.
    boolean isPlain() {
      return cancelled <= NOISE && !difference.isZero() && difference.top() > size.top() - NOISE;
    }

    /// Whether the difference is that many bits below the values.
    boolean isClose(int bits) {
      return difference.isZero() || difference.top() <= size.top() - bits + NOISE;
    }

    /// Whether the difference is that many bits below the values or what was added on the way.
    boolean isWithin(int bits) {
      return difference.isZero() || difference.top() <= Math.max(size.top(), largestTop) - bits;
    }

    boolean shrankFrom(@Nullable Distance before, int level) {
      return before != null
          && !before.difference.isZero()
          && !difference.isZero()
          && difference.top() <= before.difference.top() - (BITS[level] - BITS[level - 1]) + NOISE;
    }
  }

  /// A value, or null if it is undefined; `pole` if by a division by zero.
  private record Value(@Nullable Complex value, boolean pole) {}

  private static Value value(Evaluator evaluator, Expr expr) {
    try {
      return new Value(evaluator.value(expr), false);
    } catch (Arithmetic.Undefined e) {
      return new Value(null, e.isPole());
    }
  }

  private Distance distance(Evaluator evaluator) {
    evaluator.arithmetic().forget();
    Value left = value(evaluator, a);
    Value right = value(evaluator, b);
    Complex u = left.value;
    Complex v = right.value;
    if (u == null || v == null) {
      boolean saysNothing = left.pole || right.pole || (u == null && v == null);
      return Distance.none(saysNothing ? Outcome.UNDEFINED : Outcome.DIFFERENT);
    }
    long largestTop = evaluator.arithmetic().largestTop();
    boolean lost = evaluator.arithmetic().lost();
    long cancelled = evaluator.arithmetic().cancelled();
    ComplexArithmetic arithmetic = evaluator.complexArithmetic();
    Real difference = arithmetic.abs(arithmetic.plus(u, v.negate()));
    return new Distance(
        Outcome.EQUAL,
        difference,
        larger(arithmetic.abs(u), arithmetic.abs(v)),
        largestTop,
        lost,
        cancelled);
  }

  private static Real larger(Real a, Real b) {
    if (a.isZero() || b.isZero()) {
      return a.isZero() ? b : a;
    }
    return a.top() > b.top() ? a : b;
  }
}
