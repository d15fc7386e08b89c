package ponder.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import ponder.core.LabelledProblem;
import ponder.core.Problem;
import ponder.model.Cancellation;
import ponder.store.Journal;
import ponder.testkit.ScriptedModel;
import ponder.verify.Aggregation;

class TrialsTest {
  private static final List<LabelledProblem> PROBLEMS =
      IntStream.range(0, 5)
          .mapToObj(i -> new LabelledProblem(new Problem("p" + i, i + "?"), "42", null))
          .toList();

  private static List<Trials.Row> run(String verifier) {
    var model = ScriptedModel.cycle("\\boxed{41}", "so \\boxed{42}", "thus \\boxed{42}");
    SolveTask task =
        SolveTask.of(PROBLEMS.getFirst().problem(), "best-of-n")
            .withSettings(Map.of("n", "3"))
            .withVerifier(verifier, Aggregation.LAST);
    Solve solve =
        new Solve(model, Journal.off(), null)
            .knowing(Map.of("p0", "42", "p1", "42", "p2", "42", "p3", "42", "p4", "42"));
    List<Trials.Row> heard = new ArrayList<>();
    List<Trials.Row> rows =
        new Trials(solve, 2).run(PROBLEMS, task, List.of(), new Cancellation(), heard::add);
    assertThat(heard).containsExactlyInAnyOrderElementsOf(rows);
    return rows;
  }

  @Test
  void rowsComeInTheProblemsOrder() {
    assertThat(run("logprob"))
        .extracting(row -> row.problem().problem().id())
        .containsExactly("p0", "p1", "p2", "p3", "p4");
  }

  @Test
  void everySelectorSeesTheSamePool() {
    for (Trials.Row row : run("oracle")) {
      assertThat(row.candidates()).containsExactly(false, true, true);
      assertThat(row.single()).isCloseTo(2.0 / 3, within(1e-12));
      assertThat(row.any()).isTrue();
      assertThat(row.majority()).isTrue();
      assertThat(row.naive()).isTrue();
      assertThat(row.weighted()).isTrue();
      assertThat(row.correct()).isTrue();
    }
  }
}
