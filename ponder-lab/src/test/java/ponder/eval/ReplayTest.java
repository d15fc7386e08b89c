package ponder.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.core.Trace;
import ponder.model.Cancellation;
import ponder.model.Prompt;
import ponder.recipe.SolveTask;
import ponder.store.Journal;
import ponder.testkit.ByteTokenizer;
import ponder.testkit.ScriptedModel;
import ponder.verify.Aggregation;

/// Redacted evaluations, gone through once more out of the journal.
class ReplayTest {
  @TempDir Path folder;

  private static ScriptedModel model(int contextLength) {
    return new ScriptedModel(
        (prompt, sample) -> "I think that it is \\boxed{1}.", null, contextLength);
  }

  private Exam refining(String name, Journal journal) {
    SolveTask task =
        SolveTask.of(Exam.row(0).problem("math").problem(), "self-refine")
            .withCommand("eval")
            .withData("d".repeat(64))
            .withSettings(Map.of("rounds", "1"))
            .withVerifier("none", Aggregation.LAST);
    return Exam.in(folder.resolve(name), 2).with(task).with(journal).redact();
  }

  private static List<String> texts(Trace trace) {
    return trace.nodes().stream().map(Trace.Node::text).toList();
  }

  private static Replay replay(Exam exam, ScriptedModel model) {
    return new Replay(exam.plan(model), exam.data(), model, exam.journal());
  }

  @Test
  void goesThroughARunWithoutAskingTheModel() {
    try (Journal journal = Journal.inMemory(Long.MAX_VALUE)) {
      Exam exam = refining("out", journal);
      ScriptedModel model = model(32_768);
      exam.run(model);
      int asked = model.calls().size();

      for (ProblemResult result : exam.folder().results()) {
        Trace trace = replay(exam, model).trace(result, new Cancellation()).orElseThrow();
        assertThat(texts(trace)).contains("I think that it is \\boxed{1}.");
      }
      assertThat(model.calls()).hasSize(asked);
    }
  }

  @Test
  void aPromptThatDidNotFitDoesNotFitAgain() {
    int feedback = new ByteTokenizer().encode(feedbackPrompt(), true).size();
    try (Journal journal = Journal.inMemory(Long.MAX_VALUE)) {
      Exam exam = refining("tight", journal);
      ScriptedModel model = model(feedback);
      exam.run(model);
      ProblemResult result = exam.folder().results().getFirst();
      assertThat(result.failed()).isFalse();

      Trace trace = replay(exam, model).trace(result, new Cancellation()).orElseThrow();

      assertThat(texts(trace)).contains("I think that it is \\boxed{1}.");
      assertThat(trace.warnings()).anyMatch(it -> it.startsWith("Refining ended: The prompt"));
    }
  }

  /// The second prompt of a problem.
  private String feedbackPrompt() {
    ScriptedModel model = model(32_768);
    refining("wide", Journal.off()).run(model);
    assertThat(model.calls().get(1).request().prompt()).isInstanceOf(Prompt.Chat.class);
    return model.calls().get(1).prompt();
  }

  @Test
  void whatTheJournalLostIsNotThere() {
    try (Journal journal = Journal.inMemory(Long.MAX_VALUE);
        Journal other = Journal.inMemory(Long.MAX_VALUE)) {
      Exam exam = refining("lost", journal);
      ScriptedModel model = model(32_768);
      exam.run(model);
      ProblemResult result = exam.folder().results().getFirst();

      assertThat(replay(exam.with(other), model).trace(result, new Cancellation())).isEmpty();
    }
  }

  @Test
  void aJournalThatFailsHoldsNothing() {
    Exam exam;
    ScriptedModel model = model(32_768);
    try (Journal journal = Journal.inMemory(Long.MAX_VALUE)) {
      exam = refining("closed", journal);
      exam.run(model);
    }
    ProblemResult result = exam.folder().results().getFirst();

    assertThat(replay(exam, model).trace(result, new Cancellation())).isEmpty();
  }
}
