package ponder.compare;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ponder.eval.EvalFolder;
import ponder.eval.EvalPlan;

/// An evaluation's folder with its plan, under the name it is shown by.
///
/// @param name the folder's own name, or the whole path where two folders have the same
record Opened(String name, EvalFolder folder, EvalPlan plan) {
  /// Opens the folders and refuses those that cannot be compared.
  ///
  /// @throws IllegalArgumentException naming two folders and what they differ in
  /// @throws ponder.model.EngineException if a folder holds no evaluation
  static List<Opened> all(CompareTask task) {
    List<Path> folders = task.folders();
    Set<Path> different = new HashSet<>();
    for (Path folder : folders) {
      if (!different.add(folder.toAbsolutePath().normalize())) {
        throw new IllegalArgumentException("folder (%s) is given twice.".formatted(folder));
      }
    }
    List<Opened> all = new ArrayList<>();
    List<String> names = names(folders);
    for (int i = 0; i < folders.size(); i++) {
      var folder = new EvalFolder(folders.get(i));
      all.add(new Opened(names.get(i), folder, folder.plan()));
    }
    for (Opened other : all) {
      all.getFirst().refuse(other, task);
    }
    return List.copyOf(all);
  }

  private static List<String> names(List<Path> folders) {
    Map<String, Integer> times = new HashMap<>();
    folders.forEach(folder -> times.merge(name(folder), 1, Integer::sum));
    return folders.stream()
        .map(folder -> times.getOrDefault(name(folder), 0) == 1 ? name(folder) : folder.toString())
        .toList();
  }

  private static String name(Path folder) {
    @Nullable Path last = folder.toAbsolutePath().normalize().getFileName();
    return last == null ? folder.toString() : last.toString();
  }

  private void refuse(Opened other, CompareTask task) {
    if (!plan.datasetSha256().equals(other.plan.datasetSha256())) {
      throw different(
          other,
          "data sets",
          plan.dataset() + " " + shortened(plan.datasetSha256()),
          other.plan.dataset() + " " + shortened(other.plan.datasetSha256()),
          "");
    }
    if (!plan.grading().equals(other.plan.grading())) {
      throw different(other, "gradings", plan.grading(), other.plan.grading(), "");
    }
    if (!task.anySeed() && plan.seed() != other.plan.seed()) {
      throw different(
          other,
          "seeds",
          plan.seed(),
          other.plan.seed(),
          " Maybe add --any-seed if that is meant.");
    }
    if (!task.common() && !plan.rowsSha256().equals(other.plan.rowsSha256())) {
      throw different(
          other,
          "rows",
          plan.rows(),
          other.plan.rows(),
          " Maybe add --common to compare the problems that all share.");
    }
    if (!task.common() && !Files.exists(other.folder.summaryFile())) {
      throw new IllegalArgumentException(
          "The evaluation in %s has not come to its end. Maybe run its command again to go on, or add --common to compare the problems that all runs have so far."
              .formatted(other.folder.root()));
    }
  }

  private IllegalArgumentException different(
      Opened other, String what, Object mine, Object theirs, String hint) {
    return new IllegalArgumentException(
        "%s and %s have different %s (%s and %s).%s"
            .formatted(folder.root(), other.folder.root(), what, mine, theirs, hint));
  }

  private static String shortened(String hash) {
    return hash.length() <= 12 ? hash : hash.substring(0, 12);
  }
}
