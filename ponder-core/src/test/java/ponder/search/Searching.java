package ponder.search;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import ponder.core.Budget;
import ponder.core.Event;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.core.Seed;
import ponder.core.Trace;
import ponder.model.Cancellation;
import ponder.model.LanguageModel;
import ponder.model.Purse;
import ponder.verify.Verifier;

/// Runs searches, always checked.
final class Searching {
  static final List<String> METHODS =
      List.of(
          "step-best-of-n",
          "beam",
          "beam variant=snell",
          "beam variant=openr",
          "beam lookahead=2",
          "dvts",
          "mcts",
          "mcts variant=uct",
          "mcts moves=4 noise=0.25",
          "rebase",
          "particle-filtering",
          "tree-of-thoughts",
          "tree-of-thoughts walk=dfs");

  final List<Event> events = Collections.synchronizedList(new ArrayList<>());
  Budget budget = Budget.of(Limits.NONE);
  private final LanguageModel model;
  private final Verifier verifier;
  private Limits limits = Limits.NONE;
  private long seed = 1;

  Searching(LanguageModel model, Verifier verifier) {
    this.model = model;
    this.verifier = verifier;
  }

  Searching within(String text) {
    limits = text.isEmpty() ? Limits.NONE : Limits.parse(text);
    return this;
  }

  Searching seed(long value) {
    seed = value;
    return this;
  }

  /// @param method a name, then settings
  /// @param more settings of which those count that the method knows
  Outcome solve(String method, String... more) {
    events.clear();
    budget = Budget.of(limits);
    Purse purse = new Purse(budget, new Cancellation());
    Solver solver =
        new Solver(model, verifier, purse, new Seed(seed), events::add, false, verifier);
    Outcome outcome = strategy(method, more).solve(Problem.of("6*7?"), solver);
    solver.conclude();
    return outcome;
  }

  static Strategy strategy(String method, String... more) {
    String[] words = method.split(" ");
    Methods.Method chosen = Methods.named(words[0]);
    List<String> known = chosen.parameters().stream().map(Methods.Parameter::name).toList();
    Map<String, String> settings = new HashMap<>();
    for (String each : more) {
      if (known.contains(each.split("=", 2)[0])) {
        settings.put(each.split("=", 2)[0], each.split("=", 2)[1]);
      }
    }
    for (int i = 1; i < words.length; i++) {
      settings.put(words[i].split("=", 2)[0], words[i].split("=", 2)[1]);
    }
    return chosen.strategy(chosen.settings(settings));
  }

  Trace trace() {
    return Trace.of(events);
  }

  List<String> pruned() {
    return events.stream()
        .filter(Event.Pruned.class::isInstance)
        .map(it -> ((Event.Pruned) it).reason())
        .toList();
  }

  List<String> warnings() {
    return trace().warnings();
  }
}
