package ponder.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ponder.engine.EngineSettings;
import ponder.engine.LocalModel;
import ponder.model.ModelInfo;
import ponder.testkit.ByteTokenizer;
import ponder.testkit.ScriptedBackend;
import ponder.testkit.ScriptedModel;

/// How full a scheduler's batch stays: sixteen places over a scripted backend, whose steps take a
/// little time, as real ones do.
class FlowTest {
  private static final int PLACES = 16;

  @TempDir Path folder;

  private static LocalModel engine() {
    ScriptedBackend backend =
        new ScriptedBackend(
            ScriptedBackend.ROOMY,
            forward -> {
              LockSupport.parkNanos(2_000_000);
              return null;
            });
    var shape = backend.shape();
    var info =
        new ModelInfo(
            "scripted",
            "scripted",
            "1",
            "0".repeat(64),
            shape.contextLength(),
            shape.vocabularySize(),
            0,
            ModelInfo.Determinism.INVARIANT);
    return new LocalModel(
        info,
        backend,
        new ByteTokenizer(),
        (messages, cue) -> messages.getLast().content().substring(0, 9),
        EngineSettings.DEFAULT.with("maxSequences", PLACES));
  }

  @ParameterizedTest
  @CsvSource({"self-consistency, 4, 40", "self-consistency, 24, 8", "greedy, 1, 120"})
  void theBatchStaysFullUntilTheTail(String method, String n, int problems) {
    Exam exam = Exam.in(folder.resolve("out"), problems);
    var settings =
        method.equals("greedy") ? Map.of("max-tokens", "24") : Map.of("n", n, "max-tokens", "24");
    exam =
        exam.with(
            exam.task()
                .withMethod(method)
                .withSettings(settings)
                .withVerifier("", exam.task().aggregation()));
    try (LocalModel model = engine()) {
      Summary.Batching batching = Objects.requireNonNull(exam.parallel(0).run(model).batching());

      assertThat(batching.width()).isEqualTo(PLACES);
      assertThat(batching.steps()).isGreaterThan(20);
      // On an idle machine above 0.95; a loaded one starts problems later than steps end.
      assertThat(batching.share()).isGreaterThan(0.75);
      assertThat(batching.wholeShare()).isBetween(0.2, batching.share());
    }
  }

  @Test
  @Timeout(60)
  void problemsThatAskForNothingDoNotHoldUpTheOthers() {
    try (LocalModel model = engine()) {
      Flow flow = Flow.full(model);
      CountDownLatch rest = new CountDownLatch(40);

      flow.all(
          IntStream.range(0, 50).toArray(),
          index -> {
            if (index >= 10) {
              rest.countDown();
              return;
            }
            flow.asked(1);
            await(rest);
            flow.answered(1, 0);
          });

      assertThat(rest.getCount()).isZero();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void theFirstFailureEndsTheFlowAndIsThrownOnceAllHaveEnded() {
    Flow flow = Flow.of(1, ScriptedModel.always("x"));
    List<Integer> begun = Collections.synchronizedList(new ArrayList<>());

    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                flow.all(
                    IntStream.range(0, 10).toArray(),
                    index -> {
                      begun.add(index);
                      if (index == 2) {
                        throw new IllegalStateException("the third");
                      }
                    }))
        .withMessage("the third");
    assertThat(begun).containsExactly(0, 1, 2);
  }

  @Test
  void aModelThatTellsNothingGetsAFewProblemsAtATime() {
    Flow flow = Flow.full(ScriptedModel.always("x"));

    assertThat(flow.width()).isZero();
    assertThat(flow.load().steps()).isZero();
  }
}
