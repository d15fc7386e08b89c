package ponder.eval;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import ponder.core.Trace;
import ponder.model.EngineException;
import ponder.store.Durable;
import ponder.store.FileHash;
import ponder.store.Lock;
import ponder.store.TraceFile;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The folder that `ponder eval --out` writes, and what lies in it.
///
/// Naming a folder neither makes nor reads anything.
///
/// @param root the folder
public record EvalFolder(Path root) {
  private static final JsonMapper MAPPER = new JsonMapper();

  /// Held by the one process that writes here.
  private static final String LOCK = ".lock";

  /// What the evaluation is; written first.
  public Path planFile() {
    return root.resolve("eval.json");
  }

  /// One line per problem, in the problems' order; as far as complete while the evaluation runs.
  public Path resultsFile() {
    return root.resolve("results.jsonl");
  }

  /// Results of problems that ended before an earlier one, while the evaluation runs.
  Path waitingFile() {
    return root.resolve("waiting.jsonl");
  }

  /// What the evaluation came to; written last.
  public Path summaryFile() {
    return root.resolve("summary.json");
  }

  /// What was thought about the problem of this index.
  public Path traceFile(int index) {
    return root.resolve("traces").resolve(String.format(Locale.ROOT, "%05d.jsonl", index));
  }

  /// The plan of the evaluation.
  ///
  /// @throws EngineException if the folder holds no evaluation, or its plan cannot be read
  public EvalPlan plan() {
    if (!Files.exists(planFile())) {
      throw new EngineException(
          "%s holds no evaluation: there is no %s. Maybe give a folder that 'ponder eval --out' wrote."
              .formatted(root, planFile().getFileName()));
    }
    return parse(planFile(), EvalPlan::parse);
  }

  /// The plan of the evaluation that has begun here; empty if none has.
  ///
  /// @throws EngineException if its plan cannot be read
  public Optional<EvalPlan> begun() {
    return Files.exists(planFile()) ? Optional.of(plan()) : Optional.empty();
  }

  /// Every problem's result, in the problems' order.
  ///
  /// @throws EngineException if the file cannot be read, naming the line that is no result
  public List<ProblemResult> results() {
    return ResultsFile.read(resultsFile());
  }

  /// What the evaluation came to.
  ///
  /// @throws EngineException if it has not come to its end, or its summary cannot be read
  public Summary summary() {
    if (!Files.exists(summaryFile())) {
      throw new EngineException(
          "The evaluation in %s has not come to its end. Maybe run its command again to go on."
              .formatted(root));
    }
    return parse(summaryFile(), Summary::parse);
  }

  /// What was thought about the problem of this index; empty if no trace was kept, as in a redacted
  /// folder or after a failure.
  ///
  /// @throws EngineException if the trace cannot be read
  public Optional<Trace> trace(int index) {
    Path file = traceFile(index);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(TraceFile.read(file));
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw new EngineException(
          "The trace %s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  /// Checks without writing that an evaluation of this plan can go on or begin here.
  ///
  /// @throws IllegalArgumentException if the folder is a file, holds something else, or an
  ///   evaluation of another plan; each difference is named with both values
  /// @throws EngineException if the plan that is there cannot be read
  public void check(EvalPlan plan) {
    if (Files.exists(root) && !Files.isDirectory(root)) {
      throw new IllegalArgumentException(
          "--out (%s) is a file. Maybe name a folder that is not there yet.".formatted(root));
    }
    if (Files.exists(planFile())) {
      List<String> differences = plan().differences(plan);
      if (!differences.isEmpty()) {
        throw new IllegalArgumentException(
            "--out (%s) holds another evaluation: %s. Maybe give another --out; nothing is overwritten."
                .formatted(root, String.join(", ", differences)));
      }
    } else if (Files.exists(root)) {
      firstFile()
          .ifPresent(
              file -> {
                throw new IllegalArgumentException(
                    "--out (%s) holds something else, such as %s. Maybe name a folder that is not there yet; nothing is overwritten."
                        .formatted(root, file));
              });
    }
  }

  private Optional<String> firstFile() {
    try (Stream<Path> files = Files.list(root)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals(LOCK))
          .sorted()
          .findFirst();
    } catch (IOException e) {
      throw unwritable(root, e);
    }
  }

  /// Makes the folder and keeps every other process out of it.
  ///
  /// @throws EngineException if another process is at work in it, or it cannot be written to
  Lock lock() {
    try {
      Files.createDirectories(root);
      return Lock.hold(root.resolve(LOCK), this::busy);
    } catch (IOException e) {
      throw unwritable(root, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException("Interrupted before the evaluation began.", e);
    }
  }

  private void busy() {
    throw new EngineException(
        "Another process is at work in %s. Maybe wait until it has ended, or give another --out."
            .formatted(root));
  }

  static void release(Lock lock) {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The summary, if the evaluation has come to its end.
  ///
  /// @throws EngineException if the results were changed since
  Optional<Summary> ended() {
    if (!Files.exists(summaryFile())) {
      return Optional.empty();
    }
    Summary summary = summary();
    String then = summary.resultsSha256();
    String now = resultsSha256();
    if (!then.equals(now)) {
      throw new EngineException(
          "%s was changed since its evaluation ended (SHA-256 %s, then %s). Maybe put the old file back, or give another --out."
              .formatted(resultsFile(), now, then));
    }
    return Optional.of(summary);
  }

  /// Removes the summary of an evaluation that goes on.
  void reopen() {
    try {
      Files.deleteIfExists(summaryFile());
    } catch (IOException e) {
      throw unwritable(summaryFile(), e);
    }
  }

  /// SHA-256 of the results' file.
  String resultsSha256() {
    try {
      return FileHash.compute(resultsFile());
    } catch (IOException e) {
      throw new EngineException("%s cannot be read.".formatted(resultsFile()), e);
    }
  }

  private static <T> T parse(Path file, BiFunction<String, String, T> parser) {
    try {
      return parser.apply(Files.readString(file), file.toString());
    } catch (IllegalArgumentException e) {
      throw new EngineException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new EngineException("%s cannot be read.".formatted(file), e);
    }
  }

  /// Writes an object to a file of the folder; a reader sees the old file or the new one.
  ///
  /// @throws EngineException if it cannot be written
  static void write(Path file, ObjectNode node) {
    String text = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n";
    try {
      Durable.write(file, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "you must not";
      case FileSystemException failed when failed.getReason() != null -> failed.getReason();
      default -> e.getMessage() == null ? e.toString() : e.getMessage();
    };
  }

  /// What to throw when a file of the folder cannot be written.
  static EngineException unwritable(Path file, IOException e) {
    return new EngineException(
        "%s cannot be written (%s). What is finished is kept; see that there is room, and run the same command again."
            .formatted(file, reason(e)),
        e);
  }
}
