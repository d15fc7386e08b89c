package ponder.grade.exact;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Writes two expressions as one line of JSON for a reader in another process.
///
/// `{"symbols":2,"integers":[1],"left":TREE,"right":TREE}`. A tree is an array: a name out of a
/// fixed list, then its parts. No text of the expressions gets into it: numbers are decimal digits,
/// variables and unknown functions are numbered in the order they occur, in both trees alike. So
/// whoever rebuilds the trees never has to evaluate a text.
///
/// Left out, so that such a pair is not written at all: what would be too large to compute (powers,
/// factorials and series beyond the bounds of this package, towers of powers), infinity outside the
/// bounds of series, logarithms whose base was not written, and the functions of number theory,
/// which other systems define for polynomials or negative divisors in ways of their own.
public final class ExprTree {
  /// Numbers with more decimal digits are not written.
  static final int MAX_DIGITS = 2_000;

  private static final int MAX_DEGREE = 200;
  private static final int MAX_NODES = 5_000;
  private static final int INDEX_BITS = 10;
  private static final int MAX_TOWER = 2;

  /// Something that is not to be written. An outcome, without a stack trace.
  private static final class LeftOut extends RuntimeException {
    private static final long serialVersionUID = 1;

    LeftOut() {
      super("The expression is not to be written.", null, false, false);
    }
  }

  private final Work work;
  private final StringBuilder json = new StringBuilder();
  private final Map<String, Integer> symbols = new HashMap<>();
  private final Map<String, Integer> functions = new LinkedHashMap<>();
  private final Set<String> discrete = new LinkedHashSet<>();
  private final Set<Integer> integers = new TreeSet<>();
  private int numbered;
  private int nodes;

  private ExprTree(Work work) {
    this.work = work;
  }

  /// The line for two expressions, without a line end; empty if one of them is not to be written.
  /// The parser bounds their depth.
  ///
  /// @throws Work.Exhausted if the step limit is met
  public static Optional<String> pair(Expr left, Expr right, Work work) {
    try {
      return Optional.of(new ExprTree(work).line(left, right));
    } catch (LeftOut e) {
      return Optional.empty();
    }
  }

  private String line(Expr left, Expr right) {
    Set<String> all = new LinkedHashSet<>();
    Variables.collect(left, all, discrete);
    Variables.collect(right, all, discrete);
    write(left);
    json.append(",\"right\":");
    write(right);
    return "{\"symbols\":%d,\"integers\":[%s],\"left\":%s}"
        .formatted(
            numbered,
            integers.stream().map(String::valueOf).collect(Collectors.joining(",")),
            json);
  }

  private void write(Expr expr) {
    work.spend(4);
    if (++nodes > MAX_NODES) {
      throw new LeftOut();
    }
    switch (expr) {
      case Expr.Literal literal -> number(literal.value());
      case Expr.Symbol symbol -> open("symbol").append(',').append(symbol(symbol.name()));
      case Expr.Constant constant -> open(named(constant.named()));
      case Expr.Negation negation -> node("negative", negation.parts());
      case Expr.Sum sum -> node("sum", sum.terms());
      case Expr.Product product -> node("product", product.factors());
      case Expr.Quotient quotient -> node("quotient", quotient.parts());
      case Expr.Power power -> power(power);
      case Expr.Root root -> root(root);
      case Expr.Call call -> call(call);
      case Expr.Application application -> application(application);
      case Expr.Series series -> series(series);
    }
    json.append(']');
  }

  private StringBuilder open(String name) {
    return json.append("[\"").append(name).append('"');
  }

  private void node(String name, List<Expr> parts) {
    open(name);
    parts(parts);
  }

  private void parts(List<Expr> parts) {
    for (Expr part : parts) {
      json.append(',');
      write(part);
    }
  }

  private void number(Rational value) {
    open(value.isInteger() ? "integer" : "ratio");
    digits(value.numerator());
    if (!value.isInteger()) {
      digits(value.denominator());
    }
  }

  private void digits(BigInteger value) {
    // By log10(2), so that no long number is ever made a text.
    if (value.bitLength() * 0.30103 > MAX_DIGITS) {
      throw new LeftOut();
    }
    json.append(",\"").append(value).append('"');
  }

  private int symbol(String name) {
    Integer known = symbols.get(name);
    if (known != null) {
      return known;
    }
    int index = numbered++;
    symbols.put(name, index);
    if (discrete.contains(name)) {
      integers.add(index);
    }
    return index;
  }

  private static String named(Expr.Named named) {
    return switch (named) {
      case PI -> "pi";
      case E -> "e";
      case I -> "i";
      case INFINITY -> throw new LeftOut();
    };
  }

  // What may be large.

  private void power(Expr.Power power) {
    Rational exponent = RationalValue.of(power.exponent(), work);
    Rational base = RationalValue.of(power.base(), work);
    if (exponent == null ? tower(power) > MAX_TOWER : tooLarge(power.base(), base, exponent)) {
      throw new LeftOut();
    }
    node("power", power.parts());
  }

  /// How many exponents stand one above the other.
  private static int tower(Expr expr) {
    int highest = 0;
    for (Expr part : expr.parts()) {
      highest = Math.max(highest, tower(part));
    }
    return expr instanceof Expr.Power power
        ? Math.max(highest, 1 + tower(power.exponent()))
        : highest;
  }

  private static boolean tooLarge(Expr written, @Nullable Rational base, Rational exponent) {
    long times = exponent.numerator().bitLength() > 31 ? Long.MAX_VALUE : magnitude(exponent);
    if (exponent.denominator().bitLength() > INDEX_BITS || times > Discrete.MAX_BITS) {
      return true;
    }
    boolean atom = written instanceof Expr.Symbol || written instanceof Expr.Constant;
    return base == null ? !atom && times > MAX_DEGREE : base.bits() * times > Discrete.MAX_BITS;
  }

  private static long magnitude(Rational value) {
    return Math.abs(value.numerator().longValueExact());
  }

  private void root(Expr.Root root) {
    if (root.index() >>> INDEX_BITS != 0) {
      throw new LeftOut();
    }
    open("root").append(",\"").append(root.index()).append('"');
    parts(root.parts());
  }

  private void call(Expr.Call call) {
    switch (call.function()) {
      case SIN, COS, TAN, COT, SEC, CSC, ARCSIN, ARCCOS, ARCTAN, SINH, COSH, TANH -> {}
      case LN, LOG_BASE, ABS, FLOOR, CEILING, MAX, MIN -> {}
      case FACTORIAL, BINOMIAL -> call.arguments().forEach(this::bound);
      case LOG, GCD, LCM, MODULO -> throw new LeftOut();
    }
    node(call.function().word(), call.arguments());
  }

  private void bound(Expr argument) {
    Rational value = RationalValue.of(argument, work);
    if (value != null && value.abs().compareTo(Rational.of(Discrete.MAX_FACTORIAL)) > 0) {
      throw new LeftOut();
    }
  }

  private void application(Expr.Application application) {
    String key = application.name() + "/" + application.arguments().size();
    Integer known = functions.putIfAbsent(key, functions.size());
    open("unknown").append(',').append(known == null ? functions.size() - 1 : known);
    parts(application.arguments());
  }

  /// `["add"|"multiply", symbol, from, to, body]`; only here may infinity stand, at the ends.
  private void series(Expr.Series series) {
    Rational from = RationalValue.of(series.from(), work);
    Rational to = RationalValue.of(series.to(), work);
    if (from != null && to != null) {
      Rational length = to.plus(from.negate(), work);
      if (length.compareTo(Rational.of(Discrete.MAX_SERIES)) >= 0) {
        throw new LeftOut();
      }
    }
    int index = numbered++;
    integers.add(index);
    open(series.isProduct() ? "multiply" : "add").append(',').append(index);
    end(series.from());
    end(series.to());
    Integer outer = symbols.put(series.variable(), index);
    json.append(',');
    write(series.body());
    symbols.remove(series.variable());
    if (outer != null) {
      symbols.put(series.variable(), outer);
    }
  }

  private void end(Expr end) {
    boolean negative = end instanceof Expr.Negation;
    Expr unsigned = end instanceof Expr.Negation negation ? negation.of() : end;
    json.append(',');
    if (unsigned.equals(new Expr.Constant(Expr.Named.INFINITY))) {
      json.append(negative ? "[\"negative\",[\"infinity\"]]" : "[\"infinity\"]");
    } else {
      write(end);
    }
  }
}
