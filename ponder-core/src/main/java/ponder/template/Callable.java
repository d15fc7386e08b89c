package ponder.template;

import java.util.List;
import java.util.Map;

/// What can be called: a function, a method, a macro.
interface Callable {
  Object call(Inputs inputs);

  /// Evaluated arguments.
  record Inputs(List<Object> positional, Map<String, Object> named) {
    /// The argument at `index` or called `name`; `standard` if it is not given.
    Object get(int index, String name, Object standard) {
      return index < positional.size() ? positional.get(index) : named.getOrDefault(name, standard);
    }

    /// The argument at `index` or called `name`.
    Object need(int index, String name) {
      Object value = index < positional.size() ? positional.get(index) : named.get(name);
      if (value == null) {
        throw new Problem("the argument '%s' is missing", name);
      }
      return value;
    }

    String needText(int index, String name) {
      if (need(index, name) instanceof String text) {
        return text;
      }
      throw new Problem("the argument '%s' must be a string", name);
    }

    boolean flag(int index, String name, boolean standard) {
      return Values.truth(get(index, name, standard));
    }

    int number(int index, String name, int standard) {
      return Math.toIntExact(Values.whole(get(index, name, (long) standard)));
    }

    /// These arguments without the first `count` ones.
    Inputs skip(int count) {
      return new Inputs(
          positional.subList(Math.min(count, positional.size()), positional.size()), named);
    }
  }
}
