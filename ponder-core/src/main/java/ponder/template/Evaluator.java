package ponder.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ponder.template.Callable.Inputs;

/// Computes expressions.
class Evaluator {
  /// More than any honest template needs; the others would keep a server busy for ever.
  private static final int MOST_STEPS = 5_000_000;

  private int steps;

  void step() {
    if (++steps > MOST_STEPS) {
      throw new TemplateException(
          "The chat template was stopped after %d steps.".formatted(MOST_STEPS));
    }
  }

  Object evaluate(Expression expression, Scope scope) {
    step();
    try {
      return value(expression, scope);
    } catch (Problem problem) {
      throw new TemplateException(
          "The chat template failed in line %d: %s."
              .formatted(expression.line(), problem.reason()));
    }
  }

  private Object value(Expression expression, Scope scope) {
    return switch (expression) {
      case Expression.Literal literal -> literal.value();
      case Expression.Name name -> {
        Object found = scope.get(name.name());
        yield found == null ? new Undefined("'" + name.name() + "' is undefined") : found;
      }
      case Expression.ListOf list -> all(list.items(), scope);
      case Expression.TupleOf tuple -> new Tuple(all(tuple.items(), scope));
      case Expression.DictOf dict -> {
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < dict.keys().size(); i++) {
          map.put(evaluate(dict.keys().get(i), scope), evaluate(dict.values().get(i), scope));
        }
        yield map;
      }
      case Expression.Attribute attribute ->
          Values.attribute(evaluate(attribute.of(), scope), attribute.name());
      case Expression.Item item ->
          Values.item(evaluate(item.of(), scope), evaluate(item.key(), scope));
      case Expression.Slice slice ->
          Values.slice(
              evaluate(slice.of(), scope),
              orNone(slice.start(), scope),
              orNone(slice.stop(), scope),
              orNone(slice.step(), scope));
      case Expression.Call call -> {
        Object callee = Values.defined(evaluate(call.callee(), scope));
        if (callee instanceof Callable callable) {
          yield callable.call(inputs(call.arguments(), scope));
        }
        throw new Problem("a %s cannot be called", Values.type(callee));
      }
      case Expression.Filter filter ->
          Filters.apply(
              filter.name(), evaluate(filter.on(), scope), inputs(filter.arguments(), scope));
      case Expression.Test test ->
          Tests.test(test.name(), evaluate(test.on(), scope), inputs(test.arguments(), scope))
              != test.negated();
      case Expression.Unary unary -> unary(unary.operator(), evaluate(unary.on(), scope));
      case Expression.Binary binary -> binary(binary, scope);
      case Expression.Compare compare -> compare(compare, scope);
      case Expression.Conditional conditional -> {
        if (Values.truth(evaluate(conditional.condition(), scope))) {
          yield evaluate(conditional.then(), scope);
        }
        Expression otherwise = conditional.otherwise();
        yield otherwise == null
            ? new Undefined("the condition is false and there is no else")
            : evaluate(otherwise, scope);
      }
    };
  }

  private List<Object> all(List<Expression> expressions, Scope scope) {
    List<Object> values = new ArrayList<>();
    expressions.forEach(expression -> values.add(evaluate(expression, scope)));
    return values;
  }

  private Object orNone(@Nullable Expression expression, Scope scope) {
    return expression == null ? None.NONE : evaluate(expression, scope);
  }

  Inputs inputs(Expression.Arguments arguments, Scope scope) {
    List<Object> positional = all(arguments.positional(), scope);
    Map<String, Object> named = new LinkedHashMap<>();
    arguments.named().forEach((name, value) -> named.put(name, evaluate(value, scope)));
    if (arguments.spreadList() != null) {
      positional.addAll(Values.iterate(evaluate(arguments.spreadList(), scope)));
    }
    if (arguments.spreadDict() != null
        && evaluate(arguments.spreadDict(), scope) instanceof Map<?, ?> map) {
      map.forEach((name, value) -> named.put(Display.str(name), value));
    }
    return new Inputs(positional, named);
  }

  private static Object unary(String operator, Object value) {
    return switch (operator) {
      case "not" -> !Values.truth(value);
      case "-" -> value instanceof Double d ? (Object) (-d) : (Object) (-Values.whole(value));
      default -> value instanceof Double d ? (Object) d : (Object) Values.whole(value);
    };
  }

  private Object binary(Expression.Binary binary, Scope scope) {
    Object left = evaluate(binary.left(), scope);
    return switch (binary.operator()) {
      case "and" -> Values.truth(left) ? evaluate(binary.right(), scope) : left;
      case "or" -> Values.truth(left) ? left : evaluate(binary.right(), scope);
      case "~" ->
          Arithmetic.apply("+", Display.str(left), Display.str(evaluate(binary.right(), scope)));
      default -> Arithmetic.apply(binary.operator(), left, evaluate(binary.right(), scope));
    };
  }

  private boolean compare(Expression.Compare compare, Scope scope) {
    Object left = evaluate(compare.first(), scope);
    for (int i = 0; i < compare.operators().size(); i++) {
      Object right = evaluate(compare.rest().get(i), scope);
      boolean holds =
          switch (compare.operators().get(i)) {
            case "==" -> Values.equal(left, right);
            case "!=" -> !Values.equal(left, right);
            case "<" -> Values.compare(left, right) < 0;
            case "<=" -> Values.compare(left, right) <= 0;
            case ">" -> Values.compare(left, right) > 0;
            case ">=" -> Values.compare(left, right) >= 0;
            case "in" -> Values.contains(right, left);
            default -> !Values.contains(right, left);
          };
      if (!holds) {
        return false;
      }
      left = right;
    }
    return true;
  }
}
