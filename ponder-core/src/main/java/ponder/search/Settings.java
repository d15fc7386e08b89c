package ponder.search;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import ponder.core.Nearest;

/// A method's parameters by name, complete and checked for their names; values are checked as they
/// are read.
///
/// Of a composed method's parameters only those of its parts are here, under the part's name and a
/// dot.
///
/// @param method the method's name, for messages
/// @param values every parameter the method knows, those not given at their default
public record Settings(String method, Map<String, String> values) {
  public Settings {
    values = Collections.unmodifiableMap(new TreeMap<>(values));
  }

  /// The method's defaults, overwritten by `given`.
  ///
  /// @throws IllegalArgumentException naming the first unknown parameter
  static Settings of(Methods.Method method, Map<String, String> given) {
    List<String> known = method.parameters().stream().map(Methods.Parameter::name).toList();
    new TreeMap<>(given)
        .forEach(
            (name, value) -> {
              if (!known.contains(name)) {
                throw new IllegalArgumentException(
                    "%s (%s) is no setting of method %s.%s"
                        .formatted(name, value, method.name(), Nearest.maybe(name, known)));
              }
            });
    Map<String, String> values = new TreeMap<>();
    for (Methods.Parameter parameter : method.parameters()) {
      if (!parameter.everyPart()) {
        String name = parameter.name();
        String ofAll = given.getOrDefault(lastPart(name), parameter.value());
        values.put(name, given.getOrDefault(name, ofAll));
      }
    }
    return new Settings(method.name(), values);
  }

  private static String lastPart(String name) {
    return name.substring(name.indexOf('.') + 1);
  }

  /// The settings of one part of a composed method.
  Settings part(String part) {
    String prefix = part + ".";
    Map<String, String> own = new TreeMap<>();
    values.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            own.put(name.substring(prefix.length()), value);
          }
        });
    return new Settings(part, own);
  }

  String text(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalStateException(
          "Method " + method + " reads " + name + ", but lists it not.");
    }
    return value;
  }

  /// Whether the method knows this parameter.
  boolean has(String name) {
    return values.containsKey(name);
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

  boolean flag(String name) {
    return choice(name, List.of("true", "false")).equals("true");
  }

  /// One of `values`, written as [#name(Enum)] writes it.
  <E extends Enum<E>> E choice(String name, E[] values) {
    String chosen = choice(name, Stream.of(values).map(Settings::name).toList());
    return Stream.of(values).filter(value -> name(value).equals(chosen)).findFirst().orElseThrow();
  }

  /// How an enum's value is written in settings.
  static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private String choice(String name, List<String> known) {
    String text = text(name).strip();
    if (!known.contains(text)) {
      throw new IllegalArgumentException(
          "%s (%s) must be one of %s.%s"
              .formatted(
                  name,
                  text,
                  known,
                  Nearest.to(text, known).map(it -> " Maybe '" + it + "' was meant.").orElse("")));
    }
    return text;
  }
}
