package ponder.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.TokenLogprob;
import ponder.model.Tokens;
import ponder.testkit.Dice;

class SamplerTest {
  private static final Tokens PROMPT = Tokens.of(1, 2, 3);
  private static final Request GREEDY = Request.of(Prompt.of(PROMPT)).withMaxTokens(100);

  /// The numbers come from the definition written down in another language, with exact logarithms.
  @Test
  void keepsTheMeaningOfSeeds() {
    float[] row = new float[1000];
    for (int i = 0; i < row.length; i++) {
      row[i] = i * 37 % 101 / 20f;
    }
    Request request = GREEDY.withSampling(Sampling.of(1)).withSeed(42);
    Sampler sampler = new Sampler(row.length);
    Draft draft = draft(request, 7);
    List<Integer> drawn = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      drawn.add(sampler.draw(row, draft).token());
      draft.append(0);
    }
    assertThat(Gumbel.bits(Gumbel.stream(42, 7, 3), 1000)).isEqualTo(8142806659352081563L);
    assertThat(Gumbel.noise(8142806659352081563L)).isCloseTo(0.20119498932061947, within(1e-15));
    assertThat(drawn).containsExactly(54, 370, 788, 226, 76, 144, 294, 447);
  }

  @Test
  void keepsNoiseFinite() {
    assertThat(Gumbel.noise(0)).isCloseTo(-3.62247, within(1e-5));
    assertThat(Gumbel.noise(-1L)).isCloseTo(37.42995, within(1e-5));
    assertThat(Gumbel.noise(Long.MAX_VALUE)).isCloseTo(Gumbel.noise(Long.MIN_VALUE), within(1e-9));
  }

  @Test
  void computesLogProbabilitiesCloseToDoubles() {
    Dice dice = new Dice(2);
    for (int vocabulary : new int[] {2, 259, 1023, 1025, 49152, 151936}) {
      for (double spread : new double[] {0, 0.1, 1, 3, 10, 40}) {
        float[] row = row(dice, vocabulary, spread);
        double sum = 0;
        for (float logit : row) {
          sum += Math.exp((double) logit - row[0]);
        }
        double expected = row[vocabulary / 2] - row[0] - Math.log(sum);
        assertThat(new Sampler(vocabulary).logprob(row, vocabulary / 2))
            .as("%d logits, spread %s", vocabulary, spread)
            .isCloseTo((float) expected, within((float) (2e-5 + Math.abs(expected) * 1e-7)));
      }
    }
  }

  @Test
  void computesExponentialsToOnePartInAHundredThousand() {
    for (int i = 0; i <= 300_000; i++) {
      float x = -i / 10_000f;
      assertThat(Row.exp(x) / Math.exp(x) - 1).isBetween(-1e-5, 1e-5);
    }
    assertThat(Row.exp(0f)).isEqualTo(1f);
    assertThat(Row.exp(Float.NEGATIVE_INFINITY)).isEqualTo(Row.exp(-30f)).isLessThan(1e-13f);
  }

  @Test
  void drawsWhatTheNaiveArgMaxDraws() {
    Dice dice = new Dice(3);
    for (int round = 0; round < 250; round++) {
      float[] row = row(dice, 1 + dice.below(3000), dice.below(12));
      for (int hole = dice.below(3) * dice.below(row.length); hole > 0; hole--) {
        row[dice.below(row.length)] = Float.NEGATIVE_INFINITY;
      }
      row[dice.below(row.length)] = 1;
      Request request = GREEDY.withSampling(Sampling.of(1)).withSeed(round);
      Draw draw = new Sampler(row.length).draw(row, draft(request, round % 5));
      ReferenceSampler reference = new ReferenceSampler(row, request.sampling());
      assertThat(draw.token()).isEqualTo(reference.draw(Gumbel.stream(round, round % 5, 0)));
      assertThat(draw.sampledLogprob())
          .isCloseTo((float) reference.logprob(draw.token()), within(1e-4f));
    }
  }

  @Test
  void filtersAsThePlainReferenceDoes() {
    Dice dice = new Dice(4);
    int unclear = 0;
    int rounds = 500;
    for (int round = 0; round < rounds; round++) {
      float[] row = row(dice, 2 + dice.below(round % 10 == 0 ? 2500 : 200), 0.5 + dice.below(8));
      if (round % 3 == 0) {
        coarsen(row);
      }
      Sampling sampling = anySampling(dice);
      ReferenceSampler reference = new ReferenceSampler(row, sampling);
      if (reference.margin < 1e-4) {
        unclear++;
        continue;
      }
      Request request = GREEDY.withSampling(sampling).withSeed(round);
      Draw draw = new Sampler(row.length).draw(row, draft(request, 0));
      assertThat(draw.token()).as("%s", sampling).isEqualTo(reference.draw(stream(round, 0)));
      assertThat(draw.sampledLogprob())
          .as("%s", sampling)
          .isCloseTo((float) reference.logprob(draw.token()), within(2e-4f));
      if (round % 8 == 0) {
        assertThat(keptBySampling(row, sampling)).as("%s", sampling).isSubsetOf(reference.kept());
      }
    }
    assertThat(unclear).isLessThan(rounds / 4);
  }

  @Test
  void drawsEachTokenAsOftenAsItsProbabilitySays() {
    float[] row = row(new Dice(5), 12, 1.2);
    List<Sampling> all =
        List.of(
            Sampling.of(1),
            Sampling.of(0.6),
            Sampling.of(1.7).withTopK(5),
            Sampling.of(1).withTopP(0.8),
            Sampling.of(1).withMinP(0.2),
            Sampling.of(1).withTypicalP(0.7),
            Sampling.of(0.8).withTopP(0.9).withTopK(6).withOrder(Sampling.Order.LLAMA_CPP));
    Sampler sampler = new Sampler(row.length);
    for (Sampling sampling : all) {
      ReferenceSampler reference = new ReferenceSampler(row, sampling);
      int[] counts = new int[row.length];
      int draws = 10_000;
      for (int sample = 0; sample < draws; sample++) {
        counts[sampler.draw(row, draft(GREEDY.withSampling(sampling), sample)).token()]++;
      }
      assertThat(chiSquare(counts, reference, draws))
          .as("%s", sampling)
          .isLessThan(limit(reference.kept().size() - 1));
    }
  }

  @Test
  void drawsIndependentlyAlongStepsAndSeeds() {
    float[] row = new float[8];
    Sampler sampler = new Sampler(row.length);
    int[] pairs = new int[64];
    int[] neighbours = new int[64];
    int draws = 16_000;
    for (int k = 0; k < draws; k++) {
      Request request = GREEDY.withSampling(Sampling.of(1)).withSeed(k);
      Draft draft = draft(request, 0);
      int first = sampler.draw(row, draft).token();
      draft.append(first);
      pairs[8 * first + sampler.draw(row, draft).token()]++;
      neighbours[8 * first + sampler.draw(row, draft(request, 1)).token()]++;
    }
    ReferenceSampler even = new ReferenceSampler(new float[64], Sampling.of(1));
    assertThat(chiSquare(pairs, even, draws)).isLessThan(limit(63));
    assertThat(chiSquare(neighbours, even, draws)).isLessThan(limit(63));
  }

  @Test
  void drawsASampleAloneAsAmongOthers() {
    float[] row = row(new Dice(6), 500, 2);
    Request request = GREEDY.withSampling(Sampling.of(1).withTopP(0.9)).withSeed(9);
    Sampler shared = new Sampler(row.length);
    List<Integer> forwards =
        IntStream.range(0, 8).mapToObj(i -> shared.draw(row, draft(request, i)).token()).toList();
    List<Integer> backwards =
        IntStream.range(0, 8)
            .mapToObj(i -> shared.draw(row, draft(request.withN(8), 7 - i)).token())
            .toList()
            .reversed();
    assertThat(forwards).isEqualTo(backwards);
    assertThat(new Sampler(row.length).draw(row, draft(request, 5)).token())
        .isEqualTo(forwards.get(5));
    assertThat(Set.copyOf(forwards)).hasSizeGreaterThan(1);
  }

  @Test
  void takesTheLowestIdOnTie() {
    float[] row = new float[3000];
    row[2500] = 2;
    row[1100] = 2;
    row[1030] = 2;
    row[2054] = 2;
    Draw draw = new Sampler(row.length).draw(row, draft(GREEDY.withTopLogprobs(3), 0));
    assertThat(draw.token()).isEqualTo(1030);
    assertThat(draw.sampledLogprob()).isZero();
    assertThat(draw.top()).extracting(TokenLogprob::token).containsExactly(1030, 1100, 2054);
    Sampling two = Sampling.of(1).withTopK(2);
    assertThat(keptBySampling(row, two)).containsExactly(1030, 1100);
  }

  @Test
  void keepsHalfOfAnEvenVocabulary() {
    float[] row = new float[150_000];
    Request request = GREEDY.withSampling(Sampling.of(1).withTopP(0.5));
    for (int sample = 0; sample < 5; sample++) {
      Draw draw = new Sampler(row.length).draw(row, draft(request, sample));
      assertThat(draw.token()).isLessThan(75_000);
      assertThat(draw.sampledLogprob()).isCloseTo((float) -Math.log(75_000), within(1e-4f));
    }
  }

  @Test
  void treatsBothZerosAsEqual() {
    float[] row = {-5, 0f, -0f, -5, 0f};
    assertThat(keptBySampling(row, Sampling.of(1).withTopK(2))).containsExactly(1, 2);
    assertThat(draw(new float[] {-0f, 0f}, GREEDY).token()).isZero();
  }

  @Test
  void reportsTheMostProbableTokens() {
    float[] row = row(new Dice(7), 4000, 3);
    Sampler sampler = new Sampler(row.length);
    List<Integer> expected =
        IntStream.range(0, row.length)
            .boxed()
            .sorted((a, b) -> Float.compare(row[b], row[a]))
            .limit(64)
            .toList();
    assertThat(sampler.top(row, 64)).extracting(TokenLogprob::token).isEqualTo(expected);
    assertThat(sampler.top(row, 64).get(9).logprob())
        .isEqualTo(sampler.logprob(row, expected.get(9)));
    assertThat(sampler.top(row, 5000)).hasSize(4000);
    assertThat(sampler.draw(row, draft(GREEDY.withTopLogprobs(1), 0)).top()).hasSize(1);
  }

  @Test
  void reportsRawLogProbabilitiesWhateverTheFilters() {
    float[] row = {1, 2, 3, 4};
    Request request =
        GREEDY
            .withSampling(Sampling.of(0.5).withBias(Map.of(0, 50.0)).withTopK(1))
            .withBanned(List.of(3))
            .withTopLogprobs(4);
    Draw draw = draw(row, request);
    double logZ = new ReferenceSampler(row, Sampling.of(1)).logTotal();
    assertThat(draw.token()).isZero();
    assertThat(draw.logprob()).isCloseTo((float) (1 - logZ), within(1e-5f));
    assertThat(draw.sampledLogprob()).isZero();
    assertThat(draw.top()).extracting(TokenLogprob::token).containsExactly(3, 2, 1, 0);
    assertThat(row).containsExactly(1, 2, 3, 4);
  }

  @Test
  void masksWhatIsBannedOrNotAllowed() {
    float[] row = {1, 2, 3, 4};
    assertThat(draw(row, GREEDY.withBanned(List.of(3))).token()).isEqualTo(2);
    assertThat(draw(row, GREEDY.withAllowed(List.of(0, 1))).token()).isEqualTo(1);
    assertThat(draw(row, GREEDY.withAllowed(List.of(0, 1)).withBanned(List.of(1))).token())
        .isZero();
    Sampling ban = Sampling.GREEDY.withBias(Map.of(3, Double.NEGATIVE_INFINITY, 2, -9.5));
    assertThat(draw(row, GREEDY.withSampling(ban)).token()).isEqualTo(1);
  }

  @Test
  void bansEndOfTextBeforeTheMinimum() {
    float[] row = {1, 2, 3, 4};
    Draft draft = new Draft(GREEDY.withMinTokens(2), 0, Set.of(3), PROMPT);
    Sampler sampler = new Sampler(4);
    List<Integer> drawn = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      drawn.add(sampler.draw(row, draft).token());
      draft.append(drawn.getLast());
    }
    assertThat(drawn).containsExactly(2, 2, 3);
    assertThat(draft.generated()).isEqualTo(3);
  }

  @Test
  void failsOnRowsWithoutADistribution() {
    assertThat(draw(new float[] {0, Float.NaN, 1}, GREEDY).failure()).contains("NaN", "token 1");
    assertThat(draw(new float[] {0, 1, Float.POSITIVE_INFINITY}, GREEDY).failure())
        .contains("Infinity", "token 2");
    float[] none = {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY};
    assertThat(draw(none, GREEDY).failure()).contains("no finite logit");
    assertThat(draw(new float[] {0, 1}, GREEDY.withBanned(List.of(0, 1))).failure())
        .isEqualTo("mask leaves no token");
    Request cold = GREEDY.withSampling(Sampling.of(1e-4));
    assertThat(draw(new float[] {0, 1e36f}, cold).failure()).contains("range of floats");
    assertThat(new Sampler(2).logprob(new float[] {0, Float.NaN}, 0)).isNaN();
    assertThat(new Sampler(2).top(new float[] {0, Float.NaN}, 1)).isEmpty();
  }

  @Test
  void penalisesWhatWasSaid() {
    float[] row = {2, -2, 1, 1, 1, 1};
    Sampling sampling = Sampling.of(1).withPenalties(2, 0.5, 0.25);
    Draft draft = new Draft(GREEDY.withSampling(sampling), 0, Set.of(), Tokens.of(0, 1, 1));
    float[] into = new float[row.length];
    draft.append(2);
    draft.append(3);
    draft.append(3);
    draft.adjust(row, into);
    assertThat(into).containsExactly(1, -4, -0.25f, -0.75f, 1, 1);
  }

  @Test
  void penalisesOnlyWhatTheWindowSees() {
    float[] row = {1, 1, 1, 1};
    Sampling sampling = Sampling.of(1).withPenalties(2, 1, 0).withPenaltyWindow(2);
    Draft draft = new Draft(GREEDY.withSampling(sampling), 0, Set.of(), Tokens.of(0, 1));
    float[] into = new float[row.length];
    draft.append(2);
    draft.adjust(row, into);
    assertThat(into).containsExactly(1, 0.5f, -0.5f, 1);
    draft.append(2);
    draft.append(2);
    draft.adjust(row, into);
    assertThat(into).containsExactly(1, 1, -1.5f, 1);
    draft.append(3);
    draft.adjust(row, into);
    assertThat(into).containsExactly(1, 1, -0.5f, -0.5f);
  }

  @Test
  void countsManyDifferentTokens() {
    int vocabulary = 3000;
    Dice dice = new Dice(8);
    int[] prompt = IntStream.range(0, 2000).map(i -> dice.below(vocabulary)).toArray();
    Sampling sampling = Sampling.of(1).withPenalties(1, 1, 0).withPenaltyWindow(500);
    Draft draft = new Draft(GREEDY.withSampling(sampling), 0, Set.of(), Tokens.of(prompt));
    List<Integer> made = new ArrayList<>();
    for (int t = 0; t < 1500; t++) {
      made.add(dice.below(vocabulary));
      draft.append(made.getLast());
    }
    float[] expected = new float[vocabulary];
    made.subList(1000, 1500).forEach(token -> expected[token]--);
    float[] into = new float[vocabulary];
    draft.adjust(new float[vocabulary], into);
    assertThat(into).isEqualTo(expected);
  }

  private static Sampling anySampling(Dice dice) {
    Sampling sampling = Sampling.of(new double[] {1, 0.7, 1.5}[dice.below(3)]);
    if (dice.below(2) == 0) {
      sampling = sampling.withTopP(0.02 + 0.97 * dice.unit());
    }
    if (dice.below(3) == 0) {
      sampling = sampling.withTopK(1 + dice.below(60));
    }
    if (dice.below(3) == 0) {
      sampling = sampling.withMinP(0.001 + 0.3 * dice.unit());
    }
    if (dice.below(3) == 0) {
      sampling = sampling.withTypicalP(0.1 + 0.85 * dice.unit());
    }
    return dice.below(3) == 0 ? sampling.withOrder(Sampling.Order.LLAMA_CPP) : sampling;
  }

  /// What thirty draws show of the kept set.
  private static Set<Integer> keptBySampling(float[] row, Sampling sampling) {
    Sampler sampler = new Sampler(row.length);
    Set<Integer> kept = new TreeSet<>();
    for (int sample = 0; sample < 30; sample++) {
      kept.add(sampler.draw(row, draft(GREEDY.withSampling(sampling), sample)).token());
    }
    return kept;
  }

  private static double chiSquare(int[] counts, ReferenceSampler reference, int draws) {
    double sum = 0;
    for (int token = 0; token < counts.length; token++) {
      if (reference.kept().contains(token)) {
        double expected = draws * Math.exp(reference.logprob(token));
        sum += (counts[token] - expected) * (counts[token] - expected) / expected;
      } else {
        assertThat(counts[token]).isZero();
      }
    }
    return sum;
  }

  /// Exceeded by chance about once in ten thousand (Wilson and Hilferty's approximation).
  private static double limit(int freedom) {
    double spread = 2.0 / (9 * freedom);
    return freedom * Math.pow(1 - spread + 3.72 * Math.sqrt(spread), 3);
  }

  private static float[] row(Dice dice, int vocabulary, double spread) {
    float[] row = new float[vocabulary];
    for (int i = 0; i < vocabulary; i++) {
      row[i] = (float) (dice.normal() * spread);
    }
    return row;
  }

  /// Makes ties.
  private static void coarsen(float[] row) {
    for (int i = 0; i < row.length; i++) {
      row[i] = Math.round(row[i]);
    }
  }

  private static Draw draw(float[] row, Request request) {
    return new Sampler(row.length).draw(row, draft(request, 0));
  }

  /// Against the definition in doubles; the row is the raw one, whatever filters follow.
  @Test
  void measuresCertaintyOfTheRawRow() {
    Dice dice = new Dice(11);
    Sampling filtered = Sampling.of(0.5).withTopK(3).withBias(Map.of(1, 9.0));
    for (int vocabulary : new int[] {2, 259, 1025, 49152}) {
      for (double spread : new double[] {0, 1, 10, 40}) {
        float[] row = row(dice, vocabulary, spread);
        double max = IntStream.range(0, vocabulary).mapToDouble(i -> row[i]).max().orElseThrow();
        double total = 0;
        double sum = 0;
        for (float logit : row) {
          total += Math.exp(logit - max);
          sum += logit;
        }
        double expected = max + Math.log(total) - sum / vocabulary - Math.log(vocabulary);
        for (Sampling sampling : List.of(Sampling.GREEDY, Sampling.of(1), filtered)) {
          Request request = GREEDY.withSampling(sampling);
          Sampler sampler = new Sampler(vocabulary);
          assertThat(sampler.draw(row, draft(request.withCertainty(true), 0)).certainty())
              .isNotNegative()
              .isCloseTo((float) expected, within(5e-5f));
          assertThat(sampler.draw(row, draft(request, 0)).certainty()).isNaN();
        }
      }
    }
  }

  @Test
  void isInfinitelyCertainAgainstAnImpossibleToken() {
    float[] row = {1, Float.NEGATIVE_INFINITY, 2};
    Draw draw = new Sampler(3).draw(row, draft(GREEDY.withCertainty(true), 0));
    assertThat(draw.certainty()).isEqualTo(Float.POSITIVE_INFINITY);
  }

  private static Draft draft(Request request, int sample) {
    return new Draft(request, sample, Set.of(), PROMPT);
  }

  private static long stream(long seed, int sample) {
    return Gumbel.stream(seed, sample, 0);
  }
}
