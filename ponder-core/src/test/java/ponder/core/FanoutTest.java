package ponder.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FanoutTest {
  @Test
  void givesResultsInTheOrderOfTheWork() {
    var last = new CountDownLatch(1);
    List<Supplier<String>> work =
        List.of(
            () -> {
              await(last);
              return "first";
            },
            () -> {
              last.countDown();
              return "second";
            });

    assertThat(Fanout.all(work)).containsExactly("first", "second");
  }

  @Test
  void runsMorePiecesThanThereAreProcessors() {
    var all = new CountDownLatch(500);
    List<Supplier<Integer>> work =
        IntStream.range(0, 500)
            .<Supplier<Integer>>mapToObj(
                i ->
                    () -> {
                      all.countDown();
                      await(all);
                      return i;
                    })
            .toList();

    assertThat(Fanout.all(work)).hasSize(500).isSorted();
  }

  @Test
  void oneFailureInterruptsTheOthersAndIsThrown() {
    var never = new CountDownLatch(1);
    List<Supplier<Boolean>> work =
        List.of(
            () -> {
              await(never);
              return true;
            },
            () -> {
              throw new IllegalStateException("broken");
            });

    assertThatThrownBy(() -> Fanout.all(work)).hasMessage("broken");
  }

  @Test
  void anInterruptReachesEveryPieceAndStaysSet() {
    var never = new CountDownLatch(1);
    Supplier<Boolean> piece =
        () -> {
          await(never);
          return Thread.currentThread().isInterrupted();
        };
    Thread.currentThread().interrupt();

    List<Boolean> interrupted = Fanout.all(List.of(piece, piece));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(interrupted).containsExactly(true, true);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
