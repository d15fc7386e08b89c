package ponder.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import ponder.core.Nearest;
import ponder.recipe.Receipts;
import ponder.report.TraceReport;

/// Which traces a command is about.
final class TraceOptions {
  @Parameters(
      paramLabel = "RUN|FILE|FOLDER",
      description =
          "A run's id or enough of its beginning, a file that --trace wrote, or a folder of"
              + " 'ponder eval'.")
  String what = "";

  @Option(
      names = "--problem",
      paramLabel = "ID|NUMBER",
      description = "Of a folder: only this problem, by its id or its number in the report.")
  @Nullable String problem;

  /// The traces that are meant, at least one.
  ///
  /// @throws IllegalArgumentException if there is nothing of that name
  /// @throws ponder.model.EngineException if a folder or file cannot be read
  List<TraceReport.Source> sources(Shell shell) {
    Path path = path();
    if (path != null && Files.isDirectory(path)) {
      List<TraceReport.Source> all = TraceReport.ofFolder(path);
      return problem == null ? all : List.of(chosen(all, problem));
    }
    if (problem != null) {
      throw new IllegalArgumentException(
          "--problem (%s) is for the folder of an evaluation, which %s is not."
              .formatted(problem, what));
    }
    return List.of(
        TraceReport.ofFile(
            path != null && Files.exists(path) ? path : Receipts.trace(shell.home().runs(), what)));
  }

  /// Whether a folder is meant as a whole.
  boolean many(List<TraceReport.Source> sources) {
    Path path = path();
    return problem == null && path != null && Files.isDirectory(path) && !sources.isEmpty();
  }

  private @Nullable Path path() {
    try {
      return Path.of(what);
    } catch (InvalidPathException e) {
      return null; // then it can only be meant as an id, and there is none like it
    }
  }

  private TraceReport.Source chosen(List<TraceReport.Source> all, String wanted) {
    for (TraceReport.Source source : all) {
      if (source.name().equals(wanted)) {
        return source;
      }
    }
    for (TraceReport.Source source : all) {
      if (Integer.toString(source.number()).equals(wanted)) {
        return source;
      }
    }
    List<String> ids = all.stream().map(TraceReport.Source::name).toList();
    throw new IllegalArgumentException(
        "--problem (%s) has no trace among the %d in %s.%s"
            .formatted(wanted, ids.size(), what, Nearest.maybe(wanted, ids)));
  }
}
