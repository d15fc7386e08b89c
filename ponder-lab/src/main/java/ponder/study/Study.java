package ponder.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import ponder.compare.Comparison;
import ponder.core.Seed;
import ponder.core.Spend;
import ponder.eval.EvalFolder;
import ponder.eval.ProblemResult;
import ponder.stats.Interval;
import ponder.stats.Tally;

/// Methods on several data sets at one budget (after Wu et al. 2024, "A Comparative Study on
/// Reasoning Patterns of OpenAI's o1 Model").
///
/// @param parts one for each data set, all with the same runs in the same order
public record Study(List<Part> parts) {
  private static final Seed SEED = new Seed(0).split("study", 0);

  public Study {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("parts (0) of a study must be at least one.");
    }
  }

  /// What the methods came to on one data set.
  ///
  /// @param name of the data set's folder
  /// @param comparison of its runs
  /// @param rows one for each run, in its order
  public record Part(String name, Comparison comparison, List<Row> rows) {
    public Part {
      rows = List.copyOf(rows);
      if (rows.size() != comparison.runs().size()) {
        throw new IllegalArgumentException(
            "rows (%d) must be as many as runs (%d)."
                .formatted(rows.size(), comparison.runs().size()));
      }
    }
  }

  /// What one method came to.
  ///
  /// @param words of short answers; null where the grader decides
  /// @param patterns null where none were labelled
  public record Row(@Nullable Words words, @Nullable PatternLabels patterns) {}

  /// The measures of short answers, see [ponder.grade.ShortAnswer].
  ///
  /// @param exact the part of the problems whose answer matches word by word
  /// @param f1 mean over problems
  /// @param difference of f1 to the first run's, problem by problem; null for the first
  public record Words(Interval exact, Interval f1, @Nullable Interval difference) {}

  /// The measures of every run of `comparison`; empty where answers are not of words.
  public static List<Words> words(Comparison comparison) {
    List<Words> all = new ArrayList<>();
    List<ProblemResult> first = List.of();
    for (Comparison.Run run : comparison.runs()) {
      Interval f1 = run.f1();
      if (f1 == null) {
        return List.of();
      }
      List<ProblemResult> results = new EvalFolder(run.folder()).results();
      all.add(new Words(run.accuracy(), f1, first.isEmpty() ? null : difference(results, first)));
      first = first.isEmpty() ? results : first;
    }
    return List.copyOf(all);
  }

  private static Interval difference(List<ProblemResult> results, List<ProblemResult> first) {
    Tally tally = new Tally();
    for (int i = 0; i < results.size(); i++) {
      tally.add(f1(results.get(i)) - f1(first.get(i)));
    }
    return Interval.of(tally, SEED);
  }

  private static double f1(ProblemResult result) {
    return Objects.requireNonNullElse(result.f1(), 0.0);
  }

  /// The labels of all runs, as far as patterns were labelled.
  public List<PatternLabels> labels() {
    List<PatternLabels> all = new ArrayList<>();
    for (Part part : parts) {
      for (Row row : part.rows()) {
        if (row.patterns() != null) {
          all.add(row.patterns());
        }
      }
    }
    return List.copyOf(all);
  }

  /// What labelling cost in all.
  ///
  /// @param cost of each
  public static Spend sum(List<PatternLabels> labels, Function<PatternLabels, Spend> cost) {
    return labels.stream().map(cost).reduce(Spend.NONE, Spend::plus);
  }

  /// What a run is worth on a data set: F1 of short answers, else accuracy.
  public static Interval worth(Part part, int run) {
    Words words = part.rows().get(run).words();
    return words == null ? part.comparison().runs().get(run).accuracy() : words.f1();
  }

  /// Mean worth of a run over the data sets, each counting the same.
  public double mean(int run) {
    return parts.stream().mapToDouble(it -> worth(it, run).mean()).average().orElseThrow();
  }
}
