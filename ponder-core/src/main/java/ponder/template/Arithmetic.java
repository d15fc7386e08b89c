package ponder.template;

import java.util.ArrayList;
import java.util.List;

/// The arithmetic operators, on numbers, strings and lists.
final class Arithmetic {
  /// Longest text, in characters, and list that a template may make.
  private static final int MOST = 1 << 26;

  private Arithmetic() {}

  static Object apply(String operator, Object left, Object right) {
    Values.defined(left);
    if (operator.equals("%") && left instanceof String format) {
      return Printf.format(format, right);
    }
    Values.defined(right);
    try {
      if (Values.isNumber(left) && Values.isNumber(right)) {
        return left instanceof Double || right instanceof Double || operator.equals("/")
            ? real(operator, Values.real(left), Values.real(right))
            : whole(operator, Values.whole(left), Values.whole(right));
      }
    } catch (ArithmeticException e) {
      throw new Problem("%s %s %s cannot be computed", left, operator, right);
    }
    return switch (operator) {
      case "+" -> join(left, right);
      case "*" -> right instanceof Long ? repeat(left, right) : repeat(right, left);
      default -> throw wrong(operator, left, right);
    };
  }

  /// Fails if a text or list of this length is more than a template may make.
  static void checkLength(long length) {
    if (length > MOST) {
      throw new Problem("a length of %d is too much; %d is allowed", length, MOST);
    }
  }

  private static Problem wrong(String operator, Object left, Object right) {
    return new Problem(
        "'%s' does not work on a %s and a %s", operator, Values.type(left), Values.type(right));
  }

  private static Object whole(String operator, long a, long b) {
    if (b == 0 && (operator.equals("//") || operator.equals("%"))) {
      throw new ArithmeticException("division by zero");
    }
    return switch (operator) {
      case "+" -> Math.addExact(a, b);
      case "-" -> Math.subtractExact(a, b);
      case "*" -> Math.multiplyExact(a, b);
      case "//" -> Math.floorDiv(a, b);
      case "%" -> Math.floorMod(a, b);
      case "**" -> b < 0 ? (Object) Math.pow(a, b) : Math.powExact(a, Math.toIntExact(b));
      default -> throw new AssertionError(operator);
    };
  }

  private static Object real(String operator, double a, double b) {
    if (b == 0 && !"+-***".contains(operator)) {
      throw new ArithmeticException("division by zero");
    }
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> a / b;
      case "//" -> Math.floor(a / b);
      case "%" -> {
        double rest = a % b;
        yield rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
      }
      case "**" -> Math.pow(a, b);
      default -> throw new AssertionError(operator);
    };
  }

  private static Object join(Object left, Object right) {
    if (left instanceof String a && right instanceof String b) {
      checkLength((long) a.length() + b.length());
      return a + b;
    }
    if (left instanceof List<?> a && right instanceof List<?> b) {
      checkLength((long) a.size() + b.size());
      List<Object> joined = new ArrayList<>(a);
      joined.addAll(b);
      return joined;
    }
    if (left instanceof Tuple a && right instanceof Tuple b) {
      List<Object> joined = new ArrayList<>(a.items());
      joined.addAll(b.items());
      return new Tuple(joined);
    }
    throw wrong("+", left, right);
  }

  private static Object repeat(Object value, Object times) {
    int count = (int) Math.clamp(Values.whole(times), 0L, MOST + 1);
    checkLength(count * Math.max(1, Values.length(value)));
    if (value instanceof String text) {
      return text.repeat(count);
    }
    List<Object> repeated = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      repeated.addAll(Values.iterate(value));
    }
    return value instanceof Tuple ? new Tuple(repeated) : repeated;
  }
}
