package ponder.eval;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import ponder.data.DataSet;
import ponder.data.Row;
import ponder.data.Selection;
import ponder.model.Cancellation;
import ponder.model.LanguageModel;
import ponder.recipe.Solve;
import ponder.recipe.SolveTask;
import ponder.store.Journal;
import ponder.verify.Aggregation;

/// A small evaluation: problem `pI` asks `what is I?`, its answer is I.
///
/// @param out the evaluation's folder
/// @param size how many problems
/// @param task how they are solved
/// @param redacted whether the folder is to hold no texts
/// @param journal where samples are kept
/// @param parallel problems at a time; 0 for as many as fill the model
record Exam(Path out, int size, SolveTask task, boolean redacted, Journal journal, int parallel) {
  /// Best of three by log-probability, one problem at a time, without a journal.
  static Exam in(Path out, int size) {
    SolveTask task =
        SolveTask.of(row(0).problem("math").problem(), "best-of-n")
            .withCommand("eval")
            .withData("d".repeat(64))
            .withSettings(Map.of("n", "3"))
            .withVerifier("logprob", Aggregation.LAST);
    return new Exam(out, size, task, false, Journal.off(), 1);
  }

  Exam with(SolveTask value) {
    return new Exam(out, size, value, redacted, journal, parallel);
  }

  Exam with(Journal value) {
    return new Exam(out, size, task, redacted, value, parallel);
  }

  Exam parallel(int value) {
    return new Exam(out, size, task, redacted, journal, value);
  }

  Exam redact() {
    return new Exam(out, size, task, true, journal, parallel);
  }

  static Row row(int index) {
    return new Row("p" + index, "what is " + index + "?", "" + index, null, Map.of());
  }

  DataSet data() {
    return new DataSet(
        "little",
        Path.of("little.jsonl"),
        "d".repeat(64),
        false,
        "math",
        "",
        Selection.EVERYTHING,
        IntStream.range(0, size).mapToObj(Exam::row).toList(),
        List.of());
  }

  EvalFolder folder() {
    return new EvalFolder(out);
  }

  EvalPlan plan(LanguageModel model) {
    return EvalPlan.of("1", Solve.resolve(task), data(), redacted).on(model.info(), null);
  }

  /// Runs it to its end.
  Summary run(LanguageModel model) {
    return run(model, new Cancellation()).orElseThrow();
  }

  Optional<Summary> run(LanguageModel model, Cancellation cancellation) {
    Flow flow = parallel == 0 ? Flow.full(model) : Flow.of(parallel, model);
    Solve solve = new Solve(flow.model(), journal, null);
    List<List<String>> reuse = new ArrayList<>();
    data().rows().forEach(row -> reuse.add(List.of()));
    try (Evaluation evaluation = Evaluation.open(folder(), plan(model), data().problems())) {
      return evaluation.run(
          new Evaluation.Work(solve, task, flow, reuse, Audit.NONE), cancellation);
    }
  }

  List<String> lines() {
    try {
      return Files.readAllLines(folder().resultsFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Every file in the folder, all in one text.
  String everything() {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(out)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(file.getFileName()).append('\n').append(Files.readString(file)).append('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all.toString();
  }
}
