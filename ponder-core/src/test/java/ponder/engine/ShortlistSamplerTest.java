package ponder.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Tokens;
import ponder.testkit.Dice;

/// A row's shortlist gives the row's draws.
class ShortlistSamplerTest {
  private static final int VOCABULARY = 20_000;

  private final Sampler sampler = new Sampler(VOCABULARY);
  private final ShortlistSampler listSampler = new ShortlistSampler(VOCABULARY);

  private static Draft draft(Sampling sampling, int step) {
    Request request =
        Request.of(Prompt.of(Tokens.of(1, 2)))
            .withMaxTokens(100)
            .withSampling(sampling)
            .withSeed(5)
            .withTopLogprobs(3)
            .withCertainty(true);
    Draft draft = new Draft(request, 0, Set.of(), Tokens.of(1, 2));
    for (int i = 0; i < step; i++) {
      draft.append(0);
    }
    return draft;
  }

  /// A few likely tokens above a wide bed of unlikely ones, as language models give them; rounded
  /// to eight bits, so that there are ties.
  private static float[] row(Dice dice, double spread) {
    float[] row = new float[VOCABULARY];
    for (int i = 0; i < row.length; i++) {
      double noise = dice.normal() * 0.5;
      row[i] = rounded((float) (noise * spread - 4));
    }
    for (int i = 0; i < 40; i++) {
      row[dice.below(VOCABULARY)] = rounded((float) (6 - i * 0.2 + dice.unit()));
    }
    return row;
  }

  private static float rounded(float value) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(value) & 0xffff0000);
  }

  static Shortlist list(float[] row, double temperature, int capacity) {
    Shortlist list = new Shortlist();
    List<Integer> best =
        IntStream.range(0, row.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -row[i]))
            .toList();
    list.count = Math.min(capacity, row.length);
    for (int k = 0; k < list.count; k++) {
      list.tokens[k] = best.get(list.count - 1 - k);
      list.logits[k] = row[list.tokens[k]];
    }
    list.floor = list.count == row.length ? Float.NEGATIVE_INFINITY : list.logits[0];
    list.logTotal = logTotal(row, 1);
    list.heatedLogTotal = temperature == 0 ? list.logTotal : logTotal(row, temperature);
    list.mean = IntStream.range(0, row.length).mapToDouble(i -> row[i]).average().orElseThrow();
    return list;
  }

  private static double logTotal(float[] row, double temperature) {
    double sum = 0;
    for (float logit : row) {
      sum += Math.exp(logit / temperature);
    }
    return Math.log(sum);
  }

  @Test
  void drawsWhatTheWholeRowDraws() {
    Dice dice = new Dice(11);
    List<Sampling> samplings =
        List.of(
            Sampling.GREEDY,
            Sampling.of(1),
            Sampling.of(0.7),
            Sampling.of(0.7).withTopP(0.95),
            Sampling.of(1).withTopP(0.5),
            Sampling.of(1.3).withTopK(50),
            Sampling.of(0.9).withMinP(0.02),
            Sampling.of(0.8).withTopK(40).withTopP(0.9).withMinP(0.01),
            Sampling.of(0.8).withTopK(40).withTopP(0.9).withOrder(Sampling.Order.LLAMA_CPP),
            Sampling.of(0.8).withTopP(0.9).withMinP(0.05).withOrder(Sampling.Order.LLAMA_CPP));
    int decided = 0;
    int rows = 0;
    for (int step = 0; step < 30; step++) {
      float[] row = row(dice, step % 3);
      for (Sampling sampling : samplings) {
        Draft draft = draft(sampling, step);
        Draw whole = sampler.draw(row, draft);
        Shortlist list = list(row, ShortlistSampler.temperature(draft), 256);
        Draw listed = listSampler.draw(list, draft);
        rows++;
        if (listed != null) {
          decided++;
          assertThat(listed.token()).as("%s", sampling).isEqualTo(whole.token());
          assertThat(listed.logprob()).isCloseTo(whole.logprob(), within(5e-5f));
          assertThat(listed.sampledLogprob()).isCloseTo(whole.sampledLogprob(), within(5e-5f));
          assertThat(listed.certainty()).isCloseTo(whole.certainty(), within(5e-5f));
          assertThat(listed.top()).hasSameSizeAs(whole.top());
          for (int k = 0; k < 3; k++) {
            assertThat(listed.top().get(k).token()).isEqualTo(whole.top().get(k).token());
          }
        }
      }
    }
    assertThat(decided).isGreaterThan(rows * 8 / 10);
  }

  @Test
  void saysWhereTheListDoesNotDecide() {
    Dice dice = new Dice(3);
    float[] flat = row(dice, 0.001);
    assertThat(listSampler.draw(list(flat, 1, 256), draft(Sampling.of(1).withTopP(0.999), 0)))
        .isNull();
    assertThat(listSampler.draw(list(flat, 1, 8), draft(Sampling.of(1).withTopK(20), 0))).isNull();
    float[] tied = new float[VOCABULARY];
    assertThat(listSampler.draw(list(tied, 0, 256), draft(Sampling.GREEDY, 0))).isNull();
    float[] broken = row(dice, 1);
    Shortlist list = list(broken, 0, 256);
    list.logits[4] = Float.NaN;
    assertThat(listSampler.draw(list, draft(Sampling.GREEDY, 0))).isNull();
  }

  /// Borders of top-p that fall on the mass asked for: rounding must not decide.
  @Test
  void leavesCloseBordersToTheWholeRow() {
    float[] row = new float[VOCABULARY];
    Arrays.fill(row, -60);
    Arrays.fill(row, 100, 110, 2);
    assertThat(listSampler.draw(list(row, 1, 256), draft(Sampling.of(1).withTopP(0.5), 0)))
        .isNull();
    Draft draft = draft(Sampling.of(1).withTopP(0.55), 0);
    Draw listed = Objects.requireNonNull(listSampler.draw(list(row, 1, 256), draft));
    assertThat(listed.token()).isEqualTo(sampler.draw(row, draft).token());
  }

  @Test
  void wantsTheWholeRowWhereLogitsAreChanged() {
    assertThat(ShortlistSampler.temperature(draft(Sampling.GREEDY, 0))).isZero();
    assertThat(ShortlistSampler.temperature(draft(Sampling.of(0.5), 0))).isEqualTo(0.5f);
    assertThat(ShortlistSampler.temperature(draft(Sampling.of(1).withPenalties(1.1, 0, 0), 0)))
        .isNaN();
  }
}
