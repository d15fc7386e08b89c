package ponder.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import ponder.core.Fanout;
import ponder.testkit.ScriptedModel;

/// What a model was asked, and for how long.
class MeteredModelTest {
  private static final Request HELLO = Request.of(Prompt.text("Hello"));

  @Test
  void nothingWasAskedAtFirst() {
    MeteredModel model = new MeteredModel(ScriptedModel.always("x"));

    assertThat(model.seconds()).isZero();
    assertThat(model.paid().calls()).isZero();
  }

  @Test
  void callsSideBySideTakeTheirTimeOnce() {
    CyclicBarrier together = new CyclicBarrier(8);
    MeteredModel model =
        new MeteredModel(
            new ScriptedModel(
                (prompt, sample) -> {
                  meet(together);
                  return "x";
                }));
    Supplier<Completions> call = () -> model.complete(HELLO);

    long start = System.nanoTime();
    Fanout.all(List.of(call, call, call, call, call, call, call, call));
    double elapsed = (System.nanoTime() - start) / 1e9;

    assertThat(model.paid().calls()).isEqualTo(8);
    assertThat(model.seconds()).isPositive().isLessThanOrEqualTo(elapsed);
  }

  @Test
  void aCallThatFailsHasEnded() {
    MeteredModel model =
        new MeteredModel(
            new ScriptedModel(
                (prompt, sample) -> {
                  throw new EngineException("broken");
                }));

    assertThatExceptionOfType(EngineException.class).isThrownBy(() -> model.complete(HELLO));
    double failed = model.seconds();
    assertThat(failed).isPositive();
    assertThat(model.paid().calls()).isZero();
    assertThat(model.seconds()).isEqualTo(failed);
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
