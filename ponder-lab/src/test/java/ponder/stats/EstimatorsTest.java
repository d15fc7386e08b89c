package ponder.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import ponder.core.Seed;
import ponder.testkit.Dice;
import ponder.testkit.Law;

/// The estimators against known values, and against going through all choices.
class EstimatorsTest {
  @Test
  void passAtAgreesWithKnownValues() {
    assertThat(PassAt.of(10, 3, 1)).isCloseTo(0.3, within(1e-12));
    assertThat(PassAt.of(10, 3, 5)).isCloseTo(0.9166667, within(1e-7));
    assertThat(PassAt.of(4, 1, 2)).isCloseTo(0.5, within(1e-12));
    assertThat(PassAt.of(200, 1, 100)).isCloseTo(0.5, within(1e-12));
    assertThat(PassAt.of(16, 5, 4)).isCloseTo(0.8186813, within(1e-7));
    assertThat(PassAt.of(4, 3, 2)).isEqualTo(1);
  }

  @Test
  void bestAtAgreesWithKnownValues() {
    List<Sample> samples =
        IntStream.rangeClosed(1, 6)
            .mapToObj(rank -> new Sample(rank, rank % 2 == 0, rank / 10.0, 1))
            .toList();

    assertThat(BestAt.of(samples, 1)).isCloseTo(0.5, within(1e-12));
    assertThat(BestAt.of(samples, 2)).isCloseTo(0.6, within(1e-12));
    assertThat(BestAt.of(samples, 3)).isCloseTo(0.65, within(1e-12));
  }

  @Test
  void majorityAtAgreesWithKnownValues() {
    int[] three = {5, 3, 2};
    assertThat(shares(three, 3))
        .containsExactly(new double[] {.583333, .266667, .15}, within(1e-6));
    assertThat(shares(three, 5))
        .containsExactly(new double[] {.678571, .232143, .089286}, within(1e-6));
    assertThat(shares(new int[] {4, 4, 2}, 3))
        .containsExactly(new double[] {.422222, .422222, .155556}, within(1e-6));
  }

  private static double[] shares(int[] sizes, int k) {
    double[] shares = new double[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      double[] worth = new double[sizes.length];
      worth[i] = 1;
      shares[i] = MajorityAt.of(sizes, worth, 0, k);
    }
    return shares;
  }

  @Test
  void estimatorsAgreeWithGoingThroughAllChoices() {
    Law.forAll(
        "estimators are means over all choices",
        60,
        seed -> {
          List<Sample> samples = samples(new Dice(seed), 7);
          int k = 1 + (int) Long.remainderUnsigned(seed, samples.size());

          int correct = (int) samples.stream().filter(Sample::correct).count();
          assertThat(PassAt.of(samples.size(), correct, k))
              .isCloseTo(mean(samples, k, Choice::any), within(1e-12));
          assertThat(BestAt.of(samples, k))
              .isCloseTo(mean(samples, k, Choice::best), within(1e-12));
          assertThat(MajorityAt.of(samples, k))
              .isCloseTo(mean(samples, k, it -> it.heaviest(false)), within(1e-12));
          assertThat(WeightedAt.of(samples, k, new Seed(seed)).mean())
              .isCloseTo(mean(samples, k, it -> it.heaviest(true)), within(1e-12));
        });
  }

  /// In a random order the first seen of equals is any of them alike: the even split is exact for
  /// it.
  @Test
  void evenSplitIsWhatFirstSeenComesTo() {
    Law.forAll(
        "ties by first seen, over all orders",
        20,
        seed -> {
          List<Sample> samples = samples(new Dice(seed), 5);
          int k = 1 + (int) Long.remainderUnsigned(seed, samples.size());
          double sum = 0;
          List<List<Sample>> orders = orders(samples);
          for (List<Sample> order : orders) {
            sum += firstSeen(order.subList(0, k)) ? 1 : 0;
          }

          assertThat(MajorityAt.of(samples, k)).isCloseTo(sum / orders.size(), within(1e-12));
        });
  }

  private static boolean firstSeen(List<Sample> chosen) {
    int most = 0;
    boolean right = false;
    for (Sample sample : chosen) {
      int group = sample.answerClass();
      int size = (int) chosen.stream().filter(it -> it.answerClass() == group).count();
      if (group >= 0 && size > most) {
        most = size;
        right = sample.correct();
      }
    }
    return right;
  }

  private static List<List<Sample>> orders(List<Sample> samples) {
    if (samples.isEmpty()) {
      return List.of(List.of());
    }
    List<List<Sample>> all = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      List<Sample> rest = new ArrayList<>(samples);
      Sample first = rest.remove(i);
      for (List<Sample> order : orders(rest)) {
        List<Sample> whole = new ArrayList<>(List.of(first));
        whole.addAll(order);
        all.add(whole);
      }
    }
    return all;
  }

  @Test
  void drawnWeightedVoteLiesWithinItsStandardError() {
    List<Sample> samples = samples(new Dice(5), 11, 12);
    double exact = mean(samples, 5, it -> it.heaviest(true));

    WeightedAt.Estimate drawn = WeightedAt.of(samples, 5, new Seed(3));

    assertThat(drawn.standardError()).isBetween(0.005, 0.05);
    assertThat(drawn.mean()).isCloseTo(exact, within(3 * drawn.standardError()));
    assertThat(WeightedAt.of(samples, 5, new Seed(3))).isEqualTo(drawn);
  }

  @Test
  void lawsOfTheEstimators() {
    Law.forAll(
        "passAt grows with k; all agree at 1; equal scores make the weighted vote the majority",
        100,
        seed -> {
          List<Sample> samples = samples(new Dice(seed), 8);
          int n = samples.size();
          int correct = (int) samples.stream().filter(Sample::correct).count();
          double mean = (double) correct / n;
          assertThat(PassAt.of(n, correct, 1)).isCloseTo(mean, within(1e-12));
          assertThat(BestAt.of(samples, 1)).isCloseTo(mean, within(1e-12));
          assertThat(MajorityAt.of(samples, 1)).isCloseTo(mean, within(1e-12));
          List<Sample> even =
              samples.stream()
                  .map(it -> new Sample(it.answerClass(), it.correct(), 0.5, it.tokens()))
                  .toList();
          for (int k = 1; k <= n; k++) {
            double pass = PassAt.of(n, correct, k);
            assertThat(pass).isGreaterThanOrEqualTo(k > 1 ? PassAt.of(n, correct, k - 1) : 0);
            assertThat(BestAt.of(samples, k)).isLessThanOrEqualTo(pass + 1e-12);
            assertThat(MajorityAt.of(samples, k)).isLessThanOrEqualTo(pass + 1e-12);
            assertThat(WeightedAt.of(even, k, new Seed(seed)).mean())
                .isCloseTo(MajorityAt.of(samples, k), within(1e-12));
            assertThat(BestAt.of(even, k)).isCloseTo(mean, within(1e-12));
          }
        });
  }

  @Test
  void orderOfSamplesDoesNotMatter() {
    Law.forAll(
        "exact estimators do not see the order of samples",
        50,
        seed -> {
          List<Sample> samples = samples(new Dice(seed), 9);
          List<Sample> turned = new ArrayList<>(samples);
          Collections.reverse(turned);
          for (int k = 1; k <= samples.size(); k++) {
            assertThat(BestAt.of(turned, k)).isEqualTo(BestAt.of(samples, k));
            assertThat(MajorityAt.of(turned, k)).isEqualTo(MajorityAt.of(samples, k));
          }
        });
  }

  /// Two classes, where the majority is a tail of the hypergeometric distribution.
  @Test
  void majorityAtIsExactForManySamples() {
    double exact = 0;
    for (int c = 251; c <= 501; c++) {
      exact +=
          Math.exp(
              LogFactorial.choose(520, c)
                  + LogFactorial.choose(480, 501 - c)
                  - LogFactorial.choose(1000, 501));
    }

    double majority = MajorityAt.of(new int[] {520, 480}, new double[] {1, 0}, 0, 501);

    assertThat(majority).isCloseTo(exact, within(1e-9));
  }

  @Test
  void samplesWithoutAnswerDoNotVote() {
    var silent = new Sample(-1, false, 0.9, 5);
    var right = new Sample(0, true, 0.1, 5);

    assertThat(MajorityAt.of(List.of(silent, silent, right), 3)).isEqualTo(1);
    assertThat(MajorityAt.of(List.of(silent, silent, right), 2)).isCloseTo(2.0 / 3, within(1e-12));
    assertThat(MajorityAt.of(List.of(silent, silent), 2)).isZero();
    assertThat(WeightedAt.of(List.of(silent, silent, right), 3, new Seed(0)).mean()).isEqualTo(1);
    assertThat(BestAt.of(List.of(silent, right), 2)).isZero();
  }

  @Test
  void aSampleWithoutScoreIsWorseThanAny() {
    var unscored = new Sample(0, true, Double.NaN, 5);
    var scored = new Sample(1, false, 0, 5);

    assertThat(BestAt.of(List.of(unscored, scored), 2)).isZero();
  }

  @Test
  void refusesWhatIsNotDefined() {
    assertThatThrownBy(() -> PassAt.of(4, 5, 1)).hasMessageContaining("5 of them right");
    assertThatThrownBy(() -> BestAt.of(List.of(), 1)).hasMessageContaining("best of 1 of 0");
    assertThatThrownBy(() -> MajorityAt.of(List.of(), 1)).hasMessageContaining("majority of 1");
    assertThatThrownBy(() -> new Sample(-1, true, 0, 0)).hasMessageContaining("class -1");
  }

  private static List<Sample> samples(Dice dice, int most) {
    return samples(dice, dice.between(1, most), dice.between(1, most));
  }

  private static List<Sample> samples(Dice dice, int count, int classes) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int group = dice.below(classes + 1) - 1;
      samples.add(new Sample(group, group >= 0 && group % 3 == 0, dice.below(4) / 4.0, 10));
    }
    return samples;
  }

  private static double mean(List<Sample> samples, int k, ToDoubleFunction<Choice> worth) {
    double sum = 0;
    int count = 0;
    for (int mask = 0; mask < 1 << samples.size(); mask++) {
      if (Integer.bitCount(mask) == k) {
        int chosen = mask;
        sum +=
            worth.applyAsDouble(
                new Choice(
                    IntStream.range(0, samples.size())
                        .filter(i -> (chosen >> i & 1) == 1)
                        .mapToObj(samples::get)
                        .toList()));
        count++;
      }
    }
    return sum / count;
  }

  /// One choice of samples, looked at in the plainest way.
  private record Choice(List<Sample> samples) {
    double any() {
      return samples.stream().anyMatch(Sample::correct) ? 1 : 0;
    }

    double best() {
      double highest = samples.stream().mapToDouble(Sample::score).max().orElseThrow();
      return samples.stream()
          .filter(it -> it.score() == highest)
          .mapToDouble(it -> it.correct() ? 1 : 0)
          .average()
          .orElseThrow();
    }

    double heaviest(boolean byScore) {
      double[] weights = new double[20];
      double[] rights = new double[20];
      double highest = 0;
      boolean any = false;
      for (Sample sample : samples) {
        if (sample.answerClass() >= 0) {
          any = true;
          weights[sample.answerClass()] += byScore ? sample.score() : 1;
          rights[sample.answerClass()] = sample.correct() ? 1 : 0;
          highest = Math.max(highest, weights[sample.answerClass()]);
        }
      }
      double best = highest;
      return !any
          ? 0
          : samples.stream()
              .mapToInt(Sample::answerClass)
              .filter(group -> group >= 0 && weights[group] == best)
              .distinct()
              .mapToDouble(group -> rights[group])
              .average()
              .orElseThrow();
    }
  }
}
