package ponder.compare;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ponder.core.Spend;
import ponder.stats.CurvePoint;
import ponder.stats.Interval;
import ponder.stats.PairedDifference;
import ponder.stats.ThinkingMetrics;

/// Several evaluations of the same problems side by side.
///
/// @param dataset the data set's name
/// @param datasetSha256 SHA-256 of its file
/// @param problems how many problems all runs share; everything here speaks of them alone
/// @param grading what kind of answers they have, a key of [ponder.core.Grading]
/// @param by the unit of all costs that are named `cost`
/// @param baseline index of the run that the others are compared with
/// @param runs as given
/// @param lines accuracy over cost
/// @param differences of every run but the baseline to it, in the runs' order
/// @param thinking one entry for each method that ran at several settings of its length of thought
/// @param matched all runs at one cost; null if none was asked for
/// @param notes what a reader must know, one sentence each
public record Comparison(
    String dataset,
    String datasetSha256,
    long problems,
    String grading,
    Axis by,
    int baseline,
    List<Run> runs,
    List<Line> lines,
    List<Difference> differences,
    List<Thinking> thinking,
    @Nullable Matched matched,
    List<String> notes) {
  public Comparison {
    runs = List.copyOf(runs);
    lines = List.copyOf(lines);
    differences = List.copyOf(differences);
    thinking = List.copyOf(thinking);
    notes = List.copyOf(notes);
    if (runs.isEmpty() || baseline < 0 || baseline >= runs.size()) {
      throw new IllegalArgumentException(
          "baseline (%d) must be one of %d runs.".formatted(baseline, runs.size()));
    }
  }

  /// One evaluation.
  ///
  /// @param name short and different from all others
  /// @param folder where it lies
  /// @param model the model's name
  /// @param engine the engine's name
  /// @param method the method's name
  /// @param settings all of the method's settings
  /// @param verifier what decides
  /// @param budget what each problem was allowed to cost; empty for no limit
  /// @param seed the root seed
  /// @param accuracy the part whose answer is right
  /// @param f1 mean F1 of answers of words; null of others
  /// @param single what one of its samples is worth: the floor
  /// @param oracle the part with a right candidate: what a perfect selector would reach
  /// @param curve over samples per problem, where its samples are independent; else empty
  /// @param undecided problems whose answer the grader could not compare
  /// @param failures problems that were given up
  /// @param thinkingTokens mean over problems; 0 where the method does not tell thoughts apart
  /// @param spend of all problems together
  /// @param money of all problems together; null without a price
  /// @param cost per problem, on the comparison's axis
  /// @param onFront whether no other run is at once as cheap and as accurate, one of both strictly
  public record Run(
      String name,
      Path folder,
      String model,
      String engine,
      String method,
      Map<String, String> settings,
      String verifier,
      String budget,
      long seed,
      Interval accuracy,
      @Nullable Interval f1,
      Interval single,
      Interval oracle,
      List<CurvePoint> curve,
      long undecided,
      long failures,
      double thinkingTokens,
      Spend spend,
      @Nullable Double money,
      double cost,
      boolean onFront) {
    public Run {
      settings = Map.copyOf(settings);
      curve = List.copyOf(curve);
    }
  }

  /// Accuracy over cost: of one run at growing numbers of samples, or of one method's runs at
  /// several settings; a single point where there is neither.
  ///
  /// @param name the run's, or the method's
  /// @param runs indices of the runs it is made of
  /// @param points cost ascending, at least one
  public record Line(String name, List<Integer> runs, List<Point> points) {
    public Line {
      runs = List.copyOf(runs);
      points = List.copyOf(points);
    }
  }

  /// @param label what sets the point apart on its line, such as `n=4` or a run's name
  /// @param cost per problem, above 0
  public record Point(String label, double cost, Interval accuracy) {}

  /// How a run compares with the baseline on the same problems.
  public record Difference(int run, PairedDifference paired) {}

  /// What a method that scales with the length of thought is worth.
  ///
  /// @param runs indices of the runs
  public record Thinking(String method, List<Integer> runs, ThinkingMetrics metrics) {
    public Thinking {
      runs = List.copyOf(runs);
    }
  }

  /// All runs at one cost per problem.
  ///
  /// @param cost per problem
  /// @param readings one for each run, in their order
  public record Matched(double cost, List<Reading> readings) {
    public Matched {
      readings = List.copyOf(readings);
    }
  }

  /// One run at the matched cost.
  ///
  /// @param samples how many samples a problem gets for the cost, on average, at most all; the
  ///   number the run drew if it cannot be cut
  /// @param cost what they cost
  /// @param accuracy null if the run cannot be had at so little
  /// @param difference to the baseline at the same cost; null for the baseline and where either has
  ///   none
  public record Reading(
      double samples, double cost, @Nullable Interval accuracy, @Nullable Interval difference) {}
}
