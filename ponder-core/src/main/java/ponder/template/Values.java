package ponder.template;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What operators do to values. Values are those of Python: [Boolean], [Long], [Double], [String],
/// [None], [List], [Tuple], [Map], besides [Undefined], [Callable] and [Attributes].
final class Values {
  private Values() {}

  /// Takes over a value from Java.
  ///
  /// @throws IllegalArgumentException if its type has no counterpart
  static Object of(@Nullable Object value) {
    return switch (value) {
      case null -> None.NONE;
      case String s -> s;
      case Boolean b -> b;
      case Long l -> l;
      case Integer i -> (long) i;
      case Double d -> d;
      case Float f -> (double) f;
      case List<?> list -> {
        List<Object> copy = new ArrayList<>();
        list.forEach(item -> copy.add(of(item)));
        yield copy;
      }
      case Map<?, ?> map -> {
        Map<Object, Object> copy = new LinkedHashMap<>();
        map.forEach((key, item) -> copy.put(of(key), of(item)));
        yield copy;
      }
      default ->
          throw new IllegalArgumentException(
              "A value of %s cannot be given to a template.".formatted(value.getClass()));
    };
  }

  static boolean truth(Object value) {
    return switch (value) {
      case Boolean b -> b;
      case Long l -> l != 0;
      case Double d -> d != 0;
      case String s -> !s.isEmpty();
      case List<?> list -> !list.isEmpty();
      case Tuple tuple -> !tuple.items().isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      case None none -> false;
      case Undefined undefined -> false;
      default -> true;
    };
  }

  /// Python's name of the value's type.
  static String type(Object value) {
    return switch (value) {
      case Boolean b -> "bool";
      case Long l -> "int";
      case Double d -> "float";
      case String s -> "str";
      case List<?> list -> "list";
      case Tuple tuple -> "tuple";
      case Map<?, ?> map -> "dict";
      case None none -> "None";
      case Undefined undefined -> "undefined value";
      default -> "object";
    };
  }

  /// Fails if `value` is undefined.
  static Object defined(Object value) {
    if (value instanceof Undefined undefined) {
      throw new Problem("%s", undefined.problem());
    }
    return value;
  }

  static long whole(Object value) {
    return switch (defined(value)) {
      case Long l -> l;
      case Boolean b -> b ? 1 : 0;
      default -> throw new Problem("a %s is no whole number", type(value));
    };
  }

  static boolean isNumber(Object value) {
    return value instanceof Long || value instanceof Double || value instanceof Boolean;
  }

  static double real(Object value) {
    return value instanceof Double d ? d : whole(value);
  }

  static boolean equal(Object a, Object b) {
    if (isNumber(a) && isNumber(b)) {
      return a instanceof Double || b instanceof Double ? real(a) == real(b) : whole(a) == whole(b);
    }
    if (a instanceof List<?> x && b instanceof List<?> y) {
      return allEqual(x, y);
    }
    if (a instanceof Tuple x && b instanceof Tuple y) {
      return allEqual(x.items(), y.items());
    }
    if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
      return x.size() == y.size()
          && x.entrySet().stream()
              .allMatch(e -> y.containsKey(e.getKey()) && equal(e.getValue(), y.get(e.getKey())));
    }
    return a instanceof Undefined ? b instanceof Undefined : a.equals(b);
  }

  private static boolean allEqual(List<?> a, List<?> b) {
    if (a.size() != b.size()) {
      return false;
    }
    Iterator<?> other = b.iterator();
    return a.stream().allMatch(item -> equal(item, other.next()));
  }

  /// Negative, zero or positive as `a` is less than, equal to or greater than `b`.
  static int compare(Object a, Object b) {
    defined(a);
    defined(b);
    if (isNumber(a) && isNumber(b)) {
      return a instanceof Double || b instanceof Double
          ? Double.compare(real(a), real(b))
          : Long.compare(whole(a), whole(b));
    }
    if (a instanceof String x && b instanceof String y) {
      return compareText(x, y);
    }
    if ((a instanceof List<?> && b instanceof List<?>)
        || (a instanceof Tuple && b instanceof Tuple)) {
      Iterator<Object> other = iterate(b).iterator();
      for (Object item : iterate(a)) {
        int order = other.hasNext() ? compareUnlessEqual(item, other.next()) : 1;
        if (order != 0) {
          return order;
        }
      }
      return other.hasNext() ? -1 : 0;
    }
    throw new Problem("a %s and a %s cannot be ordered", type(a), type(b));
  }

  private static int compareUnlessEqual(Object a, Object b) {
    return equal(a, b) ? 0 : compare(a, b);
  }

  private static int compareText(String a, String b) {
    return java.util.Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
  }

  static boolean contains(Object container, Object item) {
    return switch (container) {
      case String text -> {
        if (item instanceof String part) {
          yield text.contains(part);
        }
        throw new Problem("a string cannot contain a %s", type(item));
      }
      case Map<?, ?> map -> map.containsKey(item);
      default -> iterate(container).stream().anyMatch(other -> equal(other, item));
    };
  }

  /// The items that a loop over `value` sees.
  static List<Object> iterate(Object value) {
    return switch (value) {
      case List<?> list -> List.copyOf(list);
      case Tuple tuple -> tuple.items();
      case Map<?, ?> map -> List.copyOf(map.keySet());
      case String text -> text.codePoints().<Object>mapToObj(Character::toString).toList();
      case Undefined undefined -> List.of();
      default -> throw new Problem("a %s cannot be looped over", type(value));
    };
  }

  static long length(Object value) {
    return value instanceof String text ? Text.length(text) : iterate(value).size();
  }

  static Object attribute(Object of, String name) {
    defined(of);
    Object found = null;
    if (of instanceof Attributes attributes) {
      found = attributes.attribute(name);
    } else {
      found = Methods.find(of, name);
    }
    if (found == null && of instanceof Map<?, ?> map) {
      found = map.get(name);
    }
    return found == null ? missing(of, name) : found;
  }

  static Object item(Object of, Object key) {
    defined(of);
    if (of instanceof Map<?, ?> map && map.get(key) instanceof Object found) {
      return found;
    }
    if (key instanceof String name) {
      return attribute(of, name);
    }
    if ((key instanceof Long || key instanceof Boolean)
        && (of instanceof String || of instanceof List<?> || of instanceof Tuple)) {
      long length = length(of);
      long index = whole(key) < 0 ? whole(key) + length : whole(key);
      if (index >= 0 && index < length) {
        return of instanceof String text
            ? Text.charAt(text, (int) index)
            : iterate(of).get((int) index);
      }
    }
    return missing(of, Display.repr(key));
  }

  private static Undefined missing(Object of, String name) {
    return new Undefined("the %s has no '%s'".formatted(type(of), name));
  }

  static Object slice(Object of, Object start, Object stop, Object step) {
    long by = step == None.NONE ? 1 : whole(step);
    if (by == 0) {
      throw new Problem("the step of a slice is zero");
    }
    List<Object> items = iterate(defined(of));
    int size = items.size();
    long from = bound(start, by > 0 ? 0 : size - 1L, size, by);
    long to = bound(stop, by > 0 ? size : -1L, size, by);
    List<Object> taken = new ArrayList<>();
    for (long i = from; by > 0 ? i < to : i > to; i += by) {
      taken.add(items.get((int) i));
    }
    return switch (of) {
      case String text -> String.join("", taken.stream().map(String.class::cast).toList());
      case Tuple tuple -> new Tuple(taken);
      case List<?> list -> taken;
      default -> throw new Problem("a %s cannot be sliced", type(of));
    };
  }

  private static long bound(Object value, long standard, int size, long step) {
    if (value == None.NONE) {
      return standard;
    }
    long index = whole(value);
    index = index < 0 ? index + size : index;
    return step > 0 ? Math.clamp(index, 0L, size) : Math.clamp(index, -1L, size - 1L);
  }
}
