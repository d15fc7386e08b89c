package ponder.grade;

import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.grade.exact.Expr;
import ponder.grade.exact.Work;

/// Compares two values by their kinds. For one thread and one comparison.
final class Comparison {
  private final Profile profile;
  private final Work work;
  private final Numbers numbers;
  private final Sets sets;

  Comparison(Profile profile, Work work) {
    this.profile = profile;
    this.work = work;
    this.numbers = new Numbers(profile, work);
    this.sets = new Sets(this, numbers, profile, work);
  }

  /// Whether answer `a` says what reference `r` says.
  Decision compare(Value a, Value r) {
    work.spend(4);
    if (a instanceof Value.Opaque || r instanceof Value.Opaque) {
      if (a.equals(r)) {
        return Decision.yes(Reason.STRING, "normalised");
      }
      return Decision.unknown(Reason.PARSE_FAIL, "opaque");
    }
    if (a instanceof Value.Assignment || r instanceof Value.Assignment) {
      return assigned(a, r);
    }
    Decision sets = this.sets.compare(a, r);
    if (sets != null) {
      return sets;
    }
    return switch (r) {
      case Value.Num num -> number(a, num);
      case Value.Text text -> text(a, text);
      case Value.Choice choice -> choice(a, choice);
      case Value.Matrix matrix -> matrix(a, matrix);
      case Value.Relation relation -> relation(a, relation);
      case Value.Ratio ratio -> ratio(a, ratio);
      case Value.BaseNumber number -> based(a, number);
      case Value.Tuple tuple -> differentKinds();
      case Value.Interval interval -> differentKinds();
      case Value.Union union -> differentKinds();
      case Value.Collection collection -> differentKinds();
      case Value.Assignment assignment -> differentKinds();
      case Value.Opaque opaque -> differentKinds();
    };
  }

  static Decision differentKinds() {
    return Decision.no(Reason.KIND, "kind");
  }

  // Numbers, words, choices.

  private Decision number(Value a, Value.Num r) {
    return switch (a) {
      case Value.Num num -> numbers.compare(num, r);
      case Value.Choice choice -> numbers.compare(Value.Num.of(choice.variable()), r);
      case Value.Text text -> product(text.product(), r.expr());
      case Value.BaseNumber number -> missingBase(number, r.expr());
      case Value.Relation relation -> computed(relation, r);
      default -> differentKinds();
    };
  }

  private Decision product(@Nullable Expr product, Expr other) {
    return product == null
        ? Decision.no(Reason.KIND, "kind")
        : numbers.compare(product, other).under("product");
  }

  /// An answer such as `2 + 3 = 5` or `9\pi \approx 28.27` states one number twice: the last side,
  /// or the first if it is only said to be near. Sides that contradict one another say nothing.
  private Decision computed(Value.Relation a, Value.Num r) {
    List<Expr> sides = a.sides();
    boolean approximates = a.operators().contains("~");
    for (int i = 0; i < a.operators().size(); i++) {
      boolean holds =
          a.operators().get(i).equals("~")
              || (a.operators().get(i).equals("=")
                  && numbers.compare(sides.get(i), sides.get(i + 1)).isYes());
      if (!holds
          || profile == Profile.STRICT
          || !Numbers.variables(sides.get(i), sides.get(i + 1)).isEmpty()) {
        return Decision.no(Reason.RELATION, "relation for a value");
      }
    }
    Expr value = approximates ? sides.getFirst() : sides.getLast();
    return numbers.compare(new Value.Num(value, a.unit(), false, false), r).under("computed");
  }

  private Decision text(Value a, Value.Text r) {
    return switch (a) {
      case Value.Text text -> texts(text, r);
      case Value.Num num -> product(r.product(), num.expr());
      case Value.Choice choice -> product(r.product(), choice.variable());
      default -> differentKinds();
    };
  }

  private Decision texts(Value.Text a, Value.Text r) {
    if (a.words().equals(r.words())) {
      return Decision.yes(Reason.TEXT, "text");
    }
    Expr left = a.product();
    Expr right = r.product();
    if (left == null || right == null) {
      return Decision.no(Reason.TEXT, "text");
    }
    return numbers.compare(left, right).under("product");
  }

  private Decision choice(Value a, Value.Choice r) {
    return switch (a) {
      case Value.Choice choice ->
          Decision.of(choice.letter() == r.letter(), Reason.CHOICE, "choice");
      case Value.Num num -> numbers.compare(num, Value.Num.of(r.variable()));
      case Value.Text text -> product(text.product(), r.variable());
      default -> differentKinds();
    };
  }

  private Decision based(Value a, Value.BaseNumber r) {
    return switch (a) {
      case Value.BaseNumber number ->
          Decision.of(
              number.base() == r.base() && number.digits().equals(r.digits()), Reason.BASE, "base");
      case Value.Num num -> missingBase(r, num.expr());
      default -> differentKinds();
    };
  }

  /// A numeral whose base the other side leaves out.
  private Decision missingBase(Value.BaseNumber number, Expr plain) {
    if (profile != Profile.STANDARD || number.digits().chars().anyMatch(Character::isLetter)) {
      return Decision.no(Reason.BASE, "base");
    }
    boolean negative = number.digits().startsWith("-");
    Expr size = Literals.parse(number.digits().substring(negative ? 1 : 0));
    Decision digits = numbers.compare(negative ? new Expr.Negation(size) : size, plain);
    return digits.as(Reason.BASE, "base left out");
  }

  // Matrices and ratios.

  private Decision matrix(Value a, Value.Matrix r) {
    if (!(a instanceof Value.Matrix matrix)) {
      return differentKinds();
    }
    if (matrix.rows() != r.rows() || matrix.columns() != r.columns()) {
      return Decision.no(Reason.MATRIX, "shape");
    }
    return elements(matrix.entries(), r.entries(), Reason.MATRIX, "matrix");
  }

  private Decision elements(List<Expr> a, List<Expr> r, Reason reason, String name) {
    Decision unknown = null;
    for (int i = 0; i < r.size(); i++) {
      Decision entry = numbers.compare(a.get(i), r.get(i));
      if (entry.isNo()) {
        return entry.as(reason, name + "[" + i + "]");
      }
      unknown = entry.isYes() ? unknown : entry.as(reason, name + "[" + i + "]");
    }
    return unknown == null ? Decision.yes(reason, name) : unknown;
  }

  private Decision ratio(Value a, Value.Ratio r) {
    if (!(a instanceof Value.Ratio ratio)) {
      return differentKinds();
    }
    if (ratio.parts().size() != r.parts().size()) {
      return Decision.no(Reason.RATIO, "length");
    }
    Decision same = elements(ratio.parts(), r.parts(), Reason.RATIO, "ratio");
    if (same.isYes() || profile == Profile.STRICT) {
      return same;
    }
    // a : b = c : d if ad = bc; the first parts serve as the common pair.
    for (int i = 1; i < r.parts().size(); i++) {
      Expr left = new Expr.Product(List.of(ratio.parts().get(i), r.parts().getFirst()));
      Expr right = new Expr.Product(List.of(ratio.parts().getFirst(), r.parts().get(i)));
      Decision scaled = numbers.compare(left, right);
      if (!scaled.isYes()) {
        return scaled.as(Reason.RATIO, "scaled ratio");
      }
    }
    return Decision.yes(Reason.RATIO, "scaled ratio");
  }

  // Relations.

  private Decision relation(Value a, Value.Relation r) {
    if (!(a instanceof Value.Relation relation)) {
      return differentKinds();
    }
    if (relation.operators().size() == 1 && r.operators().size() == 1) {
      return RelationRules.single(relation, r, numbers);
    }
    return RelationRules.chain(relation, r, numbers);
  }

  // Assignments.

  private Decision assigned(Value a, Value r) {
    if (a instanceof Value.Assignment left && r instanceof Value.Assignment right) {
      if (left.label().equals(right.label())) {
        return compare(left.value(), right.value()).under("assignment");
      }
      return equations(equation(left), equation(right));
    }
    if (a instanceof Value.Assignment left) {
      return r instanceof Value.Relation right && isEquation(right)
          ? equations(equation(left), right)
          : compare(left.value(), r).under("assigned");
    }
    if (r instanceof Value.Assignment right) {
      return a instanceof Value.Relation left && isEquation(left)
          ? equations(left, equation(right))
          : compare(a, right.value()).under("assigned");
    }
    return differentKinds();
  }

  private static boolean isEquation(Value.Relation relation) {
    return relation.operators().equals(List.of("="))
        && !Numbers.variables(relation.sides().get(0), relation.sides().get(1)).isEmpty();
  }

  /// The assignment as an equation, or null if one side is no expression.
  private static Value.@Nullable Relation equation(Value.Assignment assignment) {
    Expr name = assignment.name();
    Value value = assignment.value();
    Expr side =
        switch (value) {
          case Value.Num num -> num.expr();
          case Value.Choice choice -> choice.variable();
          case Value.Text text -> text.product();
          default -> null;
        };
    return name == null || side == null
        ? null
        : new Value.Relation(List.of(name, side), List.of("="));
  }

  private Decision equations(Value.@Nullable Relation a, Value.@Nullable Relation r) {
    if (a == null || r == null) {
      return Decision.no(Reason.ASSIGNMENT, "name");
    }
    return relation(a, r).under("equation");
  }
}
