package ponder.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class TraceTest {
  @Test
  void foldsEventsIntoATree() {
    Trace trace =
        Trace.of(
            List.of(
                new Event.Started("r", Problem.of("1+1?"), "mcts", "m", 7),
                new Event.Opened(0, -1, "problem"),
                new Event.Opened(1, 0, "sample 0"),
                new Event.Text(1, "tw"),
                new Event.Closed(1, "two", 3, -0.5, "eos", "2"),
                new Event.Scored(1, "vote", 0.75),
                new Event.Visited(1, 4, 0.5),
                new Event.Pruned(1, "worse than its sibling"),
                new Event.Warned("slow"),
                new Event.Finished(1, "2", "alone", false, Spend.NONE, Spend.NONE)));

    assertThat(trace.nodes()).hasSize(2);
    Trace.Node node = trace.nodes().get(1);
    assertThat(node.text()).isEqualTo("two");
    assertThat(node.answer()).isEqualTo("2");
    assertThat(node.scores()).containsEntry("vote", 0.75);
    assertThat(node.visits()).isEqualTo(4);
    assertThat(node.pruned()).isEqualTo("worse than its sibling");
    assertThat(trace.warnings()).containsExactly("slow");
    assertThat(trace.end()).isNotNull();
  }

  @Test
  void refusesNodesThatWereNotOpened() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Trace.of(List.of(new Event.Pruned(3, "gone"))))
        .withMessage("node (3) was not opened: there are 0.");
  }

  @Test
  void refusesNodesOutOfOrder() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Trace.of(List.of(new Event.Opened(1, 0, "sample 0"))))
        .withMessageContaining("must be number 0");
  }
}
