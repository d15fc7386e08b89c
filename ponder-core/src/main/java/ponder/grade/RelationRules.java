package ponder.grade;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.grade.exact.Expr;
import ponder.grade.exact.Variables;

/// When equations and inequalities say the same, and which real numbers an inequality holds for.
final class RelationRules {
  private RelationRules() {}

  /// Two relations are the same if the differences of their sides are constant multiples of one
  /// another; a negative multiple turns an inequality round.
  static Decision single(Value.Relation a, Value.Relation r, Numbers numbers) {
    String left = a.operators().getFirst();
    String right = r.operators().getFirst();
    if (isSymmetric(left) != isSymmetric(right) || (isSymmetric(left) && !left.equals(right))) {
      return Decision.no(Reason.RELATION, "sign");
    }
    int sign = numbers.proportion(difference(a), difference(r));
    if (sign == 0) {
      return Decision.no(Reason.RELATION, "relation");
    }
    boolean same = isSymmetric(left) || (sign > 0 ? left : turned(left)).equals(right);
    return Decision.of(same, Reason.RELATION, "relation");
  }

  private static boolean isSymmetric(String operator) {
    return operator.equals("=") || operator.equals("!=") || operator.equals("~");
  }

  static String turned(String operator) {
    return switch (operator) {
      case "<" -> ">";
      case ">" -> "<";
      case "<=" -> ">=";
      case ">=" -> "<=";
      default -> operator;
    };
  }

  private static Expr difference(Value.Relation relation) {
    return new Expr.Sum(
        List.of(relation.sides().get(0), new Expr.Negation(relation.sides().get(1))));
  }

  /// Chains are the same if their links are, in order or from the other end.
  static Decision chain(Value.Relation a, Value.Relation r, Numbers numbers) {
    if (a.operators().size() != r.operators().size()) {
      return Decision.no(Reason.RELATION, "chain length");
    }
    Decision forward = links(a, r, numbers);
    if (forward.isYes()) {
      return forward;
    }
    Decision backward = links(reversed(a), r, numbers);
    return backward.isYes() ? backward : forward;
  }

  private static Decision links(Value.Relation a, Value.Relation r, Numbers numbers) {
    for (int i = 0; i < r.operators().size(); i++) {
      Decision link = single(link(a, i), link(r, i), numbers);
      if (!link.isYes()) {
        return link.under("chain[" + i + "]");
      }
    }
    return Decision.yes(Reason.RELATION, "chain");
  }

  private static Value.Relation link(Value.Relation chain, int i) {
    return new Value.Relation(chain.sides().subList(i, i + 2), chain.operators().subList(i, i + 1));
  }

  private static Value.Relation reversed(Value.Relation chain) {
    List<String> operators = new ArrayList<>();
    for (String operator : chain.operators().reversed()) {
      operators.add(turned(operator));
    }
    return new Value.Relation(chain.sides().reversed(), operators);
  }

  // Solution sets.

  /// The variable that an inequality sets bounds to, or null if it is of another kind.
  static @Nullable String variable(Value.Relation relation) {
    List<Expr> sides = relation.sides();
    Expr middle = null;
    if (sides.size() == 2) {
      middle = sides.get(0) instanceof Expr.Symbol ? sides.get(0) : sides.get(1);
    } else if (sides.size() == 3) {
      middle = sides.get(1);
    }
    if (!(middle instanceof Expr.Symbol symbol)) {
      return null;
    }
    for (Expr side : sides) {
      if (!side.equals(middle) && !Variables.of(side).isEmpty()) {
        return null;
      }
    }
    return symbol.name();
  }

  /// The numbers that the variable of an inequality may be: one interval, two for `!=`; null if the
  /// relation is of another kind.
  static @Nullable List<Value> solutions(Value.Relation relation) {
    if (variable(relation) == null) {
      return null;
    }
    List<Expr> sides = relation.sides();
    List<String> operators = relation.operators();
    Expr infinity = new Expr.Constant(Expr.Named.INFINITY);
    if (sides.size() == 3) {
      return between(sides, operators);
    }
    boolean first = sides.get(0) instanceof Expr.Symbol;
    Expr bound = first ? sides.get(1) : sides.get(0);
    String operator = first ? operators.getFirst() : turned(operators.getFirst());
    boolean open = operator.length() == 1;
    Value below = ValueParser.interval(new Expr.Negation(infinity), true, bound, open);
    Value above = ValueParser.interval(bound, open, infinity, true);
    return switch (operator) {
      case "<", "<=" -> List.of(below);
      case ">", ">=" -> List.of(above);
      case "!=" ->
          List.of(
              ValueParser.interval(new Expr.Negation(infinity), true, bound, true),
              ValueParser.interval(bound, true, infinity, true));
      default -> null;
    };
  }

  private static @Nullable List<Value> between(List<Expr> sides, List<String> operators) {
    String first = operators.get(0);
    String second = operators.get(1);
    boolean rising = first.startsWith("<") && second.startsWith("<");
    boolean falling = first.startsWith(">") && second.startsWith(">");
    if (rising) {
      return List.of(
          ValueParser.interval(
              sides.get(0), first.length() == 1, sides.get(2), second.length() == 1));
    }
    return falling
        ? List.of(
            ValueParser.interval(
                sides.get(2), second.length() == 1, sides.get(0), first.length() == 1))
        : null;
  }
}
