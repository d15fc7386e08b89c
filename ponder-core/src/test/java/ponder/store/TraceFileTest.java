package ponder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.core.Event;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.core.Spend;
import ponder.core.Trace;

class TraceFileTest {
  private static final Spend SPEND = new Spend(1, 2, 3, 4, 5, 6e12, 7.5);
  private static final List<Event> KEPT =
      List.of(
          new Event.Started("r", new Problem("p-1", "1\n+\"1\"?"), "mcts", "m", Long.MIN_VALUE),
          new Event.Opened(0, -1, "problem"),
          new Event.Opened(1, 0, "sample 0"),
          new Event.Closed(1, "zwei 🦜", 3, -0.1, "eos", "2"),
          new Event.Closed(0, "log-probabilities unknown", 2, Double.NaN, "stop", null),
          new Event.Scored(1, "vote", 1 / 3.0),
          new Event.Visited(1, 4, -0.5),
          new Event.Pruned(1, "worse"),
          new Event.Warned("slow"),
          new Event.Finished(1, null, "why", true, SPEND, Spend.NONE));

  @TempDir Path folder;

  @Test
  void readsBackWhatItWrote() {
    Path file = folder.resolve("deep/trace.jsonl");
    try (TraceFile trace = TraceFile.create(file)) {
      KEPT.forEach(trace::accept);
      trace.accept(new Event.Text(1, "not kept"));
      trace.accept(new Event.Progress(SPEND, Limits.NONE, 1, 4));
    }

    assertThat(TraceFile.read(file)).isEqualTo(Trace.of(KEPT));
    assertThat(file).content().doesNotContain("not kept").doesNotContain("progress");
  }

  @Test
  void everyKeptEventSurvivesItsLine() {
    for (Event event : KEPT) {
      assertThat(EventJson.read(EventJson.line(event))).isEqualTo(event);
    }
  }

  @Test
  void leavesOutATornLastLine() throws IOException {
    Path file = folder.resolve("trace.jsonl");
    try (TraceFile trace = TraceFile.create(file)) {
      KEPT.subList(0, 3).forEach(trace::accept);
    }
    Files.writeString(file, "{\"event\":\"clo", StandardOpenOption.APPEND);

    assertThat(TraceFile.read(file).nodes()).hasSize(2);
  }

  @Test
  void refusesLinesThatAreNoEvents() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventJson.read("{\"event\":\"danced\"}"))
        .withMessageContaining("event (danced) is unknown");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventJson.read("{\"event\":\"opened\",\"node\":1}"))
        .withMessageContaining("has no 'parent'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventJson.read("[1"))
        .withMessageContaining("is no JSON");
  }

  @Test
  void progressNamesOnlyWhatIsLimited() {
    assertThat(EventJson.line(new Event.Progress(SPEND, Limits.parse("9tok,8"), 3, 16)))
        .isEqualTo(
            "{\"event\":\"progress\",\"samples\":3,\"wanted\":16,\"spend\":{\"promptTokens\":1,\"cachedPromptTokens\":2,"
                + "\"generatedTokens\":3,\"scoredTokens\":4,\"calls\":5,\"flops\":6.0E12,"
                + "\"seconds\":7.5},\"left\":{\"samples\":8,\"tokens\":9}}");
  }
}
