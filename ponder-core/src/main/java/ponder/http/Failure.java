package ponder.http;

import java.io.Serial;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import ponder.model.EngineException;

/// An exchange with a server that failed; stays within this package.
///
/// Retried are failures that another try may mend: no connection, silence, a torn or garbled
/// answer, 429, and errors of the server's own (5xx but 501 and 505).
final class Failure extends Exception {
  @Serial private static final long serialVersionUID = 1;
  private static final int TOO_MANY = 429;

  private final int status;
  private final String said;
  private final String parameter;
  private final @Nullable Duration retryAfter;

  private Failure(
      String message,
      int status,
      String said,
      String parameter,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
    this.said = said;
    this.parameter = parameter;
    this.retryAfter = retryAfter;
  }

  /// The server answered with an error.
  ///
  /// @param said the error's message in the server's words, without the key
  /// @param parameter the field that the server finds fault with; empty if it names none
  /// @param retryAfter how long the server asks to wait; null if it does not
  static Failure status(
      Endpoint endpoint, int status, String said, String parameter, @Nullable Duration retryAfter) {
    String message =
        "%s answered %d%s.%s"
            .formatted(
                endpoint, status, said.isEmpty() ? "" : ": " + end(said), way(status, endpoint));
    return new Failure(message, status, said, parameter, retryAfter, null);
  }

  private static String end(String said) {
    return said.endsWith(".") ? said.substring(0, said.length() - 1) : said;
  }

  private static String way(int status, Endpoint endpoint) {
    return switch (status) {
      case 401, 403 ->
          endpoint.hasKey()
              ? " Maybe the key in PONDER_API_KEY or OPENAI_API_KEY is wrong."
              : " Maybe set PONDER_API_KEY.";
      case 301, 302, 303, 307, 308 ->
          " It points elsewhere, which is not followed. Maybe give --endpoint the final address.";
      case 404, 405 -> " Maybe the endpoint's path or the model's name is wrong.";
      case TOO_MANY -> " Maybe lower --set concurrency.";
      default -> "";
    };
  }

  /// Nothing was reached.
  static Failure unreachable(Endpoint endpoint, String why, @Nullable Throwable cause) {
    return new Failure(
        "%s cannot be reached: %s. Maybe start the server, or give its address by --endpoint."
            .formatted(endpoint, why),
        0,
        why,
        "",
        null,
        cause);
  }

  /// The answer was torn, garbled or late.
  static Failure broken(Endpoint endpoint, String how, @Nullable Throwable cause) {
    return new Failure("The answer of %s %s.".formatted(endpoint, how), 0, how, "", null, cause);
  }

  /// The HTTP status; 0 if there was none.
  int status() {
    return status;
  }

  /// The server's own words.
  String said() {
    return said;
  }

  String parameter() {
    return parameter;
  }

  @Nullable Duration retryAfter() {
    return retryAfter;
  }

  boolean passing() {
    return status == 0 || status == TOO_MANY || (status >= 500 && status != 501 && status != 505);
  }

  /// Whether the server finds fault with the request itself.
  boolean refusal() {
    return status == 400 || status == 413 || status == 422;
  }

  String text() {
    return String.valueOf(getMessage());
  }

  /// The failure as callers of a model see it.
  RuntimeException thrown() {
    return refusal()
        ? new IllegalArgumentException(text(), this)
        : new EngineException(text(), this);
  }
}
