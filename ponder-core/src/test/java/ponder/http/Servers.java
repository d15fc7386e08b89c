package ponder.http;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import ponder.model.EngineOptions;
import ponder.testkit.ScriptedServer;

/// Opens models for tests, with a clock that does not wait.
final class Servers {
  static final String KEY = "sk-very-secret-0123456789";

  private static final Logger QUIET = Logger.getLogger("ponder.http");

  static {
    QUIET.setLevel(Level.OFF); // warnings are read off the models
  }

  private Servers() {}

  /// A clock that moves on by what it is asked to sleep, and remembers that.
  static final class FakeClock implements Patience.Clock {
    final List<Duration> slept = new ArrayList<>();
    private long nanos;

    @Override
    public synchronized long nanos() {
      return nanos;
    }

    @Override
    public synchronized void sleep(Duration duration) {
      slept.add(duration);
      nanos += duration.toNanos();
    }
  }

  static HttpModel open(ScriptedServer server, String... settings) {
    return open(server, new FakeClock(), settings);
  }

  static HttpModel open(ScriptedServer server, Patience.Clock clock, String... settings) {
    return open(server.endpoint(), Map.of("PONDER_API_KEY", KEY), clock, settings);
  }

  /// @param settings `name=value`
  static HttpModel open(
      String endpoint, Map<String, String> environment, Patience.Clock clock, String... settings) {
    Map<String, String> all = new HashMap<>(Map.of("endpoint", endpoint));
    for (String setting : settings) {
      all.put(setting.split("=", 2)[0], setting.split("=", 2)[1]);
    }
    return (HttpModel) new HttpEngine(environment, clock).open(options("", all));
  }

  static EngineOptions options(String name, Map<String, String> settings) {
    return new EngineOptions(Path.of(""), name, "", null, 0, 0, false, settings);
  }
}
