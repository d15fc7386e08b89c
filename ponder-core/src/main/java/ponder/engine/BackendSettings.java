package ponder.engine;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import ponder.model.EngineException;

/// Reads settings of a backend's own, as `--set` and [ponder.model.EngineOptions#settings] give
/// them.
public record BackendSettings(Map<String, String> settings) {
  public BackendSettings {
    settings = Map.copyOf(settings);
  }

  /// A whole number from `least` to `most`.
  ///
  /// @param standard if nothing is given
  /// @throws EngineException for anything else
  public int number(String name, int standard, int least, int most) {
    String text = settings.get(name);
    if (text == null) {
      return standard;
    }
    try {
      int value = Integer.parseInt(text.strip());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // told below, like a number out of range
    }
    throw new EngineException(
        "%s (%s) must be a whole number from %d to %d.".formatted(name, text, least, most));
  }

  /// The one among `values` whose name is given, in any case.
  ///
  /// @param standard if nothing is given
  /// @throws EngineException if there is none of that name
  public <E extends Enum<E>> E choice(String name, E standard, E[] values) {
    String text = settings.get(name);
    if (text == null) {
      return standard;
    }
    List<String> names = Stream.of(values).map(BackendSettings::lower).toList();
    int index = names.indexOf(text.strip().toLowerCase(Locale.ROOT));
    if (index < 0) {
      throw new EngineException(
          "%s (%s) must be one of %s.".formatted(name, text, String.join(", ", names)));
    }
    return values[index];
  }

  /// A value's name as settings have it.
  public static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
