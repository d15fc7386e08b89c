package ponder.compare;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import ponder.compare.Comparison.Matched;
import ponder.compare.Comparison.Reading;
import ponder.core.Fanout;
import ponder.core.Seed;
import ponder.eval.ProblemResult;
import ponder.eval.ResultsFile;
import ponder.stats.Interval;
import ponder.stats.Sample;
import ponder.stats.Tally;

/// Reads all runs at one cost per problem.
///
/// A run of independent samples is cut to the number of samples that the cost pays for on average:
/// a part of the problems gets one more than the others, as if a coin decided, so that the cost is
/// met exactly. What that is worth is estimated over all choices of so many samples, problem by
/// problem, and compared with the baseline by the paired bootstrap. A run that costs less than
/// allowed is taken whole; one whose samples do not stand for themselves can be had whole or not at
/// all.
final class Matching {
  private final Axis by;
  private final double cost;
  private final List<Opened> opened;
  private final List<@Nullable Selector> selectors;
  private final List<RunData> data;
  private final Joined joined;
  private final @Nullable Collection<String> wanted;
  private final Seed seed;

  Matching(
      CompareTask task,
      List<Opened> opened,
      List<@Nullable Selector> selectors,
      List<RunData> data,
      Joined joined,
      @Nullable Collection<String> wanted,
      Seed seed) {
    this.by = task.by();
    this.cost = task.by().of(task.at());
    this.opened = opened;
    this.selectors = selectors;
    this.data = data;
    this.joined = joined;
    this.wanted = wanted;
    this.seed = seed;
  }

  /// How many samples problems get: `fewer` of them, or one more with the chance `more`.
  private record Cut(int fewer, double more) {
    double samples() {
      return fewer + more;
    }
  }

  Matched at(int baseline) {
    List<Supplier<double[]>> work = new ArrayList<>();
    List<@Nullable Cut> cuts = new ArrayList<>();
    for (int i = 0; i < opened.size(); i++) {
      int index = i;
      Cut cut = cut(i);
      cuts.add(cut);
      work.add(() -> cut == null ? new double[0] : worths(index, cut));
    }
    List<double[]> worths = Fanout.all(work);
    List<Reading> readings = new ArrayList<>();
    for (int i = 0; i < opened.size(); i++) {
      Cut cut = cuts.get(i);
      boolean both = cut != null && cuts.get(baseline) != null && i != baseline;
      readings.add(
          cut == null
              ? new Reading(0, data.get(i).costs().perProblem(by), null, null)
              : new Reading(
                  cut.samples(),
                  costOf(i, cut),
                  interval(worths.get(i), new double[0], i),
                  both ? interval(worths.get(i), worths.get(baseline), i) : null));
    }
    return new Matched(cost, readings);
  }

  /// What the cost pays for; null if it does not pay for the run.
  private @Nullable Cut cut(int index) {
    Costs costs = data.get(index).costs();
    int most = data.get(index).most();
    if (costs.perProblem(by) <= cost) {
      return new Cut(Math.max(1, most), 0);
    }
    if (selectors.get(index) == null || costs.at(1, by) > cost) {
      return null;
    }
    int fewer = 1;
    while (fewer + 1 < most && costs.at(fewer + 1, by) <= cost) {
      fewer++;
    }
    double low = costs.at(fewer, by);
    double high = costs.at(fewer + 1, by);
    return new Cut(fewer, high > low ? Math.min(1, (cost - low) / (high - low)) : 0);
  }

  private double costOf(int index, Cut cut) {
    Costs costs = data.get(index).costs();
    double low = costs.at(cut.fewer, by);
    return low + cut.more * (costs.at(cut.fewer + 1, by) - low);
  }

  /// The worth of every problem, by its place.
  private double[] worths(int index, Cut cut) {
    double[] worths = new double[joined.problems()];
    Selector selector = selectors.get(index);
    if (selector == null || cut.fewer >= data.get(index).most()) {
      joined.right(index).stream().forEach(place -> worths[place] = 1);
      return worths;
    }
    int[] places = joined.places(index);
    int line = 0;
    try (ResultsFile.Reader results = ResultsFile.open(opened.get(index).folder().resultsFile())) {
      while (results.hasNext()) {
        ProblemResult result = results.next();
        if (wanted == null || wanted.contains(result.id())) {
          worths[places[line++]] = worth(result, selector, cut, opened.get(index));
        }
      }
    }
    return worths;
  }

  private double worth(ProblemResult result, Selector selector, Cut cut, Opened run) {
    List<Sample> samples = result.samples(run.plan().judged());
    Seed own = seed.split("matched", result.id());
    if (samples.size() <= cut.fewer) {
      return result.correct() ? 1 : 0;
    }
    double fewer = selector.worth(samples, cut.fewer, own);
    return cut.more == 0
        ? fewer
        : fewer + cut.more * (selector.worth(samples, cut.fewer + 1, own) - fewer);
  }

  /// The interval of `worths`, less those of the baseline if there are any.
  private Interval interval(double[] worths, double[] less, int index) {
    Tally tally = new Tally();
    for (int i = 0; i < worths.length; i++) {
      tally.add(less.length == 0 ? worths[i] : worths[i] - less[i]);
    }
    return Interval.of(tally, seed.split("matched", index));
  }
}
