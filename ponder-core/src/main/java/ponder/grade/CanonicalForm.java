package ponder.grade;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import ponder.grade.exact.Algebra;
import ponder.grade.exact.Decimals;
import ponder.grade.exact.Expr;
import ponder.grade.exact.Form;
import ponder.grade.exact.Rational;
import ponder.grade.exact.RationalValue;
import ponder.grade.exact.Variables;
import ponder.grade.exact.Work;

/// The canonical text of an answer: two answers are the same vote if and only if theirs are equal.
///
/// A rational number is its reduced fraction; other numbers and formulas are their values to twelve
/// digits, at fixed points if there are variables. Values are computed to sixty digits first, so
/// equal ones never round apart. Sets are sorted; units, percent signs and single names are left
/// out, since an answer to the same question means the same with or without them.
final class CanonicalForm {
  private final String key;
  private final Value value;

  private CanonicalForm(String key, Value value) {
    this.key = key;
    this.value = value;
  }

  /// The form of an answer. One whose value cannot be computed within the limits is its own
  /// normalised text.
  static CanonicalForm of(Reading reading, Work work) {
    Value value = reading.value();
    try {
      String key = new Keys(work).key(value);
      if (key != null) {
        return new CanonicalForm(key, value);
      }
    } catch (Work.Exhausted e) {
      // Too large to be computed: then it is the same as its own text only.
    }
    Value.Opaque text = new Value.Opaque(Tokens.print(reading.tokens()));
    return new CanonicalForm("text " + text.text(), text);
  }

  String key() {
    return key;
  }

  Value value() {
    return value;
  }

  boolean isOpaque() {
    return value instanceof Value.Opaque;
  }

  /// Whether it holds a decimal of enough digits to stand for an exact value.
  boolean isApproximate() {
    return isApproximate(value);
  }

  private static boolean isApproximate(Value value) {
    return switch (value) {
      case Value.Num num -> isPrecise(num.expr());
      case Value.Tuple tuple -> tuple.items().stream().anyMatch(CanonicalForm::isApproximate);
      case Value.Collection list -> list.items().stream().anyMatch(CanonicalForm::isApproximate);
      case Value.Assignment assignment -> isApproximate(assignment.value());
      case Value.Interval interval -> isPrecise(interval.low()) || isPrecise(interval.high());
      case Value.Union union -> union.parts().stream().anyMatch(CanonicalForm::isApproximate);
      case Value.Matrix matrix -> matrix.entries().stream().anyMatch(CanonicalForm::isPrecise);
      case Value.Text text -> false;
      case Value.Choice choice -> false;
      case Value.Relation relation -> false;
      case Value.Ratio ratio -> false;
      case Value.BaseNumber number -> false;
      case Value.Opaque opaque -> false;
    };
  }

  private static boolean isPrecise(Expr expr) {
    WrittenDecimal decimal = WrittenDecimal.of(expr);
    return decimal != null && decimal.isPrecise();
  }

  /// Builds keys; null wherever a part has none.
  private static final class Keys {
    private static final int SHORT_WORD = 2;

    private final Work work;

    Keys(Work work) {
      this.work = work;
    }

    @Nullable String key(Value value) {
      return switch (value) {
        case Value.Num num -> number(num.expr());
        case Value.Text text -> text(text);
        case Value.Choice choice -> "choice " + choice.letter();
        case Value.Tuple tuple -> joined("(", tuple.items(), ")");
        case Value.Interval interval -> interval(interval);
        case Value.Union union -> ranges(union.parts());
        case Value.Collection list -> set(list);
        case Value.Matrix matrix -> matrix(matrix);
        case Value.Relation relation -> relation(relation);
        case Value.Assignment assignment -> key(assignment.value());
        case Value.Ratio ratio -> ratio(ratio);
        case Value.BaseNumber number -> number.digits() + "_" + number.base();
        case Value.Opaque opaque -> "text " + opaque.text();
      };
    }

    private @Nullable String number(Expr expr) {
      int infinity = Sets.infinity(expr);
      if (infinity != 0) {
        return infinity > 0 ? "infinity" : "-infinity";
      }
      Rational value = RationalValue.of(expr, work);
      if (value != null) {
        return value.key();
      }
      Algebra algebra = new Algebra(work);
      Form form = algebra.form(expr);
      if (form != null) {
        Rational reduced = algebra.rational(form);
        if (reduced != null) {
          return reduced.key();
        }
        if (form.isHuge()) {
          return "form " + algebra.print(form);
        }
      }
      boolean complex = Sets.usesI(expr) || (form != null && algebra.isComplex(form));
      String fingerprint = Decimals.fingerprint(expr, complex, work);
      return fingerprint.isEmpty() ? null : fingerprint;
    }

    private @Nullable String text(Value.Text text) {
      boolean product = text.product() != null && text.words().length() <= SHORT_WORD;
      return product && text.product() != null ? number(text.product()) : "word " + text.words();
    }

    private @Nullable String joined(String open, List<Value> items, String close) {
      StringBuilder text = new StringBuilder(open);
      for (Value item : items) {
        String key = key(item);
        if (key == null) {
          return null;
        }
        text.append(text.length() > open.length() ? "; " : "").append(key);
      }
      return text.append(close).toString();
    }

    private @Nullable String interval(Value.Interval interval) {
      String low = number(interval.low());
      String high = number(interval.high());
      if (low == null || high == null) {
        return null;
      }
      String open = interval.lowOpen() ? "(" : "[";
      return open + low + "; " + high + (interval.highOpen() ? ")" : "]");
    }

    private @Nullable String ranges(List<Value> parts) {
      List<Ranges.Range> merged = Ranges.merged(parts, new Numbers(Profile.VOTE, work), work);
      if (merged == null) {
        return null;
      }
      List<String> keys = new ArrayList<>();
      for (Ranges.Range piece : merged) {
        String key = interval(piece.interval());
        if (key == null) {
          return null;
        }
        keys.add(key);
      }
      return String.join(" u ", keys);
    }

    private @Nullable String set(Value.Collection list) {
      List<Value> solutions = Sets.solutions(list);
      if (solutions != null && !solutions.isEmpty()) {
        return ranges(solutions);
      }
      TreeSet<String> keys = new TreeSet<>();
      for (Value item : list.items()) {
        String key = item instanceof Value.Assignment named ? named(named) : key(item);
        if (key == null) {
          return null;
        }
        keys.add(key);
      }
      return keys.size() == 1 ? keys.first() : "{" + String.join("; ", keys) + "}";
    }

    private @Nullable String named(Value.Assignment assignment) {
      String key = key(assignment.value());
      return key == null ? null : assignment.label() + " = " + key;
    }

    private @Nullable String matrix(Value.Matrix matrix) {
      List<Value> entries = new ArrayList<>();
      for (Expr entry : matrix.entries()) {
        entries.add(Value.Num.of(entry));
      }
      return joined(matrix.rows() + "x" + matrix.columns() + "[", entries, "]");
    }

    private @Nullable String relation(Value.Relation relation) {
      List<Value> solutions = RelationRules.solutions(relation);
      if (solutions != null) {
        return ranges(solutions);
      }
      String computed = computed(relation);
      if (computed != null) {
        return computed;
      }
      List<String> links = new ArrayList<>();
      for (int i = 0; i < relation.operators().size(); i++) {
        String link =
            link(relation.sides().get(i), relation.operators().get(i), relation.sides().get(i + 1));
        if (link == null) {
          return null;
        }
        links.add(link);
      }
      links.sort(null);
      return String.join(" and ", links);
    }

    /// A calculation, such as `2 + 3 = 5`, is what it comes to, unless its sides contradict one
    /// another.
    private @Nullable String computed(Value.Relation relation) {
      String last = number(relation.sides().getLast());
      boolean holds =
          relation.operators().stream().allMatch(operator -> operator.equals("="))
              && relation.sides().stream()
                  .allMatch(
                      side -> Variables.of(side).isEmpty() && Objects.equals(number(side), last));
      return holds ? last : null;
    }

    /// A relation by the ratios of the sides' difference at fixed points, turned so that the first
    /// is positive.
    private @Nullable String link(Expr left, String operator, Expr right) {
      Expr difference = new Expr.Sum(List.of(left, new Expr.Negation(right)));
      boolean complex = Sets.usesI(difference);
      String ratios = Decimals.ratios(difference, complex, work);
      if (ratios.isEmpty()) {
        return null;
      }
      boolean negative = ratios.charAt(0) == '-';
      String turned = negative ? RelationRules.turned(operator) : operator;
      return turned + " " + ratios.substring(1);
    }

    private @Nullable String ratio(Value.Ratio ratio) {
      List<Value> quotients = new ArrayList<>();
      for (Expr part : ratio.parts()) {
        quotients.add(Value.Num.of(new Expr.Quotient(part, ratio.parts().getFirst())));
      }
      return joined("ratio ", quotients, "");
    }
  }
}
