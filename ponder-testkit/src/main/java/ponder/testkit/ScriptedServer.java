package ponder.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import ponder.model.ContextOverflowException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A server on this machine that speaks OpenAI's API with a [ScriptedModel] behind it, as one of
/// several kinds of server would, and misbehaves when told to.
///
/// Sample k of a call is the model's sample number seed + k; without a seed, samples are numbered
/// in the order of their arrival. Thread-safe; bound to 127.0.0.1 on a port of its own.
public final class ScriptedServer implements AutoCloseable {
  /// Whose answers are imitated.
  public enum Kind {
    /// Shows ids by name, stop reasons, and log-probabilities of prompts.
    VLLM,
    /// Shows ids and neither stops nor prompts' log-probabilities; one sample a call.
    LLAMA_CPP,
    /// Shows texts of tokens without end-of-text; knows OpenAI's published fields alone.
    OPENAI
  }

  /// What it does all the time.
  public enum Habit {
    LIES_ABOUT_N,
    REFUSES_N,
    IGNORES_SEED,
    IGNORES_STREAM,
    GIVES_NO_USAGE,
    GIVES_NO_LOGPROBS,
    IGNORES_ECHO,
    /// Thoughts at a text's beginning go into a field of their own.
    SPLITS_THOUGHTS
  }

  /// What it does to one request.
  public sealed interface Trick {
    /// Answers with an error.
    record Status(int code, String body, Map<String, String> headers) implements Trick {
      public Status(int code, String message) {
        this(code, "{\"error\":{\"message\":\"%s\"}}".formatted(message), Map.of());
      }
    }

    /// Breaks the connection after so many events.
    record Drop(int events) implements Trick {}

    /// Sends something that is no JSON after so many events.
    record Garble(int events) implements Trick {}

    /// Says nothing more after so many events; before the first, not even that it heard.
    record Stall(int events) implements Trick {}

    /// Answers as usual.
    record None() implements Trick {}
  }

  /// A request that came.
  ///
  /// @param authorization the header; empty if there is none
  public record Received(String path, String authorization, JsonNode body) {}

  static final JsonMapper MAPPER = new JsonMapper();

  static {
    // Else each small piece of a stream waits for the last one's acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ScriptedAnswers answers;
  private final Kind kind;
  private final Set<Habit> habits = ConcurrentHashMap.newKeySet();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private final Queue<Trick> tricks = new ConcurrentLinkedQueue<>();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile Consumer<ObjectNode> usage = node -> {};
  private volatile String key = "";

  private ScriptedServer(Kind kind, ScriptedModel model) throws IOException {
    this.kind = kind;
    answers = new ScriptedAnswers(kind, model, habits);
    http = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 1024);
    http.setExecutor(threads);
    http.createContext("/", this::handle);
    http.start();
  }

  public static ScriptedServer start(Kind kind, ScriptedModel model) {
    try {
      return new ScriptedServer(kind, model);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The address of its API.
  public String endpoint() {
    return "http://127.0.0.1:%d/v1".formatted(http.getAddress().getPort());
  }

  public ScriptedServer with(Habit... more) {
    habits.addAll(List.of(more));
    return this;
  }

  /// Does these to the next requests for completions, one each.
  public ScriptedServer next(Trick... more) {
    tricks.addAll(List.of(more));
    return this;
  }

  /// Refuses requests that have this field, by name.
  public ScriptedServer refusing(String field) {
    refused.add(field);
    return this;
  }

  /// Changes what usage says.
  public ScriptedServer lying(Consumer<ObjectNode> change) {
    usage = change;
    return this;
  }

  /// Wants this key.
  public ScriptedServer locked(String wanted) {
    key = wanted;
    return this;
  }

  /// The requests for completions so far, in order of arrival.
  public List<Received> completions() {
    return received.stream().filter(r -> r.path().endsWith("/completions")).toList();
  }

  /// All requests so far.
  public List<Received> received() {
    return List.copyOf(received);
  }

  /// How many completions ran at a time at most.
  public int mostAtATime() {
    return most.get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      JsonNode body = text.isEmpty() ? MAPPER.createObjectNode() : MAPPER.readTree(text);
      String path = exchange.getRequestURI().getPath();
      String header = exchange.getRequestHeaders().getFirst("Authorization");
      received.add(new Received(path, header == null ? "" : header, body));
      if (!key.isEmpty() && !("Bearer " + key).equals(header)) {
        status(exchange, new Trick.Status(401, "Incorrect API key provided: " + header));
      } else if (path.endsWith("/completions")) {
        most.accumulateAndGet(running.incrementAndGet(), Math::max);
        try {
          complete(exchange, path, body);
        } finally {
          running.decrementAndGet();
        }
      } else {
        tell(exchange, path, body);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the server is closing
    }
  }

  private void tell(HttpExchange exchange, String path, JsonNode body) throws IOException {
    ObjectNode answer;
    try {
      answer = answers.tell(path, body);
    } catch (IllegalArgumentException e) {
      status(exchange, new Trick.Status(400, String.valueOf(e.getMessage())));
      return;
    }
    if (answer == null) {
      status(exchange, new Trick.Status(404, "Not Found"));
    } else {
      json(exchange, 200, answer.toString());
    }
  }

  private void complete(HttpExchange exchange, String path, JsonNode body)
      throws IOException, InterruptedException {
    Trick trick = tricks.isEmpty() ? new Trick.None() : tricks.remove();
    if (trick instanceof Trick.Status status) {
      status(exchange, status);
      return;
    }
    if (trick instanceof Trick.Stall(int events) && events == 0) {
      closing.await();
      return;
    }
    for (String field : refused) {
      if (body.has(field)) {
        status(exchange, new Trick.Status(400, "Unrecognized request argument: " + field));
        return;
      }
    }
    if (habits.contains(Habit.REFUSES_N) && body.path("n").asInt(1) > 1) {
      status(exchange, new Trick.Status(400, "Only one completion choice is allowed"));
      return;
    }
    ScriptedAnswers.Answer answer;
    try {
      answer = answers.answer(path, body);
    } catch (ContextOverflowException | IllegalArgumentException e) {
      status(exchange, new Trick.Status(400, String.valueOf(e.getMessage())));
      return;
    }
    usage.accept(answer.usage());
    boolean streams = body.path("stream").asBoolean(false);
    if (streams && !habits.contains(Habit.IGNORES_STREAM)) {
      stream(exchange, answer, body, trick);
    } else if (trick instanceof Trick.Garble) {
      json(exchange, 200, "{\"choices\": [");
    } else {
      json(exchange, 200, answer.whole(!habits.contains(Habit.GIVES_NO_USAGE)).toString());
    }
  }

  private void stream(
      HttpExchange exchange, ScriptedAnswers.Answer answer, JsonNode body, Trick trick)
      throws IOException, InterruptedException {
    exchange.getResponseHeaders().add("Content-Type", "text/event-stream; charset=utf-8");
    // A promise of more than will come: closing breaks it, and with it the connection.
    exchange.sendResponseHeaders(200, trick instanceof Trick.Drop ? 1L << 30 : 0);
    OutputStream out = exchange.getResponseBody();
    event(out, ": a comment, as servers send to keep a connection open");
    int sent = 0;
    for (ObjectNode piece : answer.pieces()) {
      if (trick instanceof Trick.Drop(int events) && events == sent) {
        return;
      }
      if (trick instanceof Trick.Garble(int events) && events == sent) {
        event(out, "data: {\"choices\": [{\"inde");
      }
      if (trick instanceof Trick.Stall(int events) && events == sent) {
        closing.await();
        return;
      }
      event(out, "data: " + piece);
      sent++;
    }
    boolean wanted = body.at("/stream_options/include_usage").asBoolean(false);
    if (wanted && !habits.contains(Habit.GIVES_NO_USAGE)) {
      event(out, "data: " + answer.last());
    }
    event(out, "data: [DONE]");
  }

  private static void event(OutputStream out, String lines) throws IOException {
    out.write((lines + "\n\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static void status(HttpExchange exchange, Trick.Status status) throws IOException {
    status.headers().forEach(exchange.getResponseHeaders()::add);
    json(exchange, status.code(), status.body());
  }

  private static void json(HttpExchange exchange, int code, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /// The kind's habits, for messages.
  @Override
  public String toString() {
    Set<Habit> shown = habits.isEmpty() ? EnumSet.noneOf(Habit.class) : EnumSet.copyOf(habits);
    return kind + " " + shown + " at " + endpoint();
  }

  @Override
  public void close() {
    closing.countDown();
    http.stop(0);
    threads.shutdownNow();
  }
}
