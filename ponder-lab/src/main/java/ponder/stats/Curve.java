package ponder.stats;

import java.util.ArrayList;
import java.util.List;
import ponder.core.Seed;

/// Builds the curve of accuracy over samples per problem from one pool of independent samples: for
/// n = 1, 2, 4, ... below the most samples that a problem has, and that number itself.
///
/// Every point averages over all choices of n among a problem's samples, never over the first n. A
/// problem with fewer samples, because its budget ended or calls failed, counts at each larger n
/// with all it has; one without any counts as wrong everywhere. So all points speak of the same
/// problems.
///
/// Problems may come in any order and as a stream: only counts of values are kept. The result
/// depends on the seed, the problems' ids and their samples. Not thread-safe.
public final class Curve {
  private static final int DRAWS = 1_000;

  private final Seed seed;

  /// Points at powers of two below the most samples so far, and last the point at that number.
  private final List<Column> columns = new ArrayList<>();

  private long problems;

  /// What is known of one point.
  private static final class Column {
    private final int n;
    private final Tally majority;
    private final Tally naive;
    private final Tally weighted;
    private final Tally pass;
    private double tokens;
    private double weightedVariance;

    private Column(int n) {
      this.n = n;
      this.majority = new Tally();
      this.naive = new Tally();
      this.weighted = new Tally();
      this.pass = new Tally();
    }

    /// The same at a larger n, which no problem so far has reached.
    private Column(int n, Column full) {
      this.n = n;
      this.majority = full.majority.copy();
      this.naive = full.naive.copy();
      this.weighted = full.weighted.copy();
      this.pass = full.pass.copy();
      this.tokens = full.tokens;
      this.weightedVariance = full.weightedVariance;
    }
  }

  public Curve(Seed seed) {
    this.seed = seed;
    columns.add(new Column(1));
  }

  /// Makes points for problems with up to `most` samples. What was counted so far is at all new
  /// points what it is at the last one, since it has no more samples.
  private void grow(int most) {
    Column full = columns.getLast();
    if (Integer.bitCount(full.n) != 1) {
      columns.removeLast();
    }
    for (int n = Math.max(2, Integer.highestOneBit(full.n) * 2); n < most; n *= 2) {
      columns.add(new Column(n, full));
    }
    columns.add(new Column(most, full));
  }

  /// Counts a problem.
  ///
  /// @param id the problem's; seeds the choices that are drawn
  /// @param samples all of its samples, any order
  public void add(String id, List<Sample> samples) {
    if (samples.size() > columns.getLast().n) {
      grow(samples.size());
    }
    problems++;
    long tokens = 0;
    for (Sample sample : samples) {
      tokens += sample.tokens();
    }
    var pool = new Pool(samples);
    for (Column column : columns) {
      int k = Math.min(column.n, pool.size());
      column.tokens += k == 0 ? 0 : (double) k * tokens / pool.size();
      if (pool.correct() == 0) {
        zero(column);
      } else {
        add(id, pool, k, column);
      }
    }
  }

  private void add(String id, Pool pool, int k, Column column) {
    WeightedAt.Estimate weighted = pool.weighted(k, seed.split("weighted", id).split("k", k));
    column.weightedVariance += weighted.standardError() * weighted.standardError();
    column.weighted.add(unit(weighted.mean()));
    column.majority.add(unit(pool.majority(k)));
    column.naive.add(unit(pool.best(k)));
    column.pass.add(unit(pool.pass(k)));
  }

  private static void zero(Column column) {
    column.majority.add(0);
    column.naive.add(0);
    column.weighted.add(0);
    column.pass.add(0);
  }

  /// Rounding may leave a probability a hair outside.
  private static double unit(double value) {
    return Math.clamp(value, 0.0, 1.0);
  }

  /// The points of the problems counted so far, n ascending; none without problems. If no problem
  /// has a sample there is one point, at 1, and all is wrong.
  public List<CurvePoint> points() {
    return problems == 0 ? List.of() : columns.stream().map(this::point).toList();
  }

  private CurvePoint point(Column column) {
    Seed own = seed.split("bootstrap", column.n);
    return new CurvePoint(
        column.n,
        Interval.of(column.majority, DRAWS, own),
        Interval.of(column.naive, DRAWS, own),
        Interval.of(column.weighted, DRAWS, own),
        Interval.of(column.pass, DRAWS, own),
        column.tokens / problems,
        Math.sqrt(column.weightedVariance) / problems);
  }
}
