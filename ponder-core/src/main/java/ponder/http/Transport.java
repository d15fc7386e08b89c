package ponder.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.ProxySelector;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Carries JSON to a server and back, and turns whatever goes wrong into a [Failure].
///
/// One exchange, one try: retries are the caller's. Redirects are not followed, since they could
/// carry the key elsewhere. Interrupting the thread ends an exchange and its connection.
/// Thread-safe.
final class Transport implements AutoCloseable {
  static final JsonMapper MAPPER = new JsonMapper();
  private static final int LONGEST_ERROR = 64 << 10;
  private static final int SHOWN_ERROR = 400;
  private static final String DONE = "[DONE]";

  private final Endpoint endpoint;
  private final Duration read;
  private final HttpClient client;

  Transport(Endpoint endpoint, Duration connect, Duration read, ProxySelector proxies) {
    this.endpoint = endpoint;
    this.read = read;
    client =
        HttpClient.newBuilder()
            .connectTimeout(connect)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(proxies)
            // An upgrade on an open connection confuses some servers.
            .version(endpoint.encrypted() ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
            .build();
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /// The answer to a GET.
  JsonNode get(HttpRequest.Builder request, Duration timeout) throws Failure, InterruptedException {
    HttpResponse<InputStream> response = send(request.GET().timeout(timeout).build());
    try (InputStream body = response.body()) {
      return parse(new String(body.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw torn(e);
    }
  }

  /// The answer to a POST that is not streamed.
  JsonNode post(HttpRequest.Builder request, ObjectNode json) throws Failure, InterruptedException {
    HttpResponse<InputStream> response = send(json(request, json));
    try (InputStream body = response.body()) {
      return checked(parse(new String(body.readAllBytes(), StandardCharsets.UTF_8)), 0);
    } catch (IOException e) {
      throw torn(e);
    }
  }

  /// Hears an answer piece by piece.
  interface Hearer {
    /// The answer begins; `body` may be closed from another thread to end it.
    void begins(InputStream body);

    /// The next piece, or the whole answer if the server does not stream.
    void hear(JsonNode piece, boolean whole) throws Failure;
  }

  /// Posts `json` and gives the hearer each event of the answer.
  void post(HttpRequest.Builder request, ObjectNode json, Hearer hearer)
      throws Failure, InterruptedException {
    HttpResponse<InputStream> response = send(json(request, json));
    String type = response.headers().firstValue("Content-Type").orElse("");
    try (InputStream body = response.body()) {
      hearer.begins(body);
      if (!type.toLowerCase(Locale.ROOT).startsWith("text/event-stream")) {
        String text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
        hearer.hear(checked(parse(text), 0), true);
        return;
      }
      ServerEvents events = new ServerEvents(body);
      for (String data = events.next(); data != null; data = events.next()) {
        if (data.equals(DONE)) {
          return;
        }
        hearer.hear(checked(parse(data), 500), false);
      }
    } catch (IOException e) {
      throw torn(e);
    }
  }

  private HttpRequest json(HttpRequest.Builder request, ObjectNode json) {
    return request
        .header("Content-Type", "application/json")
        .timeout(read)
        .POST(HttpRequest.BodyPublishers.ofString(MAPPER.writeValueAsString(json)))
        .build();
  }

  private HttpResponse<InputStream> send(HttpRequest request) throws Failure, InterruptedException {
    HttpResponse<InputStream> response;
    try {
      response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (HttpConnectTimeoutException e) {
      throw Failure.unreachable(endpoint, "it does not take the connection", e);
    } catch (HttpTimeoutException e) {
      throw Failure.broken(endpoint, "did not begin within %s s".formatted(seconds(request)), e);
    } catch (ConnectException e) {
      throw Failure.unreachable(endpoint, why(e), e);
    } catch (IOException e) {
      throw torn(e);
    }
    if (response.statusCode() / 100 != 2) {
      throw refused(response);
    }
    return response;
  }

  private static String seconds(HttpRequest request) {
    long millis = request.timeout().orElse(Duration.ZERO).toMillis();
    return millis % 1000 == 0
        ? Long.toString(millis / 1000)
        : String.format(Locale.ROOT, "%.3f", millis / 1e3);
  }

  private static String why(ConnectException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return "its host is unknown";
      }
    }
    return "nobody answers there";
  }

  private Failure torn(IOException e) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedException) {
        throw new InterruptedException();
      }
    }
    return Failure.broken(
        endpoint, "broke off: " + endpoint.scrub(String.valueOf(e.getMessage())), e);
  }

  private JsonNode parse(String text) throws Failure {
    try {
      JsonNode node = MAPPER.readTree(text);
      if (node.isObject() || node.isArray()) {
        return node;
      }
    } catch (JacksonException e) {
      // told below; its message would show the text
    }
    throw Failure.broken(endpoint, "is no JSON: '%s'".formatted(shown(text)), null);
  }

  /// The answer, unless it is an error in spite of its status.
  private JsonNode checked(JsonNode node, int usual) throws Failure {
    JsonNode error = node.path("error");
    if (error.isMissingNode() || error.isNull()) {
      return node;
    }
    int status = error.path("code").isNumber() ? error.path("code").asInt(usual) : usual;
    throw Failure.status(
        endpoint, status == 0 ? 500 : status, message(node, ""), parameter(node), null);
  }

  private Failure refused(HttpResponse<InputStream> response) throws InterruptedException {
    String text;
    try (InputStream body = response.body()) {
      text = new String(body.readNBytes(LONGEST_ERROR), StandardCharsets.UTF_8);
    } catch (IOException e) {
      text = "";
    }
    JsonNode node = null;
    try {
      node = MAPPER.readTree(text);
    } catch (JacksonException e) {
      // some servers say it in plain text
    }
    return Failure.status(
        endpoint,
        response.statusCode(),
        node == null ? shown(text) : message(node, text),
        node == null ? "" : parameter(node),
        retryAfter(response.headers().firstValue("Retry-After").orElse(null)));
  }

  private String message(JsonNode node, String text) {
    for (String path : new String[] {"/error/message", "/message", "/detail", "/error"}) {
      JsonNode found = node.at(path);
      if (found.isString()) {
        return shown(found.asString());
      }
      if (found.isArray() || (path.equals("/error") && found.isObject())) {
        return shown(found.toString());
      }
    }
    return shown(text);
  }

  private static String parameter(JsonNode node) {
    JsonNode found = node.at("/error/param");
    return found.isString() ? found.asString() : node.path("param").asString("");
  }

  private String shown(String text) {
    String line = endpoint.scrub(text).strip().replaceAll("\\s+", " ");
    return line.length() <= SHOWN_ERROR ? line : line.substring(0, SHOWN_ERROR) + "…";
  }

  /// Seconds, or a date (RFC 9110, section 10.2.3); null if there is none or it is neither.
  static @Nullable Duration retryAfter(@Nullable String header) {
    if (header == null) {
      return null;
    }
    try {
      return Duration.ofMillis((long) (Math.max(0, Double.parseDouble(header.strip())) * 1000));
    } catch (NumberFormatException e) {
      // a date, then
    }
    try {
      ZonedDateTime until = ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME);
      Duration wait = Duration.between(Clock.systemUTC().instant(), until.toInstant());
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeException e) {
      return null;
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
