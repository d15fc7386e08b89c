package ponder.cli;

import tools.jackson.databind.json.JsonMapper;

/// Writes results as JSON: one object, one line, keys in the records' order.
final class Json {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Json() {}

  /// Prints `result` as the one object of a command's standard output.
  static void print(Object result, Shell shell) {
    shell.out().println(text(result));
    shell.out().flush();
  }

  /// `result` as one line.
  static String text(Object result) {
    return MAPPER.writeValueAsString(result);
  }
}
