package ponder.engine;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Tokens;
import ponder.testkit.Dice;

/// Prints what a draw costs; run by hand, judged by eye.
final class SamplerTiming {
  private static final int WARM = 3000;
  private static final int MEASURED = 2000;

  private SamplerTiming() {}

  public static void main(String[] arguments) {
    Map<String, Request> requests = new LinkedHashMap<>();
    Request base = Request.of(Prompt.of(Tokens.of(1)));
    requests.put("greedy", base);
    requests.put("temperature 1", base.withSampling(Sampling.of(1)));
    requests.put("temperature 0.7", base.withSampling(Sampling.of(0.7)));
    requests.put("0.7, top-p 0.95", base.withSampling(Sampling.of(0.7).withTopP(0.95)));
    requests.put("0.7, top-p 0.999", base.withSampling(Sampling.of(0.7).withTopP(0.999)));
    requests.put("1, top-k 40", base.withSampling(Sampling.of(1).withTopK(40)));
    requests.put("1, min-p 0.05", base.withSampling(Sampling.of(1).withMinP(0.05)));
    requests.put("1, typical 0.95", base.withSampling(Sampling.of(1).withTypicalP(0.95)));
    requests.put("1, top 20 reported", base.withSampling(Sampling.of(1)).withTopLogprobs(20));
    for (int vocabulary : new int[] {49_152, 151_936}) {
      for (double spread : new double[] {1, 2.5}) {
        float[][] rows = rows(vocabulary, spread);
        requests.forEach(
            (name, request) -> {
              double[] micros = time(rows, request);
              System.out.printf(
                  "%,8d logits, spread %.1f, %-20s best %6.1f, median %6.1f microseconds%n",
                  vocabulary, spread, name, micros[0], micros[micros.length / 2]);
            });
      }
    }
  }

  private static double[] time(float[][] rows, Request request) {
    Sampler sampler = new Sampler(rows[0].length);
    double[] micros = new double[MEASURED];
    for (int round = -WARM; round < MEASURED; round++) {
      Draft draft = new Draft(request, Math.abs(round), Set.of(), Tokens.of(1));
      long start = System.nanoTime();
      sampler.draw(rows[Math.abs(round) % rows.length], draft);
      if (round >= 0) {
        micros[round] = (System.nanoTime() - start) / 1e3;
      }
    }
    Arrays.sort(micros);
    return micros;
  }

  /// Normal logits, which are flatter than a language model's, with one that stands out.
  private static float[][] rows(int vocabulary, double spread) {
    Dice dice = new Dice(1);
    float[][] rows = new float[8][vocabulary];
    for (float[] row : rows) {
      for (int i = 0; i < vocabulary; i++) {
        row[i] = (float) (dice.normal() * spread);
      }
      row[dice.below(vocabulary)] = (float) (6 * spread);
    }
    return rows;
  }
}
