package ponder.template;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import ponder.template.Callable.Inputs;

/// What can stand behind `is`.
final class Tests {
  private Tests() {}

  static boolean test(String name, Object value, Inputs in) {
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == None.NONE;
      case "boolean" -> value instanceof Boolean;
      case "true" -> value.equals(true);
      case "false" -> value.equals(false);
      case "integer" -> value instanceof Long;
      case "float" -> value instanceof Double;
      case "number" -> Values.isNumber(value);
      case "string" -> value instanceof String;
      case "mapping" -> value instanceof Map;
      case "sequence" ->
          value instanceof String
              || value instanceof List
              || value instanceof Tuple
              || value instanceof Map
              || value instanceof Undefined;
      case "iterable" ->
          value instanceof String
              || value instanceof List
              || value instanceof Tuple
              || value instanceof Map
              || value instanceof Undefined;
      case "callable" -> value instanceof Callable;
      case "lower" ->
          Display.str(value).equals(Display.str(value).toLowerCase(Locale.ROOT)) && hasCase(value);
      case "upper" ->
          Display.str(value).equals(Display.str(value).toUpperCase(Locale.ROOT)) && hasCase(value);
      case "even" -> Math.floorMod(Values.whole(value), 2) == 0;
      case "odd" -> Math.floorMod(Values.whole(value), 2) == 1;
      case "divisibleby" -> Values.whole(value) % Values.whole(in.need(0, "num")) == 0;
      case "in" -> Values.contains(in.need(0, "seq"), value);
      case "sameas" ->
          value.getClass() == in.need(0, "other").getClass() && value.equals(in.need(0, "other"));
      case "eq", "equalto", "==" -> Values.equal(value, in.need(0, "other"));
      case "ne", "!=" -> !Values.equal(value, in.need(0, "other"));
      case "lt", "lessthan", "<" -> Values.compare(value, in.need(0, "other")) < 0;
      case "le", "<=" -> Values.compare(value, in.need(0, "other")) <= 0;
      case "gt", "greaterthan", ">" -> Values.compare(value, in.need(0, "other")) > 0;
      case "ge", ">=" -> Values.compare(value, in.need(0, "other")) >= 0;
      default -> throw new Problem("the test '%s' is not supported", name);
    };
  }

  private static boolean hasCase(Object value) {
    return Display.str(value)
        .codePoints()
        .anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
  }
}
