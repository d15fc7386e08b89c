package ponder.search;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import ponder.core.Budget;
import ponder.core.Event;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.core.Seed;
import ponder.grade.Rubric;
import ponder.model.Cancellation;
import ponder.model.LanguageModel;
import ponder.model.Purse;
import ponder.verify.Candidate;
import ponder.verify.Scores;
import ponder.verify.Verifier;

/// Runs methods by name, and keeps what they told and spent.
final class Trying {
  final List<Event> events = Collections.synchronizedList(new ArrayList<>());
  final Cancellation cancellation = new Cancellation();
  private final LanguageModel model;
  private @Nullable Verifier verifier;
  private LongSupplier clock = System::nanoTime;
  private Limits limits = Limits.NONE;
  private Budget budget = Budget.of(Limits.NONE);

  Trying(LanguageModel model) {
    this.model = model;
  }

  Trying judgedBy(@Nullable Verifier value) {
    verifier = value;
    return this;
  }

  Trying budget(String text) {
    limits = text.isEmpty() ? Limits.NONE : Limits.parse(text);
    return this;
  }

  Trying clock(LongSupplier value) {
    clock = value;
    return this;
  }

  Outcome solve(String method, Map<String, String> settings) {
    return solve(method, settings, Problem.of("6*7?"));
  }

  Outcome solve(String method, Map<String, String> settings, Problem problem) {
    return solve(strategy(method, settings), problem);
  }

  Outcome solve(Strategy strategy) {
    return solve(strategy, Problem.of("6*7?"));
  }

  private Outcome solve(Strategy strategy, Problem problem) {
    events.clear();
    budget = Budget.of(limits, clock);
    Purse purse = new Purse(budget, cancellation);
    Solver solver =
        new Solver(model, verifier, purse, new Seed(1), events::add)
            .answering(Rubric.of(problem.grading()));
    Outcome outcome = strategy.solve(problem, solver);
    solver.conclude();
    return outcome;
  }

  /// A purse without limits.
  Purse purse() {
    return new Purse(Budget.of(Limits.NONE), cancellation);
  }

  /// What the last solve was charged.
  Budget spent() {
    return budget;
  }

  static Strategy strategy(String method, Map<String, String> settings) {
    Methods.Method chosen = Methods.named(method);
    return chosen.strategy(chosen.settings(settings));
  }

  /// Judges by a function of the candidate, for nothing.
  static Verifier judge(ToDoubleFunction<Candidate> value) {
    return new Verifier() {
      @Override
      public String name() {
        return "judge";
      }

      @Override
      public List<Scores> score(Problem problem, List<Candidate> candidates, Purse purse) {
        return candidates.stream().map(it -> Scores.outcome(value.applyAsDouble(it))).toList();
      }
    };
  }
}
