package ponder.catalog;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// A web server on this machine whose answers a test writes down.
final class StubServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();

  StubServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
  }

  /// What came in; empty for a header that did not.
  record Asked(String path, String range, String ifRange, String authorization) {}

  List<Asked> asked() {
    return asked;
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// Answers the first request for `path` by the first handler and so on; the last one stays.
  StubServer on(String path, HttpHandler... inOrder) {
    var calls = new AtomicInteger();
    server.createContext(
        path,
        exchange -> {
          asked.add(
              new Asked(
                  exchange.getRequestURI().getPath(),
                  header(exchange, "Range"),
                  header(exchange, "If-Range"),
                  header(exchange, "Authorization")));
          int call = Math.min(calls.getAndIncrement(), inOrder.length - 1);
          inOrder[call].handle(exchange);
          exchange.close();
        });
    return this;
  }

  /// Gives `content`, in parts if asked, as a good server does.
  static HttpHandler file(byte[] content, String tag) {
    return exchange -> {
      exchange.getResponseHeaders().set("ETag", tag);
      String range = header(exchange, "Range");
      String condition = header(exchange, "If-Range");
      if (range.isEmpty() || !(condition.isEmpty() || condition.equals(tag))) {
        send(exchange, 200, content, content.length);
        return;
      }
      int from = Integer.parseInt(range.replaceAll("\\D", ""));
      if (from >= content.length) {
        exchange.getResponseHeaders().set("Content-Range", "bytes */" + content.length);
        send(exchange, 416, new byte[0], 0);
        return;
      }
      String part = "bytes %d-%d/%d".formatted(from, content.length - 1, content.length);
      exchange.getResponseHeaders().set("Content-Range", part);
      send(exchange, 206, Arrays.copyOfRange(content, from, content.length), content.length - from);
    };
  }

  /// Gives the whole of `content` whatever is asked.
  static HttpHandler whole(byte[] content, String... headers) {
    return exchange -> {
      headers(exchange, headers);
      send(exchange, 200, content, content.length);
    };
  }

  /// Promises `content` and closes the connection after `sent` bytes.
  static HttpHandler cut(byte[] content, int sent, String... headers) {
    return exchange -> {
      headers(exchange, headers);
      send(exchange, 200, Arrays.copyOf(content, sent), content.length);
    };
  }

  static HttpHandler status(int status, String... headers) {
    return exchange -> {
      headers(exchange, headers);
      send(exchange, status, new byte[0], 0);
    };
  }

  /// `promised` is the length that the head states.
  static void send(HttpExchange exchange, int status, byte[] body, int promised)
      throws IOException {
    exchange.sendResponseHeaders(status, promised == 0 ? -1 : promised);
    exchange.getResponseBody().write(body);
    exchange.getResponseBody().flush();
  }

  private static void headers(HttpExchange exchange, String... namesAndValues) {
    for (int i = 0; i < namesAndValues.length; i += 2) {
      exchange.getResponseHeaders().set(namesAndValues[i], namesAndValues[i + 1]);
    }
  }

  private static String header(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
