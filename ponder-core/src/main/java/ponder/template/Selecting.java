package ponder.template;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import ponder.template.Callable.Inputs;

/// The filters `select`, `reject`, `selectattr` and `rejectattr`.
final class Selecting {
  private Selecting() {}

  /// @param byAttribute whether the first argument names the attribute to look at
  /// @param wanted whether items that pass the test are kept or left away
  static List<Object> select(Object value, Inputs inputs, boolean byAttribute, boolean wanted) {
    Function<Object, Object> getter =
        byAttribute ? Filters.getter(inputs.need(0, "attribute")) : item -> item;
    Inputs in = byAttribute ? inputs.skip(1) : inputs;
    // What is empty or none has nothing to select from, as in Jinja.
    List<Object> items = Values.truth(value) ? Values.iterate(value) : List.of();
    return items.stream().filter(item -> passes(getter.apply(item), in) == wanted).toList();
  }

  private static boolean passes(Object value, Inputs in) {
    return in.positional().isEmpty()
        ? Values.truth(value)
        : Tests.test(in.needText(0, "test"), value, new Inputs(in.skip(1).positional(), Map.of()));
  }
}
