package ponder.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import ponder.model.Cancellation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A made-up terminal: runs commands in this process and keeps what they print.
final class Terminal {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Map<String, String> environment = new LinkedHashMap<>();
  private ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Cancellation cancellation = new Cancellation();
  private String in = "";
  private boolean person;

  /// A terminal whose user's home lies in `home`; no tools are on its PATH.
  Terminal(Path home) {
    environment.put("PONDER_HOME", home.toString());
    environment.put("PATH", "");
  }

  Terminal with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /// What `-` will read.
  Terminal typing(String text) {
    in = text;
    return this;
  }

  /// As if a person were looking, 100 columns wide.
  Terminal watched() {
    person = true;
    return this;
  }

  /// The switch that Ctrl-C throws.
  Cancellation interrupt() {
    return cancellation;
  }

  /// Runs `action` when the first output is flushed.
  void onOutput(Runnable action) {
    out =
        new ByteArrayOutputStream() {
          @Override
          public void flush() {
            action.run();
          }
        };
  }

  /// What a command printed and how it ended.
  record Said(int code, String out, String err) {
    JsonNode json() {
      return MAPPER.readTree(out);
    }
  }

  /// Runs a command.
  Said run(String... arguments) {
    out.reset();
    err.reset();
    Shell shell =
        new Shell(
            new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8),
            environment,
            person,
            person,
            100,
            cancellation);
    int code = Ponder.run(arguments, shell);
    return new Said(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
