package ponder.cli;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import ponder.model.Cancellation;
import ponder.model.LanguageModel;
import ponder.model.Tokens;

/// What the cache is worth where it cannot hold what is used: prompts of one and a half times its
/// cells, called in turn again and again, so that each is evicted shortly before it comes back.
///
/// Compared with the same calls on an engine without reuse, once with evicted prefixes dropped and
/// once with them parked in host memory.
final class ThrashBench {
  private static final int CELLS = 4096;
  private static final int PROMPT = 512;
  private static final int PROMPTS = CELLS * 3 / 2 / PROMPT;
  private static final int ROUNDS = 2;
  private static final int MAX_TOKENS = 8;

  private final Function<Map<String, String>, LanguageModel> open;
  private final Cancellation cancellation;
  private final int run;

  /// @param open opens the model with these settings besides the user's
  ThrashBench(
      Function<Map<String, String>, LanguageModel> open, Cancellation cancellation, int run) {
    this.open = open;
    this.cancellation = cancellation;
    this.run = run;
  }

  /// Cost: three times loading the model and twelve prompts in three rounds.
  Map<EngineBench.What, Double> measure() {
    double without = seconds(Map.of("reuse", "false"));
    Map<EngineBench.What, Double> found = new EnumMap<>(EngineBench.What.class);
    found.put(EngineBench.What.THRASH, without / seconds(Map.of("parkBytes", "0")));
    found.put(EngineBench.What.THRASH_PARKED, without / seconds(Map.of()));
    return found;
  }

  private double seconds(Map<String, String> settings) {
    Map<String, String> all = new TreeMap<>(settings);
    all.put("cells", Integer.toString(CELLS));
    try (LanguageModel model = open.apply(all)) {
      EngineBench bench = new EngineBench(model, cancellation, run);
      Stopwatch stopwatch = new Stopwatch(model, cancellation);
      List<Tokens> prompts = new ArrayList<>();
      for (int i = 0; i < PROMPTS; i++) {
        prompts.add(bench.tokens(PROMPT));
        stopwatch.time(bench.request(prompts.getLast(), 1, MAX_TOKENS));
      }
      double seconds = 0;
      for (int round = 0; round < ROUNDS; round++) {
        for (Tokens prompt : prompts) {
          seconds += stopwatch.time(bench.request(prompt, 1, MAX_TOKENS)).seconds();
        }
      }
      return seconds;
    }
  }
}
