package ponder.catalog;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Brings one file from a web server into a [Partial], over as many connections as it takes.
///
/// Each attempt asks for what is still missing (`Range`) provided that the content is still the
/// same (`If-Range` with the entity tag of what is there; RFC 9110, sections 13.1.5 and 14.2). A
/// server that answers with the whole file, because the content changed or because it knows no
/// ranges, makes the file begin anew. Redirects are followed here and not by the client: the token
/// goes only to the origin it is meant for, an encrypted address never leads to one that is not,
/// and the head of the first answer can state the file's hash. Every attempt begins at the first
/// address, since addresses redirected to expire.
///
/// Given up at once: refused or unknown hosts (nothing of the network is there; a user who waits
/// should know soon), and answers that say no. Tried again: broken or silent connections, 408, 429
/// and 5xx.
final class Download {
  private static final int MOST_REDIRECTS = 10;

  /// So many bytes gained make up for the failures before.
  private static final long PROGRESS_MADE = 1L << 20;

  private static final Pattern RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+|\\*)");
  private static final Pattern UNSATISFIED = Pattern.compile("bytes \\*/(\\d+)");
  private static final Pattern TAGGED_SHA256 = Pattern.compile("(?:W/)?\"?([0-9a-f]{64})\"?");

  private final HttpClient client;
  private final Timing timing;
  private final Source source;
  private final URI address;
  private final @Nullable String token;
  private final Order order;
  private final Partial partial;
  private final Progress progress;

  /// @param address where to ask first
  /// @param token sent to the origin of `address` and to no other
  Download(
      HttpClient client,
      Timing timing,
      Source source,
      URI address,
      @Nullable String token,
      Order order,
      Partial partial,
      Progress progress) {
    this.client = client;
    this.timing = timing;
    this.source = source;
    this.address = address;
    this.token = token;
    this.order = order;
    this.partial = partial;
    this.progress = progress;
  }

  /// Returns when the whole file has arrived.
  ///
  /// @throws SourceException if this source cannot give it
  void run() throws SourceException, InterruptedException {
    int failures = 0;
    while (true) {
      long before = partial.size();
      try {
        attempt();
        return;
      } catch (SourceException.Passing e) {
        failures = partial.size() - before >= PROGRESS_MADE ? 1 : failures + 1;
        if (failures >= timing.attempts()) {
          throw new SourceException(e.reason() + ", " + failures + " times in a row");
        }
        progress.note(source + ": " + e.reason() + "; trying again.");
        timing.pause().of(timing.after(failures, e.waitAsked()));
      }
    }
  }

  private void attempt() throws SourceException, InterruptedException {
    long offset = partial.resumeFrom(source);
    if (order.size() > 0 && offset == order.size()) {
      return;
    }
    HttpResponse<Body> answer = ask(offset);
    try (Body body = answer.body()) {
      switch (answer.statusCode()) {
        case 200 -> {
          partial.delete();
          receive(answer, body, 0, answer.headers().firstValueAsLong("Content-Length").orElse(0));
        }
        case 206 -> receive(answer, body, offset, totalOfRange(answer, offset));
        case 416 -> endOfRange(answer, offset);
        default -> throw refused(answer);
      }
    }
  }

  /// Writes the body behind the first `offset` bytes. `total` is the whole file's size by the
  /// server's word; 0 if it does not say.
  private void receive(HttpResponse<Body> answer, Body body, long offset, long total)
      throws SourceException, InterruptedException {
    if (order.size() > 0 && total > 0 && total != order.size()) {
      throw new SourceException(
          "the file there has %d bytes and not %d".formatted(total, order.size()));
    }
    long size = Math.max(total, order.size());
    partial.needRoom(Math.max(0, size - offset));
    String tag = answer.headers().firstValue("ETag").orElse(null);
    long arrived = offset;
    try (var writer = partial.open(source, tag)) {
      progress.at(arrived, size);
      for (var piece = next(body); !piece.isEmpty(); piece = next(body)) {
        for (ByteBuffer bytes : piece) {
          arrived += bytes.remaining();
          writer.write(bytes);
        }
        if (order.size() > 0 && arrived > order.size()) {
          throw new SourceException("more than the expected %d bytes came".formatted(order.size()));
        }
        progress.at(arrived, size);
      }
    }
    if (size > 0 && arrived < size) {
      throw passing("the connection ended after %d of %d bytes".formatted(arrived, size));
    }
  }

  private List<ByteBuffer> next(Body body) throws SourceException, InterruptedException {
    try {
      return body.next(timing.idle());
    } catch (IOException e) {
      throw passing("the connection broke (" + e.getMessage() + ")");
    }
  }

  /// The whole size in a partial answer's `Content-Range`, which must begin where it was asked to.
  private long totalOfRange(HttpResponse<Body> answer, long offset) throws SourceException {
    Matcher range = RANGE.matcher(answer.headers().firstValue("Content-Range").orElse(""));
    if (!range.matches() || !range.group(1).equals(Long.toString(offset))) {
      partial.delete();
      throw passing("the server sent another part than was asked for");
    }
    return range.group(2).equals("*") ? 0 : number(range.group(2));
  }

  /// Nothing lies behind what is there: either it is the whole file, or it is of another one.
  private void endOfRange(HttpResponse<Body> answer, long offset) throws SourceException {
    Matcher whole = UNSATISFIED.matcher(answer.headers().firstValue("Content-Range").orElse(""));
    if (!whole.matches() || number(whole.group(1)) != offset) {
      partial.delete();
      throw passing("the server's file is shorter than what was there");
    }
  }

  private static long number(String digits) throws SourceException {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw new SourceException("the server states an impossible size (" + digits + ")");
    }
  }

  private HttpResponse<Body> ask(long offset) throws SourceException, InterruptedException {
    URI next = address;
    for (int i = 0; i <= MOST_REDIRECTS; i++) {
      HttpResponse<Body> answer = send(next, offset);
      noteHash(answer);
      if (!isRedirect(answer.statusCode())) {
        return answer;
      }
      answer.body().close();
      next = target(next, answer);
    }
    throw new SourceException("more than " + MOST_REDIRECTS + " redirects");
  }

  private HttpResponse<Body> send(URI to, long offset)
      throws SourceException, InterruptedException {
    var request =
        HttpRequest.newBuilder(to)
            .timeout(timing.answer())
            .header("User-Agent", "ponder")
            .header("Accept-Encoding", "identity");
    if (offset > 0) {
      request.header("Range", "bytes=" + offset + "-");
      String tag = partial.tag(source);
      if (tag != null) {
        request.header("If-Range", tag);
      }
    }
    if (token != null && origin(to).equals(origin(address))) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      return client.send(request.build(), head -> new Body());
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw new SourceException(to.getHost() + " cannot be reached");
    } catch (IOException e) {
      throw passing("no answer came from %s (%s)".formatted(to.getHost(), e.getMessage()));
    }
  }

  /// The hub's first answer states the SHA-256 of large files, whatever server it redirects to.
  private void noteHash(HttpResponse<Body> answer) throws SourceException {
    Matcher stated = TAGGED_SHA256.matcher(answer.headers().firstValue("X-Linked-ETag").orElse(""));
    if (!(source instanceof Source.Hub) || !stated.matches()) {
      return;
    }
    String wanted = order.sha256();
    if (wanted != null && !wanted.equals(stated.group(1))) {
      throw new SourceException(
          "the file there has SHA-256 %s and not %s".formatted(stated.group(1), wanted));
    }
    partial.stateHash(stated.group(1));
  }

  private static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  private static URI target(URI from, HttpResponse<Body> answer) throws SourceException {
    String location = answer.headers().firstValue("Location").orElse("");
    try {
      URI to = from.resolve(location);
      boolean weaker = from.getScheme().equals("https") && !"https".equals(to.getScheme());
      if (!location.isEmpty() && to.getHost() != null && Source.isSafe(to) && !weaker) {
        return to;
      }
    } catch (IllegalArgumentException e) {
      throw new SourceException("a redirect leads to no address");
    }
    throw new SourceException("a redirect leads to an address that is not safe");
  }

  private static String origin(URI address) {
    int port = address.getPort();
    String scheme = String.valueOf(address.getScheme());
    int usual = scheme.equals("https") ? 443 : 80;
    return scheme + "://" + address.getHost() + ":" + (port < 0 ? usual : port);
  }

  private SourceException refused(HttpResponse<Body> answer) {
    int status = answer.statusCode();
    String reason = "the server answered " + status;
    if (status == 408 || status == 429 || status >= 500) {
      long seconds = retryAfter(answer);
      return new SourceException.Passing(reason, Duration.ofSeconds(seconds));
    }
    if (status == 401 || status == 403) {
      return new SourceException(reason + ": " + permission());
    }
    return new SourceException(
        status == 404 || status == 410 ? reason + ": there is no such file" : reason);
  }

  /// The hub answers 401 for what does not exist, too.
  private String permission() {
    if (!(source instanceof Source.Hub)) {
      return "the file may not be read";
    }
    return token == null
        ? "the file is not public, or there is none of that name. Maybe set HF_TOKEN to a token that may read it"
        : "the token in HF_TOKEN may not read it, or there is none of that name. Maybe accept the model's terms on its page";
  }

  /// In seconds; dates are passed over, since clocks differ.
  private static long retryAfter(HttpResponse<Body> answer) {
    String value = answer.headers().firstValue("Retry-After").orElse("");
    return value.matches("\\d{1,6}") ? Long.parseLong(value) : 0;
  }

  private static SourceException.Passing passing(String reason) {
    return new SourceException.Passing(reason, Duration.ZERO);
  }
}
