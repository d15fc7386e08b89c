package ponder.http;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ponder.core.Nearest;

/// The http engine's settings, as `--set` and [ponder.model.EngineOptions#settings] give them.
///
/// @param endpoint the server's address; null if it was not given
/// @param server which server it is; null to find out
/// @param concurrency most calls that run at a time; 0 for what suits the server
/// @param connect longest wait for a connection
/// @param read longest silence of a server that has a request
/// @param tries most tries of one call, the first included
/// @param patience longest time from a call's first failure to its last try
/// @param stream whether answers are read as they are generated
/// @param logprobs whether log-probabilities are asked for
/// @param together whether a call may ask for several samples at once
record HttpSettings(
    @Nullable String endpoint,
    @Nullable Dialect server,
    int concurrency,
    Duration connect,
    Duration read,
    int tries,
    Duration patience,
    Choice stream,
    Choice logprobs,
    Choice together) {

  /// Whether something is done, or left to what is known of the server.
  enum Choice {
    ON,
    OFF,
    AUTO;

    boolean or(boolean usual) {
      return this == AUTO ? usual : this == ON;
    }
  }

  static final List<String> NAMES =
      List.of(
          "endpoint",
          "server",
          "concurrency",
          "connect-timeout",
          "read-timeout",
          "tries",
          "retry-seconds",
          "stream",
          "logprobs",
          "together");

  /// @throws IllegalArgumentException for an unknown name or a value out of range
  static HttpSettings of(Map<String, String> settings) {
    for (String name : settings.keySet()) {
      if (!NAMES.contains(name)) {
        throw new IllegalArgumentException(
            "The http engine has no setting '%s'.%s".formatted(name, Nearest.maybe(name, NAMES)));
      }
    }
    return new HttpSettings(
        settings.get("endpoint"),
        server(settings.getOrDefault("server", "auto")),
        (int) number(settings, "concurrency", 0, 0, 4096),
        seconds(settings, "connect-timeout", 10),
        seconds(settings, "read-timeout", 300),
        (int) number(settings, "tries", 6, 1, 100),
        seconds(settings, "retry-seconds", 120),
        choice(settings, "stream"),
        choice(settings, "logprobs"),
        choice(settings, "together"));
  }

  private static @Nullable Dialect server(String name) {
    if (name.strip().equals("auto")) {
      return null;
    }
    List<String> names = List.of(Dialect.values()).stream().map(Dialect::json).toList();
    int index = names.indexOf(name.strip().toLowerCase(Locale.ROOT));
    if (index < 0) {
      throw new IllegalArgumentException(
          "server (%s) must be auto or one of %s.".formatted(name, names));
    }
    return Dialect.values()[index];
  }

  private static Duration seconds(Map<String, String> settings, String name, double usual) {
    return Duration.ofNanos((long) (number(settings, name, usual, 0.001, 86_400) * 1e9));
  }

  private static double number(
      Map<String, String> settings, String name, double usual, double least, double most) {
    String text = settings.get(name);
    if (text == null) {
      return usual;
    }
    try {
      double value = Double.parseDouble(text.strip());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // told below, like a number out of range
    }
    throw new IllegalArgumentException(
        "%s (%s) must be a number from %s to %s.".formatted(name, text, plain(least), plain(most)));
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private static Choice choice(Map<String, String> settings, String name) {
    String text = settings.getOrDefault(name, "auto");
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "on" -> Choice.ON;
      case "off" -> Choice.OFF;
      case "auto" -> Choice.AUTO;
      default ->
          throw new IllegalArgumentException(
              "%s (%s) must be on, off or auto.".formatted(name, text));
    };
  }
}
