package ponder.eval;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import ponder.core.LabelledProblem;
import ponder.model.EngineException;
import ponder.store.Durable;

/// An evaluation's results as they come in, kept on disk at once and in the problems' order.
///
/// `results.jsonl` grows as far as the problems are complete. What comes before its turn stands in
/// `waiting.jsonl` until then, so a process that is killed at any moment loses no finished problem,
/// and whoever reads `results.jsonl` meanwhile sees no gap. At the end nothing waits and the second
/// file goes. Failed problems of an earlier process are forgotten: they are tried again.
///
/// Used by one thread at a time.
final class ResultsLog implements AutoCloseable {
  private final EvalFolder folder;
  private final int problems;
  private final BitSet known = new BitSet();
  private final TreeMap<Integer, ProblemResult> ahead = new TreeMap<>();
  private ResultsFile.@Nullable Writer results;
  private ResultsFile.@Nullable Writer waiting;
  private int next;
  private int correct;

  /// Takes up what an earlier process left.
  ///
  /// @throws EngineException if it does not fit the problems, naming the line's problem
  ResultsLog(EvalFolder folder, List<LabelledProblem> problems, boolean redacted) {
    this.folder = folder;
    this.problems = problems.size();
    TreeMap<Integer, ProblemResult> left = new TreeMap<>();
    for (Path file : List.of(folder.resultsFile(), folder.waitingFile())) {
      for (ProblemResult result : ResultsFile.salvage(file)) {
        check(result, problems, redacted, file);
        if (!result.failed()) {
          left.put(result.index(), result);
        }
      }
    }
    // Written anew: a torn line, or one that failed, must not stay before what follows.
    left.keySet().forEach(known::set);
    next = known.nextClearBit(0);
    correct = (int) left.values().stream().filter(ProblemResult::correct).count();
    ahead.putAll(left.tailMap(next));
    ResultsFile.write(folder.resultsFile(), List.copyOf(left.headMap(next).values()));
    if (!ahead.isEmpty() || Files.exists(folder.waitingFile())) {
      ResultsFile.write(folder.waitingFile(), List.copyOf(ahead.values()));
    }
  }

  /// The log of an evaluation that has come to its end; touches nothing.
  ResultsLog(EvalFolder folder, Summary ended) {
    this.folder = folder;
    this.problems = ended.problems();
    known.set(0, problems);
    next = problems;
    correct = (int) Math.round(ended.accuracy().mean() * problems);
  }

  private static void check(
      ProblemResult result, List<LabelledProblem> problems, boolean redacted, Path file) {
    LabelledProblem problem =
        result.index() < problems.size() ? problems.get(result.index()) : null;
    boolean fits =
        problem != null
            && problem.problem().id().equals(result.id())
            && (redacted
                ? result.reference() == null
                : Objects.equals(result.reference(), problem.answer()));
    if (!fits) {
      throw new EngineException(
          "%s holds a result (problem %s at index %d) that does not fit the data set. Maybe the file was edited; give another --out."
              .formatted(file, result.id(), result.index()));
    }
  }

  /// Whether the problem at `index` has a result.
  boolean has(int index) {
    return known.get(index);
  }

  /// How many problems have one.
  int count() {
    return known.cardinality();
  }

  /// How many of those are right.
  int correct() {
    return correct;
  }

  /// Whether every problem has one.
  boolean isComplete() {
    return count() == problems;
  }

  /// Keeps a result; it is on disk when this returns.
  void add(ProblemResult result) {
    ahead.put(result.index(), result);
    if (result.index() == next) {
      catchUp();
    } else {
      if (waiting == null) {
        waiting = ResultsFile.append(folder.waitingFile());
      }
      waiting.add(result);
    }
    known.set(result.index());
    correct += result.correct() ? 1 : 0;
  }

  private void catchUp() {
    if (results == null) {
      results = ResultsFile.append(folder.resultsFile());
    }
    for (ProblemResult turn = ahead.remove(next); turn != null; turn = ahead.remove(next)) {
      results.add(turn);
      next++;
    }
  }

  /// Forces the complete results to disk and removes what waited.
  void finish() {
    close();
    try {
      Durable.force(folder.resultsFile());
      Files.deleteIfExists(folder.waitingFile());
    } catch (IOException e) {
      throw EvalFolder.unwritable(folder.resultsFile(), e);
    }
  }

  @Override
  public void close() {
    for (ResultsFile.Writer writer : new ResultsFile.@Nullable Writer[] {results, waiting}) {
      if (writer != null) {
        writer.close();
      }
    }
  }
}
