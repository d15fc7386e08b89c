package ponder.search;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import ponder.model.ContextOverflowException;
import ponder.model.EngineException;
import ponder.model.LanguageModel;
import ponder.model.Request;

/// Asks a model several requests of many samples side by side, as far as a budget reaches.
///
/// All of them go into one fan-out ([Calls]). Where the budget cannot hold all at full length, the
/// rest follows from what the first ones did not use, until not one more sample can be paid. The
/// samples are parts of solutions, so a limit of samples is not touched. A request that does not
/// fit into the model's context brings nothing. Used by one thread.
final class Fan {
  private final LanguageModel model;
  private Solver solver;
  private boolean over;
  private boolean heard;
  private @Nullable EngineException failure;

  Fan(LanguageModel model, Solver solver) {
    this.model = model;
    this.solver = solver;
  }

  /// A request whose samples become children of a node.
  ///
  /// @param proposer for the trace
  record Query(int parent, String proposer, Request request) {}

  /// Whether the budget, a deadline, the user or a failure ended it.
  boolean over() {
    return over;
  }

  /// What the model failed with after it was heard; null if it did not.
  @Nullable EngineException failure() {
    return failure;
  }

  /// Goes on with another budget.
  void payFrom(Solver other) {
    solver = other;
  }

  /// A query under way.
  private static final class Open {
    private final Query query;
    private final List<Solver.Sample> samples = new ArrayList<>();
    private List<Integer> waiting;

    private Open(Query query) {
      this.query = query;
      waiting = query.request.samples();
    }

    private Calls.Order order() {
      return new Calls.Order(
          query.parent,
          query.request.withSamples(waiting),
          query.proposer,
          UnaryOperator.identity(),
          false);
    }

    private void take(Solver.Wave wave) {
      samples.addAll(wave.samples());
      int taken = wave.cut() ? wave.samples().size() : waiting.size();
      waiting = waiting.subList(taken, waiting.size());
    }
  }

  /// What each of `queries` brings, in their order and each in index order; fewer samples than
  /// asked for where the budget ends, or where the model fails after it was heard.
  ///
  /// @throws EngineException if the model fails, or every sample of a round, and nothing was ever
  ///   heard
  /// @throws ContextOverflowException if there is a single query, it does not fit, and nothing was
  ///   ever heard
  List<List<Solver.Sample>> ask(List<Query> queries) {
    List<Open> all = queries.stream().map(Open::new).toList();
    List<Open> open = all;
    while (!open.isEmpty() && !over) {
      round(open);
      open = open.stream().filter(it -> !it.waiting.isEmpty()).toList();
    }
    return all.stream().map(it -> List.copyOf(it.samples)).toList();
  }

  private void round(List<Open> open) {
    List<Solver.Wave> waves;
    try {
      waves = new Calls(solver, model).all(open.stream().map(Open::order).toList());
    } catch (ContextOverflowException e) {
      if (!heard) {
        throw e;
      }
      open.getFirst().waiting = List.of();
      return;
    } catch (EngineException e) {
      if (!heard) {
        throw e;
      }
      failure = e;
      over = true;
      return;
    }
    for (int i = 0; i < open.size(); i++) {
      open.get(i).take(waves.get(i));
      over |= waves.get(i).ended();
      heard |= !waves.get(i).samples().isEmpty();
    }
  }
}
