package ponder.grade;

import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.grade.exact.Expr;

/// What an answer says, by kind.
sealed interface Value {
  /// A number or formula with its unit (`""` for none; an unknown one begins with `?`), whether a
  /// percent sign followed, and whether it was spelled out as a word.
  record Num(Expr expr, String unit, boolean percent, boolean spelled) implements Value {
    static Num of(Expr expr) {
      return new Num(expr, "", false, false);
    }
  }

  /// Words, in lower case without punctuation. A short word may be a product of variables instead.
  record Text(String words, @Nullable Expr product) implements Value {}

  /// One of the letters A to F, which may be a variable instead.
  record Choice(char letter, Expr variable) implements Value {}

  /// An ordered list in round or angle brackets. Two expressions in round ones are an open interval
  /// as well.
  record Tuple(List<Value> items, boolean maybeInterval) implements Value {
    public Tuple {
      items = List.copyOf(items);
    }
  }

  /// An interval; an end at infinity is open.
  record Interval(Expr low, boolean lowOpen, Expr high, boolean highOpen) implements Value {}

  /// A union of intervals and finite sets.
  record Union(List<Value> parts) implements Value {
    public Union {
      parts = List.copyOf(parts);
    }
  }

  /// A finite set in braces, or a list of answers without brackets; `conjunction` if `and` joins
  /// it.
  record Collection(List<Value> items, boolean braced, boolean conjunction) implements Value {
    public Collection {
      items = List.copyOf(items);
    }
  }

  /// A matrix by rows.
  record Matrix(int rows, int columns, List<Expr> entries) implements Value {
    public Matrix {
      entries = List.copyOf(entries);
    }
  }

  /// An equation, an inequality, or a chain of them: one operator fewer than sides. If it is a
  /// calculation, the last side may have a unit (`""` for none).
  record Relation(List<Expr> sides, List<String> operators, String unit) implements Value {
    public Relation {
      sides = List.copyOf(sides);
      operators = List.copyOf(operators);
    }

    Relation(List<Expr> sides, List<String> operators) {
      this(sides, operators, "");
    }
  }

  /// A name and its value. If the name is an expression, this is an equation too.
  record Assignment(String label, @Nullable Expr name, Value value) implements Value {}

  /// A ratio of two or more numbers.
  record Ratio(List<Expr> parts) implements Value {
    public Ratio {
      parts = List.copyOf(parts);
    }
  }

  /// A numeral and the base it is written in.
  record BaseNumber(String digits, int base) implements Value {}

  /// What could not be read: its normalised text.
  record Opaque(String text) implements Value {}
}
