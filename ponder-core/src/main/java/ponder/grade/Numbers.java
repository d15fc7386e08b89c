package ponder.grade;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import ponder.grade.exact.Algebra;
import ponder.grade.exact.Decimals;
import ponder.grade.exact.Expr;
import ponder.grade.exact.Form;
import ponder.grade.exact.Function;
import ponder.grade.exact.Identity;
import ponder.grade.exact.Rational;
import ponder.grade.exact.RationalValue;
import ponder.grade.exact.Variables;
import ponder.grade.exact.Work;

/// Compares numbers and formulas: the cheapest way that decides is taken.
///
/// 1. Rational values are compared as fractions; no floating point, no tolerance.
/// 2. A decimal of four or more digits may stand for a value whose own decimals do not end.
/// 3. Canonical forms: equal forms are equal, and where the forms are complete, different ones are
///    different.
/// 4. What is left is computed to many digits, at points.
final class Numbers {
  private final Profile profile;
  private final Work work;
  private @Nullable Algebra algebra;

  Numbers(Profile profile, Work work) {
    this.profile = profile;
    this.work = work;
  }

  // Quantities.

  /// Compares numbers with their units and percent signs.
  Decision compare(Value.Num a, Value.Num r) {
    if (profile == Profile.STRICT && !sameDress(a, r)) {
      return Decision.no(Reason.UNIT, "unit");
    }
    boolean known = isKnown(a.unit()) && isKnown(r.unit());
    boolean unitForPercent =
        a.percent() != r.percent() && (a.percent() ? r.unit() : a.unit()).length() > 0;
    if (unitForPercent || (known && !a.unit().equals(r.unit()))) {
      return Decision.no(Reason.UNIT, "unit");
    }
    Decision asWritten = compare(a.expr(), r.expr());
    if (asWritten.isYes() || !r.percent() || a.percent() || profile == Profile.STRICT) {
      return asWritten;
    }
    Expr hundredth = new Expr.Quotient(r.expr(), Literals.integer(100));
    Decision asPart = compare(a.expr(), hundredth);
    return asPart.isYes() ? asPart.under("percent") : asWritten;
  }

  private static boolean isKnown(String unit) {
    return !unit.isEmpty() && unit.charAt(0) != '?';
  }

  private static boolean sameDress(Value.Num a, Value.Num r) {
    return a.unit().equals(r.unit()) && a.percent() == r.percent() && a.spelled() == r.spelled();
  }

  // Expressions.

  /// Compares two expressions.
  Decision compare(Expr a, Expr r) {
    if (profile == Profile.STRICT && !hasForm(a, r)) {
      return Decision.no(Reason.FORM, "form");
    }
    Decision decision = values(a, r);
    boolean logarithm = decision.isNo() && (usesLog(a) || usesLog(r));
    if (!logarithm || profile != Profile.STANDARD) {
      return decision;
    }
    Decision natural = values(natural(a), natural(r));
    return natural.isYes() ? natural.under("natural log") : decision;
  }

  private Decision values(Expr a, Expr r) {
    if (a.equals(r)) {
      return Decision.yes(Reason.EXACT, "same");
    }
    Rational left = RationalValue.of(a, work);
    Rational right = RationalValue.of(r, work);
    if (left != null && right != null && left.equals(right)) {
      return Decision.yes(Reason.EXACT, "rational");
    }
    int leftInfinity = Sets.infinity(a);
    int rightInfinity = Sets.infinity(r);
    if (leftInfinity != 0 || rightInfinity != 0) {
      return Decision.of(leftInfinity == rightInfinity, Reason.EXACT, "infinity");
    }
    if (profile != Profile.VOTE) {
      Decision decimal = decimals(a, left, r, right);
      if (decimal != null) {
        return decimal;
      }
    }
    return left != null && right != null ? Decision.no(Reason.EXACT, "rational") : symbols(a, r);
  }

  // Decimals.

  /// Whether one side is a decimal that rounds the other, or null if none is a decimal or it does
  /// not.
  private @Nullable Decision decimals(
      Expr a, @Nullable Rational left, Expr r, @Nullable Rational right) {
    boolean strict = profile == Profile.STRICT;
    WrittenDecimal answer = strict ? null : WrittenDecimal.of(a);
    if (answer != null && left != null && rounds(answer, left, r, right)) {
      return Decision.yes(Reason.DECIMAL, "decimal");
    }
    WrittenDecimal reference = WrittenDecimal.of(r);
    if (reference != null && right != null && rounds(reference, right, a, left)) {
      return Decision.yes(Reason.DECIMAL, "decimal");
    }
    return null;
  }

  private boolean rounds(
      WrittenDecimal written, Rational value, Expr exact, @Nullable Rational exactValue) {
    boolean ends = exactValue != null && exactValue.isTerminating(work);
    if (ends || !written.isPrecise() || !Variables.of(exact).isEmpty()) {
      return false;
    }
    boolean half = profile == Profile.STRICT;
    return Decimals.rounds(value, written.fractionDigits(), exact, half, work);
  }

  // Symbols.

  private Algebra algebra() {
    if (algebra == null) {
      algebra = new Algebra(work);
    }
    return algebra;
  }

  private Decision symbols(Expr a, Expr r) {
    Form left = algebra().form(a);
    Form right = algebra().form(r);
    boolean huge = false;
    boolean complex = Sets.usesI(a) || Sets.usesI(r);
    if (left != null && right != null) {
      if (algebra().equal(left, right)) {
        return Decision.yes(Reason.SYMBOLIC, "algebra");
      }
      if (left.isComplete() && right.isComplete()) {
        return Decision.no(Reason.SYMBOLIC, "algebra");
      }
      huge = left.isHuge() || right.isHuge();
      complex |= algebra().isComplex(left) || algebra().isComplex(right);
    }
    // A variable may cancel on one side; that each side has one of its own is a difference.
    if (!comparable(Variables.of(a), Variables.of(r))) {
      return Decision.no(Reason.SYMBOLIC, "variables");
    }
    return numeric(a, r, complex, huge);
  }

  private static boolean comparable(Set<String> a, Set<String> b) {
    return a.containsAll(b) || b.containsAll(a);
  }

  private Decision numeric(Expr a, Expr r, boolean complex, boolean huge) {
    return switch (Identity.test(a, r, complex, work)) {
      case EQUAL ->
          huge ? Decision.unknown(Reason.LIMIT, "huge") : Decision.yes(Reason.NUMERIC, "numeric");
      case DIFFERENT -> Decision.no(Reason.NUMERIC, "numeric");
      case UNDEFINED -> Decision.unknown(Reason.NUMERIC, "undefined");
    };
  }

  /// The sign of the constant that `a` is of `b`; 0 if it is none.
  int proportion(Expr a, Expr b) {
    Form left = algebra().form(a);
    Form right = algebra().form(b);
    if (left != null && right != null) {
      int sign = algebra().proportion(left, right);
      boolean decided = left.isComplete() && right.isComplete() && !hasConstants(a, b);
      if (sign != 0 || decided) {
        return sign;
      }
    }
    if (!comparable(Variables.of(a), Variables.of(b))) {
      return 0;
    }
    return Identity.proportion(a, b, Sets.usesI(a) || Sets.usesI(b), work);
  }

  /// Whether a factor between the two may be a number that is no fraction.
  private static boolean hasConstants(Expr a, Expr b) {
    return holds(a, Numbers::isIrrational) || holds(b, Numbers::isIrrational);
  }

  private static boolean isIrrational(Expr part) {
    return part instanceof Expr.Constant
        || part instanceof Expr.Root
        || (part instanceof Expr.Power power && !(power.exponent() instanceof Expr.Literal));
  }

  private static boolean holds(Expr expr, Predicate<Expr> test) {
    if (test.test(expr)) {
      return true;
    }
    for (Expr part : expr.parts()) {
      if (holds(part, test)) {
        return true;
      }
    }
    return false;
  }

  private static boolean usesLog(Expr expr) {
    return holds(expr, Numbers::isLog);
  }

  private static boolean isLog(Expr part) {
    return part instanceof Expr.Call call && call.function() == Function.LOG;
  }

  private static Expr natural(Expr expr) {
    return Variables.replace(
        expr,
        part ->
            part instanceof Expr.Call call && isLog(part)
                ? new Expr.Call(Function.LN, call.arguments())
                : part);
  }

  // Literal form, for the strict profile.

  /// Whether the answer is written as simply as a reference that is a plain number: an integer as
  /// an integer, a fraction as a decimal or a reduced fraction.
  boolean hasForm(Expr a, Expr r) {
    Expr answer = unsigned(a);
    Expr reference = unsigned(r);
    if (reference instanceof Expr.Literal literal && !literal.isDecimal()) {
      return answer instanceof Expr.Literal written && !written.isDecimal();
    }
    if (reference instanceof Expr.Literal || isFraction(reference) || isMixed(reference)) {
      boolean rational = RationalValue.of(answer, work) != null;
      return !rational || answer instanceof Expr.Literal || isFraction(answer) || isMixed(answer);
    }
    return true;
  }

  private static Expr unsigned(Expr expr) {
    return expr instanceof Expr.Negation negation ? negation.of() : expr;
  }

  private static boolean isFraction(Expr expr) {
    return expr instanceof Expr.Quotient(Expr above, Expr.Literal q)
        && unsigned(above) instanceof Expr.Literal p
        && p.value().isInteger()
        && q.value().isInteger()
        && p.value().numerator().gcd(q.value().numerator()).bitLength() == 1;
  }

  private static boolean isMixed(Expr expr) {
    return expr instanceof Expr.Sum(List<Expr> terms)
        && terms.size() == 2
        && terms.get(0) instanceof Expr.Literal
        && isFraction(terms.get(1));
  }

  /// The free variables of both.
  static Set<String> variables(Expr a, Expr b) {
    Set<String> names = Variables.of(a);
    names.addAll(Variables.of(b));
    return names;
  }
}
