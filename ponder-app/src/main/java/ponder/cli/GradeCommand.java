package ponder.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import ponder.cli.GradeReport.Broken;
import ponder.cli.GradeReport.Graded;
import ponder.cli.GradeReport.Row;
import ponder.grade.AnyOf;
import ponder.grade.Extracted;
import ponder.grade.Extractor;
import ponder.grade.Markers;
import ponder.grade.Profile;
import ponder.grade.Verdict;
import ponder.model.EngineException;

/// `ponder grade`: compares answers with references, one pair a line.
///
/// Lines are read and graded in batches on every core and printed in order; neither the file nor
/// its results are ever held as a whole. When whoever writes the input pauses, all that came so far
/// is graded and printed, so the command also serves as a filter between two programs.
@Command(
    name = "grade",
    sortOptions = false,
    description = {
      "Compares answers with references: numbers, formulas, sets, intervals, matrices, words.",
      "",
      "Reads JSON lines {\"id\"?,\"answer\",\"reference\"}; a reference may be a list of which one"
          + " must be met. Empty lines are passed over. A line that cannot be read is named on the"
          + " error stream; all others are graded nevertheless, and the exit code is 3."
    },
    footer = {
      "",
      "Examples:",
      "  echo '{\"answer\":\"0.5\",\"reference\":\"\\\\frac12\"}' | ponder grade --json",
      "  ponder grade samples.jsonl --extract --profile strict"
    })
final class GradeCommand implements Callable<Integer> {
  private static final int GLANCE_MILLIS = 100;
  private static final int LAST_WORDS_MILLIS = 500;
  private static final int BATCH_LINES = 128;
  private static final int BATCH_CHARACTERS = 1 << 18;

  private final Shell shell;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      defaultValue = "-",
      description = "JSON lines; '-' reads standard input (default: ${DEFAULT-VALUE}).")
  String file = "-";

  @Option(
      names = "--profile",
      paramLabel = "standard|strict",
      defaultValue = "standard",
      description =
          "standard: equal mathematics in any form; strict: for rewards, only what is literally"
              + " asked for (default: ${DEFAULT-VALUE}).")
  String profile = "standard";

  @Option(
      names = "--extract",
      description = "\"answer\" is a whole text: read the answer out of it first (default: off).")
  boolean extract;

  @Option(
      names = "--markers",
      paramLabel = "FILE",
      description =
          "With --extract: more words and tags that mark answers, for other languages and formats,"
              + " in the form of Ponder's own markers.yaml (default: none).")
  @Nullable Path markers;

  @Option(
      names = "--cas",
      description = {
        "Ask a computer algebra system (SymPy) about pairs of expressions that stay undecided"
            + " (default: off).",
        "It runs in one Python process beside Ponder, gets trees and never texts, has 5 seconds a"
            + " pair and 512 MB (memory is not bounded on Windows), and is ended and started again"
            + " when it takes longer. What it says depends on how fast the machine is. Verdicts"
            + " have the reason 'cas'; paths end in 'cas', or 'cas>timeout'."
      })
  boolean cas;

  @Option(
      names = "--python",
      paramLabel = "PATH",
      description =
          "With --cas: the Python that has SymPy installed (default: python3 or python on PATH).")
  @Nullable String python;

  @Option(
      names = "--json",
      description =
          "Print {\"id\"?,\"verdict\",\"reason\",\"path\"} for each line, in order; with --extract"
              + " also \"extracted\" and \"source\" (default: a table and a summary).")
  boolean json;

  GradeCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    Profile chosen = profile(profile);
    Extractor extractor = extractor();
    String source = file.equals("-") ? "standard input" : file;
    var report = new GradeReport(shell, json, extract);
    try (InputStream in = file.equals("-") ? shell.in() : Files.newInputStream(Path.of(file));
        AlgebraSystem algebra = algebra()) {
      report.begin();
      Function<Lines.Line, Row> row = line -> row(line, chosen, extractor, algebra);
      untilDoneOrCancelled(() -> grade(new Lines(in), row, report, source));
      return end(report, algebra);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A thread that waits for standard input cannot be called back, so another one does: after
  /// Ctrl-C it is left behind, with a moment to finish the line it prints.
  private void untilDoneOrCancelled(Runnable work) {
    var done = new FutureTask<>(work, true);
    Thread.ofPlatform().daemon().name("ponder-grade").start(done);
    try {
      while (!shell.cancellation().isCancelled() && !finished(done, GLANCE_MILLIS)) {
        // looked up; go on waiting
      }
      finished(done, shell.cancellation().isCancelled() ? LAST_WORDS_MILLIS : GLANCE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      shell.cancellation().cancel();
    }
  }

  private static boolean finished(FutureTask<Boolean> work, long millis)
      throws InterruptedException {
    try {
      return work.get(millis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      return false;
    } catch (ExecutionException e) {
      throw InOrder.unchecked(e);
    }
  }

  static Profile profile(String name) {
    return switch (name) {
      case "standard" -> Profile.STANDARD;
      case "strict" -> Profile.STRICT;
      default ->
          throw new IllegalArgumentException(
              "--profile (%s) must be standard or strict.".formatted(name));
    };
  }

  private @Nullable Extractor extractor() {
    if (markers != null && !extract) {
      throw new IllegalArgumentException(
          "--markers (%s) is for texts. Maybe add --extract.".formatted(markers));
    }
    if (!extract) {
      return null;
    }
    if (markers == null) {
      return new Extractor();
    }
    try {
      Markers more = Markers.parse(markers.toString(), Texts.file(markers));
      return new Extractor(Markers.shipped().plus(more));
    } catch (IllegalArgumentException e) {
      throw new EngineException(String.valueOf(e.getMessage()), e);
    }
  }

  private @Nullable AlgebraSystem algebra() {
    if (python != null && !cas) {
      throw new IllegalArgumentException(
          "--python (%s) is for the algebra system. Maybe add --cas.".formatted(python));
    }
    return cas ? AlgebraSystem.start(python, shell, AlgebraSystem.LIMIT) : null;
  }

  private void grade(
      Lines lines, Function<Lines.Line, Row> row, GradeReport report, String source) {
    int threads = Runtime.getRuntime().availableProcessors();
    try (var workers =
        new InOrder<List<Lines.Line>, List<Row>>(
            threads,
            batch -> batch.stream().map(row).toList(),
            rows -> report.print(rows, source))) {
      for (List<Lines.Line> batch = batch(lines); !batch.isEmpty(); batch = batch(lines)) {
        workers.add(batch);
        if (!lines.ready()) {
          workers.drain();
        }
        if (shell.cancellation().isCancelled() || shell.out().checkError()) {
          return; // interrupted, or nobody reads any more
        }
      }
      workers.drain();
    }
  }

  private static List<Lines.Line> batch(Lines lines) {
    List<Lines.Line> batch = new ArrayList<>();
    int characters = 0;
    do {
      Lines.Line line = lines.next();
      if (line == null) {
        return batch;
      }
      String text = line.text();
      if (text == null || !text.isBlank()) {
        batch.add(line);
        characters += text == null ? 0 : text.length();
      }
    } while (batch.isEmpty()
        || (batch.size() < BATCH_LINES && characters < BATCH_CHARACTERS && lines.ready()));
    return batch;
  }

  private static Row row(
      Lines.Line line,
      Profile chosen,
      @Nullable Extractor extractor,
      @Nullable AlgebraSystem algebra) {
    String text = line.text();
    if (text == null) {
      return new Broken(line.number(), String.valueOf(line.problem()));
    }
    GradePair pair;
    try {
      pair = GradePair.parse(text);
    } catch (IllegalArgumentException e) {
      return new Broken(line.number(), String.valueOf(e.getMessage()));
    }
    Extracted extracted =
        extractor == null ? null : extractor.extract(pair.answer(), chosen).orElse(null);
    String answer = extractor == null ? pair.answer() : extracted == null ? "" : extracted.raw();
    Verdict verdict = AnyOf.grade(answer, pair.references(), chosen);
    if (algebra != null && verdict instanceof Verdict.Undecided) {
      verdict = AnyOf.grade(answer, pair.references(), (a, r) -> algebra.judge(a, r, chosen));
    }
    return new Graded(line.number(), pair, extracted, verdict);
  }

  private int end(GradeReport report, @Nullable AlgebraSystem algebra) {
    if (shell.cancellation().isCancelled()) {
      shell.note("ponder: interrupted.");
      return Ponder.INTERRUPTED;
    }
    String summary = report.summary() + (algebra == null ? "" : "; " + algebra.summary());
    if (!json) {
      shell.out().println();
      shell.out().println(summary);
    } else if (shell.errIsTerminal()) {
      shell.note(summary);
    }
    return report.broken() == 0 ? Ponder.DONE : Ponder.FAILED;
  }
}
