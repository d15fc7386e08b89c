package ponder.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import ponder.core.Trace;
import ponder.eval.EvalFolder;
import ponder.eval.ProblemResult;
import ponder.eval.ResultsFile;
import ponder.model.EngineException;
import ponder.store.TraceFile;

/// The page on which traces are read: their trees, to be zoomed and searched, in one file.
///
/// Equal traces give an equal page, byte for byte. The page takes in trace files of 64 MiB
/// together; those beyond are left out whole, and a warning says how many.
public final class TraceReport {
  private TraceReport() {}

  /// A trace that can be read when it is wanted.
  ///
  /// @param name the problem's id, or the file's name
  /// @param number its place in the evaluation's report, from 1; 0 for a trace by itself
  /// @param verdict what the grader said of the answer; empty if none did
  /// @param bytes size of its file
  /// @param trace reads it; throws [EngineException] if it cannot be read
  public record Source(
      String name, int number, String verdict, long bytes, Supplier<Trace> trace) {}

  /// What was written.
  ///
  /// @param warnings what a user should know; empty if all is well
  public record Made(List<String> warnings) {
    public Made {
      warnings = List.copyOf(warnings);
    }
  }

  /// The trace in a file.
  ///
  /// @throws EngineException if there is no such file
  public static Source ofFile(Path file) {
    return new Source(String.valueOf(file.getFileName()), 0, "", size(file), () -> read(file));
  }

  /// The traces of an evaluation in the order of its problems, those that were kept.
  ///
  /// @throws EngineException if the folder holds no evaluation, or its results cannot be read
  /// @throws IllegalArgumentException if it keeps no traces
  public static List<Source> ofFolder(Path root) {
    var folder = new EvalFolder(root);
    boolean redacted = folder.plan().redacted();
    List<Source> sources = new ArrayList<>();
    if (Files.exists(folder.resultsFile())) {
      try (var results = ResultsFile.open(folder.resultsFile())) {
        while (results.hasNext()) {
          add(results.next(), folder, sources);
        }
      }
    }
    if (sources.isEmpty()) {
      throw new IllegalArgumentException(
          "%s keeps no traces%s."
              .formatted(root, redacted ? ": it is redacted" : " of problems that are done"));
    }
    return sources;
  }

  private static void add(ProblemResult result, EvalFolder folder, List<Source> to) {
    Path file = folder.traceFile(result.index());
    if (Files.exists(file)) {
      String verdict = result.failed() ? "failed" : result.verdict().json();
      to.add(new Source(result.id(), result.index() + 1, verdict, size(file), () -> read(file)));
    }
  }

  private static Trace read(Path file) {
    try {
      return TraceFile.read(file);
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw new EngineException(
          "The trace %s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new EngineException("The trace %s cannot be read.".formatted(file), e);
    }
  }

  /// Writes the page, over one that is there; one trace at a time is in memory.
  ///
  /// @param sources at least one
  /// @throws EngineException if a trace cannot be read
  /// @throws UncheckedIOException if the page cannot be written
  public static Made write(List<Source> sources, Path file) {
    return write(sources, file, Report.MOST_TEXT);
  }

  /// @param most bytes of traces that the page takes in
  static Made write(List<Source> sources, Path file, long most) {
    List<Source> taken = new ArrayList<>();
    long room = most;
    for (Source source : sources) {
      if (source.bytes() <= room || sources.size() == 1) {
        room -= source.bytes();
        taken.add(source);
      }
    }
    makeFolder(file);
    new TracePage(taken).write(file);
    int left = sources.size() - taken.size();
    return new Made(
        left == 0
            ? List.of()
            : List.of(
                "%s did not fit into the page, which takes in %s. Maybe choose one with --problem."
                    .formatted(Amount.count(left, "trace"), Amount.bytes(most))));
  }

  private static void makeFolder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    try {
      if (folder != null) {
        Files.createDirectories(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be written.".formatted(file), e);
    }
  }
}
