package ponder.template;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What stands for a value in a template.
sealed interface Expression {
  /// Where it is written, from 1.
  int line();

  record Literal(Object value, int line) implements Expression {}

  record Name(String name, int line) implements Expression {}

  record ListOf(List<Expression> items, int line) implements Expression {}

  record TupleOf(List<Expression> items, int line) implements Expression {}

  record DictOf(List<Expression> keys, List<Expression> values, int line) implements Expression {}

  record Attribute(Expression of, String name, int line) implements Expression {}

  record Item(Expression of, Expression key, int line) implements Expression {}

  record Slice(
      Expression of,
      @Nullable Expression start,
      @Nullable Expression stop,
      @Nullable Expression step,
      int line)
      implements Expression {}

  record Call(Expression callee, Arguments arguments, int line) implements Expression {}

  record Filter(Expression on, String name, Arguments arguments, int line) implements Expression {}

  record Test(Expression on, String name, Arguments arguments, boolean negated, int line)
      implements Expression {}

  /// @param operator `-`, `+` or `not`
  record Unary(String operator, Expression on, int line) implements Expression {}

  /// @param operator an arithmetic one, `~`, `and` or `or`
  record Binary(String operator, Expression left, Expression right, int line)
      implements Expression {}

  /// `first operators[0] rest[0] operators[1] rest[1] ...`: all must hold.
  record Compare(Expression first, List<String> operators, List<Expression> rest, int line)
      implements Expression {}

  record Conditional(
      Expression then, Expression condition, @Nullable Expression otherwise, int line)
      implements Expression {}

  /// The arguments of a call: in order, by name, and lists and dictionaries to be spread out.
  record Arguments(
      List<Expression> positional,
      Map<String, Expression> named,
      @Nullable Expression spreadList,
      @Nullable Expression spreadDict) {
    static final Arguments NONE = new Arguments(List.of(), Map.of(), null, null);
  }
}
