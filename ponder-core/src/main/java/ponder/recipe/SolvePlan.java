package ponder.recipe;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ponder.core.Limits;
import ponder.core.Seed;
import ponder.model.LanguageModel;
import ponder.search.Methods;
import ponder.search.PolicyFile;
import ponder.search.Settings;
import ponder.search.Strategy;
import ponder.verify.Aggregation;
import ponder.verify.Verifier;
import ponder.verify.Verifiers;

/// A task as it will be carried out.
///
/// @param verifier the name of what decides
/// @param opened the verifier to open; empty if the method decides by itself
record SolvePlan(
    Methods.Method method, Settings settings, Strategy strategy, String verifier, String opened) {
  /// Whether the verifier, or the method itself, asks the model that judges.
  boolean asksJudge() {
    return method.asksJudge()
        || strategy.asksJudge()
        || (!opened.isEmpty() && Verifiers.asksModel(opened));
  }

  /// Opens the verifier; null if the method decides by itself.
  ///
  /// @param asked the model that it asks
  /// @param seed the problem's own
  /// @throws IllegalArgumentException if the model lacks what the verifier needs
  @Nullable Verifier verifier(
      Aggregation aggregation, LanguageModel asked, Map<String, String> references, Seed seed) {
    return opened.isEmpty() ? null : Verifiers.open(opened, aggregation, asked, references, seed);
  }

  static SolvePlan of(SolveTask task) {
    Methods.Method method = Methods.named(task.method());
    String verifier = task.verifier().isEmpty() ? method.verifier() : task.verifier();
    boolean own = verifier.equals(method.verifier()) && !method.wantsVerifier();
    if (!own) {
      Verifiers.asksModel(verifier); // an unknown name is told before anything else
      if (!method.takesVerifier()) {
        throw new IllegalArgumentException(
            "verifier (%s) has nothing to judge in method %s, which decides by itself (%s). Maybe --method best-of-n was meant."
                .formatted(verifier, method.name(), method.verifier()));
      }
    }
    Map<String, String> given = new HashMap<>(task.settings());
    boolean hasN = method.parameters().stream().map(Methods.Parameter::name).toList().contains("n");
    if (hasN && task.budget().samples() != Limits.UNLIMITED) {
      given.putIfAbsent("n", Long.toString(task.budget().samples()));
    }
    Settings settings = method.settings(PolicyFile.pin(method, given));
    requireFalling(settings, task.aggregation());
    return new SolvePlan(
        method, settings, method.strategy(settings), verifier, own ? "" : verifier);
  }

  /// A search may stop early only where values cannot rise any more.
  private static void requireFalling(Settings settings, Aggregation aggregation) {
    boolean early =
        settings.values().entrySet().stream()
            .anyMatch(
                it -> it.getKey().endsWith("early-stop") && it.getValue().strip().equals("true"));
    if (early && !aggregation.falls()) {
      throw new IllegalArgumentException(
          "early-stop (true) needs values that only fall as steps are added, but agg-strategy is %s. Maybe --agg-strategy min was meant."
              .formatted(aggregation.text()));
    }
  }
}
