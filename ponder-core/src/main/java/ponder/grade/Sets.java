package ponder.grade;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.grade.exact.Decimals;
import ponder.grade.exact.Expr;
import ponder.grade.exact.Work;

/// Compares tuples, lists, sets, intervals and unions.
final class Sets {
  private static final int MAX_MATCHED = 50;

  private final Comparison elements;
  private final Numbers numbers;
  private final Profile profile;
  private final Work work;

  Sets(Comparison elements, Numbers numbers, Profile profile, Work work) {
    this.elements = elements;
    this.numbers = numbers;
    this.profile = profile;
    this.work = work;
  }

  /// What the kinds of sets and tuples decide; null if neither side is one.
  @Nullable Decision compare(Value a, Value r) {
    if (a instanceof Value.Tuple tuple && tuple.maybeInterval() && isCondition(r)) {
      return ranges(a, r);
    }
    if (r instanceof Value.Tuple || a instanceof Value.Tuple) {
      Decision ordered = tuples(a, r);
      if (ordered != null) {
        return ordered;
      }
    }
    if (isRange(a) || isRange(r)) {
      return ranges(a, r);
    }
    if (a instanceof Value.Collection || r instanceof Value.Collection) {
      return collections(a, r);
    }
    return null;
  }

  /// Whether a value is made of inequalities, whose solutions an interval may be.
  private static boolean isCondition(Value value) {
    return value instanceof Value.Relation
        || (value instanceof Value.Collection list
            && list.items().stream().anyMatch(item -> item instanceof Value.Relation));
  }

  // Tuples.

  /// Tuples element by element; a bare list may stand for a tuple in the same order. Null if an
  /// interval or union is on the other side.
  private @Nullable Decision tuples(Value a, Value r) {
    if (isRange(a) || isRange(r)) {
      return null;
    }
    List<Value> left = ordered(a);
    List<Value> right = ordered(r);
    if (left == null || right == null) {
      return Comparison.differentKinds();
    }
    boolean bare = a instanceof Value.Collection || r instanceof Value.Collection;
    if (bare && profile == Profile.STRICT) {
      return Comparison.differentKinds();
    }
    return inOrder(left, right);
  }

  private static @Nullable List<Value> ordered(Value value) {
    return switch (value) {
      case Value.Tuple tuple -> tuple.items();
      case Value.Collection list -> list.braced() ? null : list.items();
      default -> null;
    };
  }

  private Decision inOrder(List<Value> a, List<Value> r) {
    if (a.size() != r.size()) {
      return Decision.no(Reason.TUPLE, "length");
    }
    Decision unknown = null;
    for (int i = 0; i < r.size(); i++) {
      Decision item = elements.compare(a.get(i), r.get(i));
      if (item.isNo()) {
        return item.as(Reason.TUPLE, "tuple[" + i + "]");
      }
      unknown = item.isYes() ? unknown : item.as(Reason.TUPLE, "tuple[" + i + "]");
    }
    return unknown == null ? Decision.yes(Reason.TUPLE, "tuple") : unknown;
  }

  // Lists and sets.

  private Decision collections(Value a, Value r) {
    if (a instanceof Value.Collection left && r instanceof Value.Collection right) {
      if (profile == Profile.STRICT && left.braced() != right.braced()) {
        return Decision.no(Reason.FORM, "braces");
      }
      boolean named = isNamed(left.items());
      if (named != isNamed(right.items()) && !left.items().isEmpty() && !right.items().isEmpty()) {
        return inOrder(left.items(), right.items());
      }
      return unordered(left.items(), right.items());
    }
    return alone(a, r);
  }

  private static boolean isNamed(List<Value> items) {
    return items.stream().allMatch(item -> item instanceof Value.Assignment);
  }

  /// One value against a set of it alone.
  private Decision alone(Value a, Value r) {
    if (profile == Profile.STRICT) {
      return Comparison.differentKinds();
    }
    List<Value> left = a instanceof Value.Collection set ? distinct(set.items()) : List.of(a);
    List<Value> right = r instanceof Value.Collection set ? distinct(set.items()) : List.of(r);
    if (left.size() != 1 || right.size() != 1) {
      return Decision.no(Reason.SET, "size");
    }
    return elements.compare(left.getFirst(), right.getFirst()).under("only element");
  }

  private Decision unordered(List<Value> a, List<Value> r) {
    boolean strict = profile == Profile.STRICT;
    if (Math.max(a.size(), r.size()) > MAX_MATCHED) {
      return a.size() == r.size()
          ? inOrder(a, r).as(Reason.SET, "long list")
          : Decision.unknown(Reason.LIMIT, "long list");
    }
    List<Value> left = strict ? a : distinct(a);
    List<Value> right = strict ? r : distinct(r);
    if (left.size() != right.size()) {
      return Decision.no(Reason.SET, "size");
    }
    return new Matching(left, right, elements).decide();
  }

  private List<Value> distinct(List<Value> items) {
    List<Value> distinct = new ArrayList<>(items.size());
    for (Value item : items) {
      boolean seen = false;
      for (Value other : distinct) {
        seen = seen || elements.compare(item, other).isYes();
      }
      if (!seen) {
        distinct.add(item);
      }
    }
    return distinct;
  }

  // Intervals and unions.

  private static boolean isRange(Value value) {
    return value instanceof Value.Interval || value instanceof Value.Union;
  }

  private Decision ranges(Value a, Value r) {
    if (a instanceof Value.Relation) {
      return Decision.no(Reason.INTERVAL, "relation for a set");
    }
    List<Value> left = parts(a);
    List<Value> right = parts(r);
    if (left == null || right == null) {
      return Comparison.differentKinds();
    }
    return Ranges.compare(left, right, numbers, work);
  }

  /// The intervals and points a value is made of, or null if it is no set of numbers. A reference
  /// that is an inequality stands for its solutions.
  private static @Nullable List<Value> parts(Value value) {
    return switch (value) {
      case Value.Interval interval -> List.of(interval);
      case Value.Union union -> union.parts();
      case Value.Tuple tuple -> tuple.maybeInterval() ? List.of(tuple) : null;
      case Value.Collection list -> list.braced() ? List.of(list) : solutions(list);
      case Value.Relation relation -> RelationRules.solutions(relation);
      default -> null;
    };
  }

  /// The solutions of inequalities that `or` or a comma joins.
  static @Nullable List<Value> solutions(Value.Collection list) {
    List<Value> solutions = new ArrayList<>();
    String variable = null;
    for (Value item : list.items()) {
      List<Value> parts =
          item instanceof Value.Relation relation ? RelationRules.solutions(relation) : null;
      String name = parts == null ? null : RelationRules.variable((Value.Relation) item);
      if (parts == null || list.conjunction() || (variable != null && !variable.equals(name))) {
        return null;
      }
      variable = name;
      solutions.addAll(parts);
    }
    return solutions;
  }

  // Small questions about expressions.

  /// 1 or -1 for plus or minus infinity, else 0.
  static int infinity(Expr expr) {
    return switch (expr) {
      case Expr.Constant constant -> constant.named() == Expr.Named.INFINITY ? 1 : 0;
      case Expr.Negation negation -> -infinity(negation.of());
      default -> 0;
    };
  }

  static boolean isInfinite(Expr expr) {
    return infinity(expr) != 0;
  }

  /// Whether the imaginary unit occurs.
  static boolean usesI(Expr expr) {
    if (expr instanceof Expr.Constant constant) {
      return constant.named() == Expr.Named.I;
    }
    for (Expr part : expr.parts()) {
      if (usesI(part)) {
        return true;
      }
    }
    return false;
  }

  /// Roughly the value of a constant, for sorting; NaN if it has none.
  static double approximate(Expr expr, Work work) {
    int infinity = infinity(expr);
    return infinity != 0 ? infinity * Double.POSITIVE_INFINITY : Decimals.approximate(expr, work);
  }
}
