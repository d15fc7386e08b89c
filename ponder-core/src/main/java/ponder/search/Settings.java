package ponder.search;

import java.util.Map;
import java.util.TreeMap;
import ponder.core.Nearest;

/// A method's parameters by name, complete and checked for their names; values are checked as they
/// are read.
///
/// @param method the method's name, for messages
/// @param values every parameter the method knows, those not given at their default
public record Settings(String method, Map<String, String> values) {
  public Settings {
    values = java.util.Collections.unmodifiableMap(new TreeMap<>(values));
  }

  /// The method's defaults, overwritten by `given`.
  ///
  /// @throws IllegalArgumentException naming the first unknown parameter
  static Settings of(Methods.Method method, Map<String, String> given) {
    Map<String, String> values = new TreeMap<>();
    method.parameters().forEach(parameter -> values.put(parameter.name(), parameter.value()));
    new TreeMap<>(given)
        .forEach(
            (name, value) -> {
              if (values.replace(name, value) == null) {
                throw new IllegalArgumentException(
                    "%s (%s) is no setting of method %s.%s"
                        .formatted(
                            name, value, method.name(), Nearest.maybe(name, values.keySet())));
              }
            });
    return new Settings(method.name(), values);
  }

  String text(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalStateException(
          "Method " + method + " reads " + name + ", but lists it not.");
    }
    return value;
  }

  int integer(String name, int least, int most) {
    String text = text(name);
    try {
      int value = Integer.parseInt(text.strip());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(range(name, text, "a whole number", least, most), e);
    }
    throw new IllegalArgumentException(range(name, text, "a whole number", least, most));
  }

  double number(String name, double least, double most) {
    String text = text(name);
    try {
      double value = Double.parseDouble(text.strip());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(range(name, text, "a number", least, most), e);
    }
    throw new IllegalArgumentException(range(name, text, "a number", least, most));
  }

  private static String range(String name, String text, String kind, Number least, Number most) {
    return "%s (%s) must be %s between %s and %s.".formatted(name, text, kind, least, most);
  }
}
