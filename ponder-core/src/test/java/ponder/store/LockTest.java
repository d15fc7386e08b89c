package ponder.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockTest {
  @TempDir Path folder;

  @Test
  void secondThreadIsToldAndWaits() throws Exception {
    var told = new CountDownLatch(1);
    var entered = new CompletableFuture<Boolean>();
    try (var first = Lock.hold(name(), () -> {})) {
      Thread.ofVirtual()
          .start(
              () -> {
                try (var second = Lock.hold(name(), told::countDown)) {
                  entered.complete(true);
                } catch (Exception e) {
                  entered.completeExceptionally(e);
                }
              });
      assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(entered).isNotDone();
    }
    assertThat(entered.get(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void waitingCanBeInterrupted() throws Exception {
    var told = new CountDownLatch(1);
    var outcome = new CompletableFuture<Throwable>();
    try (var first = Lock.hold(name(), () -> {})) {
      var thread =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (var second = Lock.hold(name(), told::countDown)) {
                      outcome.complete(new AssertionError("entered"));
                    } catch (Exception e) {
                      outcome.complete(e);
                    }
                  });
      told.await();
      thread.interrupt();
      assertThat(outcome.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    }
    try (var again = Lock.hold(name(), () -> outcome.obtrudeValue(new AssertionError("held")))) {
      assertThat(outcome.join()).isInstanceOf(InterruptedException.class);
    }
  }

  /// The other process is this test class's own `main`, which tries once and says how it went.
  @Test
  void keepsAnotherProcessOut() throws Exception {
    assertThat(askAnotherProcess()).isEqualTo("free");
    try (var held = Lock.hold(name(), () -> {})) {
      assertThat(askAnotherProcess()).isEqualTo("held");
    }
    assertThat(askAnotherProcess()).isEqualTo("free");
  }

  private String askAnotherProcess() {
    var java = new Tool(Path.of(System.getProperty("java.home"), "bin", "java"), Map.of());
    var arguments =
        List.of("-cp", System.getProperty("java.class.path"), Asker.class.getName(), name() + "");
    return java.run(folder, Duration.ofSeconds(60), arguments).out().strip();
  }

  static final class Asker {
    public static void main(String[] arguments) throws Exception {
      Thread asker = Thread.currentThread();
      try (var lock = Lock.hold(Path.of(arguments[0]), asker::interrupt)) {
        System.out.println("free");
      } catch (InterruptedException e) {
        System.out.println("held");
      }
    }
  }

  private Path name() {
    return folder.resolve("name.lock");
  }
}
