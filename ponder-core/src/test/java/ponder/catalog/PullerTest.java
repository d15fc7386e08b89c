package ponder.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static ponder.catalog.Pulling.SIZE;
import static ponder.catalog.Pulling.sha256;
import static ponder.catalog.StubServer.cut;
import static ponder.catalog.StubServer.file;
import static ponder.catalog.StubServer.status;
import static ponder.catalog.StubServer.whole;

import com.sun.net.httpserver.HttpHandler;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.model.EngineException;
import ponder.store.Home;
import ponder.store.Tool;

class PullerTest {
  @TempDir Path folder;
  private Pulling pulling;
  private StubServer server;
  private String url;

  @BeforeEach
  void start() throws Exception {
    pulling = new Pulling(folder);
    server = new StubServer();
    url = server.address() + "/f";
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void bringsTheFileWholeAndLeavesNothingElse() throws Exception {
    server.on("/f", file(pulling.content, "\"one\""));
    Pulled pulled = pulling.pull(pulling.order(url));
    String sha256 = sha256(pulling.content);
    assertThat(pulled)
        .isEqualTo(new Pulled(pulling.target(), sha256, Pulled.Proof.CATALOGUE, false));
    assertThat(pulling.target()).hasBinaryContent(pulling.content);
    assertThat(pulling.left()).isEmpty();
    assertThat(pulling.heard.counts).isSorted().startsWith(0L).endsWith((long) SIZE);
    assertThat(pulling.heard.total).isEqualTo(SIZE);
  }

  @Test
  void doesNotFetchWhatIsThere() {
    server.on("/f", file(pulling.content, "\"one\""));
    pulling.pull(pulling.order(url));
    assertThat(pulling.pull(pulling.order(url)).already()).isTrue();
    assertThat(server.asked()).hasSize(1);
  }

  @Test
  void refusesAnotherFileOfThatName() throws Exception {
    pulling.home.make(pulling.home.models());
    Files.writeString(pulling.target(), "something else");
    assertThatThrownBy(() -> pulling.pull(pulling.order(url)))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("Maybe remove it (ponder models rm tiny)");
    assertThat(pulling.target()).hasContent("something else");
  }

  @Test
  void resumesABrokenConnectionWithinOnePull() {
    server.on(
        "/f", cut(pulling.content, 100_000, "ETag", "\"one\""), file(pulling.content, "\"one\""));
    pulling.pull(pulling.order(url));
    assertThat(pulling.target()).hasBinaryContent(pulling.content);
    assertThat(server.asked().get(1).range()).matches("bytes=[1-9]\\d*-");
    assertThat(server.asked().get(1).ifRange()).isEqualTo("\"one\"");
    assertThat(pulling.waits).containsExactly(Duration.ofMillis(500));
  }

  @Test
  void fullDiskKeepsWhatArrivedForTheNextPull() throws Exception {
    pulling.disk = new Pulling.SmallDisk(Long.MAX_VALUE, 100_000);
    server.on("/f", file(pulling.content, "\"one\""));
    assertThatThrownBy(() -> pulling.pull(pulling.order(url)))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("No space left on device")
        .hasMessageContaining("What has arrived (100.0 kB) is kept")
        .hasMessageContaining("Maybe make room, or set PONDER_HOME");
    assertThat(pulling.left()).hasSize(2);
    assertThat(pulling.target()).doesNotExist();

    pulling.disk = Disk.REAL;
    pulling.pull(pulling.order(url));
    assertThat(pulling.target()).hasBinaryContent(pulling.content);
    assertThat(server.asked().getLast().range()).isEqualTo("bytes=100000-");
    assertThat(pulling.left()).isEmpty();
  }

  @Test
  void fullDiskIsNotTriedAtTheNextSource() {
    pulling.disk = new Pulling.SmallDisk(Long.MAX_VALUE, 0);
    server.on("/f", file(pulling.content, "\"one\"")).on("/g", file(pulling.content, "\"one\""));
    assertThatThrownBy(() -> pulling.pull(pulling.order(url, server.address() + "/g")))
        .isInstanceOf(EngineException.class);
    assertThat(server.asked()).hasSize(1);
  }

  @Test
  void fullDiskIsKnownBeforeConnecting() {
    pulling.disk = new Pulling.SmallDisk(16_000_000, 0);
    assertThatThrownBy(() -> pulling.pull(pulling.order(url)))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("tiny needs 300.0 kB more")
        .hasMessageContaining("only 16.0 MB free");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void fullDiskIsKnownBeforeABodyOfUnknownSize() {
    pulling.disk = new Pulling.SmallDisk(17_000_000, 0);
    server.on("/f", file(pulling.content, "\"one\""));
    assertThatThrownBy(() -> pulling.pull(pulling.unknown(url)))
        .hasMessageContaining("tiny needs 300.0 kB more");
  }

  @Test
  void beginsAnewWhenTheContentChanged() {
    byte[] other = Pulling.content(2);
    server.on("/f", cut(other, 100_000, "ETag", "\"old\""), file(pulling.content, "\"new\""));
    pulling.pull(pulling.order(url));
    assertThat(server.asked().get(1).ifRange()).isEqualTo("\"old\"");
    assertThat(pulling.target()).hasBinaryContent(pulling.content);
  }

  @Test
  void beginsAnewWhenTheServerKnowsNoRanges() {
    server.on("/f", cut(pulling.content, 100_000), whole(pulling.content));
    pulling.pull(pulling.order(url));
    assertThat(server.asked().get(1).range()).isNotEmpty();
    assertThat(pulling.target()).hasBinaryContent(pulling.content);
  }

  @Test
  void beginsAnewWhenTheServerSendsAnotherPart() {
    HttpHandler wrong =
        exchange -> {
          exchange.getResponseHeaders().set("Content-Range", "bytes 7-299999/300000");
          StubServer.send(exchange, 206, new byte[SIZE - 7], SIZE - 7);
        };
    server.on("/f", cut(pulling.content, 100_000), wrong, whole(pulling.content));
    pulling.pull(pulling.order(url));
    assertThat(server.asked().get(2).range()).isEmpty();
    assertThat(pulling.target()).hasBinaryContent(pulling.content);
  }

  @Test
  void continuesNoUnknownContentWithoutAStrongTag() {
    server.on(
        "/f",
        cut(pulling.content, 100_000, "ETag", "W/\"weak\""),
        file(pulling.content, "W/\"weak\""));
    pulling.pull(pulling.unknown(url));
    assertThat(server.asked().get(1).range()).isEmpty();
    assertThat(pulling.target()).hasBinaryContent(pulling.content);
  }

  @Test
  void continuesUnknownContentByItsTag() {
    server.on(
        "/f", cut(pulling.content, 100_000, "ETag", "\"one\""), file(pulling.content, "\"one\""));
    Pulled pulled = pulling.pull(pulling.unknown(url));
    assertThat(server.asked().get(1).range()).isNotEmpty();
    assertThat(pulled.proof()).isEqualTo(Pulled.Proof.NONE);
    assertThat(pulled.sha256()).isEqualTo(sha256(pulling.content));
  }

  @Test
  void endOfRangeMeansDoneWhenAllIsThere() {
    leavePartial(pulling.unknown(url), pulling.content);
    server.on("/f", file(pulling.content, "\"one\""));
    pulling.pull(pulling.unknown(url));
    assertThat(server.asked()).hasSize(1);
    assertThat(pulling.target()).hasBinaryContent(pulling.content);
  }

  @Test
  void endOfRangeBeginsAnewWhenTheFileIsShorter() {
    leavePartial(pulling.unknown(url), new byte[SIZE + 5]);
    server.on("/f", file(pulling.content, "\"one\""));
    pulling.pull(pulling.unknown(url));
    assertThat(server.asked()).hasSize(2);
    assertThat(pulling.target()).hasBinaryContent(pulling.content);
  }

  @Test
  void wholePartialIsCheckedWithoutConnecting() {
    leavePartial(pulling.order(url), pulling.content);
    pulling.pull(pulling.order(url));
    assertThat(server.asked()).isEmpty();
    assertThat(pulling.target()).hasBinaryContent(pulling.content);
  }

  @Test
  void partialOfAnotherWantedHashIsDropped() {
    Order now = pulling.order(url);
    var before =
        new Order("tiny", now.target(), SIZE, "0".repeat(64), now.sources(), Order.Shelf.MODEL);
    leavePartial(before, new byte[1000]);
    server.on("/f", file(pulling.content, "\"one\""));
    pulling.pull(now);
    assertThat(server.asked().getFirst().range()).isEmpty();
  }

  @Test
  void wrongHashDeletesWhatArrivedAndNamesBoth() throws Exception {
    byte[] wrong = Pulling.content(2);
    server.on("/f", file(wrong, "\"one\""));
    assertThatThrownBy(() -> pulling.pull(pulling.order(url)))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(sha256(wrong))
        .hasMessageContaining("expected " + sha256(pulling.content))
        .hasMessageContaining("Maybe bring the file by other means and name it: --model FILE.");
    assertThat(pulling.left()).isEmpty();
    assertThat(pulling.target()).doesNotExist();
  }

  @Test
  void wrongSizeIsKnownBeforeTheBody() {
    server.on("/f", whole(new byte[SIZE + 1]));
    assertThatThrownBy(() -> pulling.pull(pulling.order(url)))
        .hasMessageContaining("has 300001 bytes and not 300000");
    assertThat(pulling.heard.counts).isEmpty();
  }

  @Test
  void endlessBodyIsCutOff() {
    server.on(
        "/f",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (var body = exchange.getResponseBody()) {
            for (int i = 0; i < 100; i++) {
              body.write(pulling.content);
            }
          }
        });
    assertThatThrownBy(() -> pulling.pull(pulling.order(url)))
        .hasMessageContaining("more than the expected 300000 bytes came");
  }

  @Test
  void waitsLongerEachTimeAndAsTheServerAsks() {
    server.on(
        "/f",
        status(503),
        status(500),
        status(429, "Retry-After", "7"),
        status(503, "Retry-After", "999"),
        file(pulling.content, "\"one\""));
    pulling.pull(pulling.order(url));
    assertThat(pulling.waits)
        .containsExactly(
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(7),
            Duration.ofSeconds(30));
  }

  @Test
  void givesUpAfterFiveFailuresInARow() {
    server.on("/f", status(503));
    assertThatThrownBy(() -> pulling.pull(pulling.order(url)))
        .hasMessageContaining("the server answered 503, 5 times in a row");
    assertThat(server.asked()).hasSize(5);
  }

  @Test
  void missingFileIsNotAskedForAgain() {
    server.on("/f", status(404));
    assertThatThrownBy(() -> pulling.pull(pulling.order(url)))
        .hasMessageContaining("the server answered 404: there is no such file");
    assertThat(server.asked()).hasSize(1);
  }

  @Test
  void silentServerIsGivenUpAndAskedAgain() {
    pulling.idle = Duration.ofMillis(200);
    var end = new CountDownLatch(1);
    server.on("/f", silentAfter(50_000, end), file(pulling.content, "\"one\""));
    pulling.pull(pulling.order(url));
    end.countDown();
    assertThat(pulling.heard.notes).anyMatch(note -> note.contains("no bytes came for 200 ms"));
    assertThat(server.asked().get(1).range()).isEqualTo("bytes=50000-");
    assertThat(pulling.target()).hasBinaryContent(pulling.content);
  }

  @Test
  void closedPortIsReportedAtOnce() throws Exception {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    assertThatThrownBy(() -> pulling.pull(pulling.order("http://127.0.0.1:" + port + "/f")))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("127.0.0.1 cannot be reached")
        .hasMessageContaining("--model FILE");
    assertThat(pulling.waits).isEmpty();
  }

  @Test
  void triesSourcesInOrderAndReportsEach() throws Exception {
    server.on("/f", status(404)).on("/g", status(403));
    Order order = pulling.order(url, server.address() + "/g?key=secret", "/no/such/file");
    assertThatThrownBy(() -> pulling.pull(order))
        .hasMessageContaining(url + " (the server answered 404")
        .hasMessageContaining("/g (the server answered 403: the file may not be read)")
        .hasMessageContaining("/no/such/file (there is no such file)")
        .hasMessageNotContaining("secret");

    Path copy = Files.write(folder.resolve("copy"), pulling.content);
    pulling.pull(pulling.order(url, copy.toUri().toString()));
    assertThat(pulling.target()).hasBinaryContent(pulling.content);
    assertThat(copy).exists();
  }

  @Test
  void nextSourceContinuesWhereTheFirstBroke() {
    server
        .on("/f", cut(pulling.content, 100_000, "ETag", "\"one\""), status(404))
        .on("/g", file(pulling.content, "\"other\""));
    pulling.pull(pulling.order(url, server.address() + "/g"));
    assertThat(server.asked().getLast().range()).matches("bytes=[1-9]\\d*-");
    assertThat(server.asked().getLast().ifRange()).isEmpty();
    assertThat(pulling.target()).hasBinaryContent(pulling.content);
  }

  @Test
  void unusableHomeNamesTheWayOut() throws Exception {
    Path blocked = Files.writeString(folder.resolve("file"), "no folder");
    var home = new Home(blocked.resolve("home"));
    var order =
        new Order(
            "tiny",
            home.models().resolve("f"),
            0,
            null,
            pulling.order(url).sources(),
            Order.Shelf.MODEL);
    assertThatThrownBy(() -> new Puller(home, pulling.environment).pull(order, Progress.NONE))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("Maybe set PONDER_HOME");
  }

  @Test
  void interruptKeepsWhatArrived() throws Exception {
    var end = new CountDownLatch(1);
    server.on("/f", silentAfter(50_000, end), file(pulling.content, "\"one\""));
    var arrived = new CountDownLatch(1);
    Progress progress =
        (bytes, total) -> {
          if (bytes >= 50_000) {
            arrived.countDown();
          }
        };
    var outcome = new CompletableFuture<String>();
    Thread thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    pulling.puller().pull(pulling.order(url), progress);
                  } catch (EngineException e) {
                    outcome.complete(Thread.currentThread().isInterrupted() + e.getMessage());
                  }
                });
    await(arrived);
    thread.interrupt();
    assertThat(outcome.get(20, TimeUnit.SECONDS))
        .startsWith("true")
        .contains("was interrupted. What has arrived (50.0 kB) is kept");
    end.countDown();
    pulling.pull(pulling.order(url));
    assertThat(server.asked().getLast().range()).isEqualTo("bytes=50000-");
    assertThat(pulling.target()).hasBinaryContent(pulling.content);
  }

  /// The other process is this class's own `OtherProcess`; the server holds it in the middle of the
  /// file until this process has said that it waits.
  @Test
  void twoProcessesFetchOneFileOnce() throws Exception {
    var begun = new CountDownLatch(1);
    var waiting = new CountDownLatch(1);
    server.on(
        "/f",
        exchange -> {
          begun.countDown();
          await(waiting);
          StubServer.send(exchange, 200, pulling.content, SIZE);
        });
    var java = new Tool(Path.of(System.getProperty("java.home"), "bin", "java"), Map.of());
    var arguments =
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            OtherProcess.class.getName(),
            folder.toString(),
            url);
    var other =
        CompletableFuture.supplyAsync(
            () -> java.run(folder, Duration.ofSeconds(60), arguments).out().strip());
    await(begun);
    Progress progress =
        new Progress() {
          @Override
          public void at(long bytes, long total) {
            throw new AssertionError("fetched twice");
          }

          @Override
          public void note(String sentence) {
            assertThat(sentence).isEqualTo("tiny is being pulled already; waiting for that.");
            waiting.countDown();
          }
        };
    assertThat(pulling.puller().pull(pulling.order(url), progress).already()).isTrue();
    assertThat(other.get(20, TimeUnit.SECONDS)).isEqualTo("fetched");
    assertThat(server.asked()).hasSize(1);
    assertThat(pulling.target()).hasBinaryContent(pulling.content);
  }

  static final class OtherProcess {
    public static void main(String[] arguments) {
      var pulling = new Pulling(Path.of(arguments[0]));
      boolean already = pulling.pull(pulling.order(arguments[1])).already();
      System.out.println(already ? "already" : "fetched");
    }
  }

  private void leavePartial(Order order, byte[] content) {
    Path partials = pulling.home.make(pulling.home.models().resolve(".partial"));
    var partial = new Partial(partials, order, Disk.REAL);
    try (var writer = partial.open(order.sources().getFirst(), "\"one\"")) {
      writer.write(ByteBuffer.wrap(content));
    }
  }

  private HttpHandler silentAfter(int bytes, CountDownLatch end) {
    return exchange -> {
      exchange.getResponseHeaders().set("ETag", "\"one\"");
      StubServer.send(exchange, 200, Arrays.copyOf(pulling.content, bytes), SIZE);
      await(end);
    };
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
