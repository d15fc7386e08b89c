package ponder.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ponder.core.LabelledProblem;
import ponder.eval.EvalFolder;
import ponder.eval.ProblemResult;

/// What `eval --reuse` names: runs of the journal, and folders of evaluations whose runs are
/// matched by the problems' ids.
///
/// @param named run ids and folders, in any mixture
record Reuse(List<String> named) {
  /// For each problem, the runs whose samples it may use.
  ///
  /// @throws ponder.model.EngineException if a folder's results cannot be read
  List<List<String>> runs(List<LabelledProblem> problems) {
    List<String> everywhere = new ArrayList<>();
    Map<String, List<String>> byId = new HashMap<>();
    for (String text : named) {
      EvalFolder folder = folder(text);
      if (folder == null) {
        everywhere.add(text);
        continue;
      }
      for (ProblemResult result : folder.results()) {
        if (!result.run().isEmpty()) {
          byId.computeIfAbsent(result.id(), id -> new ArrayList<>()).add(result.run());
        }
      }
    }
    return problems.stream()
        .map(
            problem -> {
              List<String> runs = new ArrayList<>(everywhere);
              runs.addAll(byId.getOrDefault(problem.problem().id(), List.of()));
              return List.copyOf(runs);
            })
        .toList();
  }

  private static @Nullable EvalFolder folder(String text) {
    try {
      EvalFolder folder = new EvalFolder(Path.of(text));
      return Files.isDirectory(folder.root()) ? folder : null;
    } catch (InvalidPathException e) {
      return null; // then it is a run, or none
    }
  }
}
