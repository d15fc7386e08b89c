package ponder.search;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import ponder.core.Budget;
import ponder.core.Event;
import ponder.core.Fanout;
import ponder.core.Problem;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.ContextOverflowException;
import ponder.model.EngineException;
import ponder.model.FinishReason;
import ponder.model.Listener;
import ponder.model.Request;
import ponder.search.tree.End;
import ponder.search.tree.Node;

/// Writes the steps of a wave.
///
/// A wave runs in rounds. A round reserves for as many drafts as the budget can hold at their full
/// length, in their order and before any of them runs; then it runs them side by side, one call for
/// all drafts that begin at the same node, and reads what came in their order. What a round did not
/// use is there for the next, and only a draft that would be alone in its round is shortened. So
/// what comes out depends neither on threads nor on which call is faster, and a step is cut only
/// when really nothing else is left.
///
/// A server that hides its tokens does not tell beforehand whether a path still fits into its
/// model's context. Where it refuses one, that path ends; the others go on.
///
/// Used by one thread.
final class StepSampler {
  private final StepSetup setup;
  private final StepPrompt prompt;
  private final BooleanSupplier found;
  private Solver solver;
  private boolean over;
  private boolean heard;
  private boolean solved;

  /// @param found whether the search has a solution
  StepSampler(StepSetup setup, Problem problem, BooleanSupplier found, Solver solver) {
    this.setup = setup;
    this.found = found;
    this.solver = solver;
    prompt = new StepPrompt(setup, problem, solver.model());
  }

  StepPrompt prompt() {
    return prompt;
  }

  /// Whether the budget, a deadline, the user or a model that failed ended a wave.
  boolean over() {
    return over;
  }

  /// Goes on with another budget.
  void payFrom(Solver other) {
    solver = other;
    over = false;
  }

  /// Writes all `drafts` to their ends, as far as the budget reaches; those that it did not reach
  /// at all are not begun.
  ///
  /// @throws EngineException if all of a round fails and there is no solution; with one, a warning
  ///   tells it, and the wave is over
  /// @throws ContextOverflowException if no prompt of a round fits into the model's context, and
  ///   nothing was ever heard
  void write(List<Draft> drafts) {
    solved = false;
    drafts.stream().filter(it -> room(it) < 1).forEach(it -> it.end(End.TRUNCATED));
    List<Draft> open = drafts.stream().filter(it -> !it.done()).toList();
    while (!open.isEmpty() && !over) {
      round(open);
      open.stream().filter(it -> !it.done() && room(it) < 1).forEach(it -> it.end(End.TRUNCATED));
      open = open.stream().filter(it -> !it.done()).toList();
    }
    open.stream().filter(it -> it.parts() > 0).forEach(it -> it.end(End.CUT));
    drafts.stream().filter(it -> it.node() >= 0).forEach(this::close);
    solver.progress(0);
  }

  /// Most tokens that the next part of `draft` may have.
  private int room(Draft draft) {
    long before = draft.parent().path().generated();
    long written = draft.step().generated();
    long ofSolution = setup.ask().maxTokens() - before - written;
    long ofStep = draft.whole() ? ofSolution : setup.stepTokens() - written;
    int ofModel = prompt.room(draft.parent().path(), draft.step());
    return (int) Math.min(Math.min(ofStep, ofSolution), ofModel);
  }

  /// One call of a round.
  ///
  /// @param drafts by sample index
  /// @param shortened whether its samples may be shorter than they should
  private record Job(
      Request request,
      Map<Integer, Draft> drafts,
      Budget.Reservation reservation,
      boolean shortened) {}

  private void round(List<Draft> open) {
    List<Job> jobs = new ArrayList<>();
    try {
      reserve(open, jobs);
      over = jobs.isEmpty();
      run(jobs);
    } finally {
      jobs.forEach(job -> job.reservation.close());
    }
  }

  private void reserve(List<Draft> open, List<Job> jobs) {
    for (List<Draft> group : groups(open)) {
      Draft first = group.getFirst();
      int wanted = room(first);
      Optional<Budget.Reservation> reserved =
          solver.purse().reserveSteps(solver.model(), group.size(), wanted, computed(first));
      if (reserved.isEmpty()) {
        return;
      }
      Budget.Reservation reservation = reserved.get();
      boolean shortened = reservation.maxTokens() < wanted;
      if (shortened && !jobs.isEmpty()) {
        reservation.close(); // the next round has more to give
        return;
      }
      jobs.add(job(group.subList(0, reservation.samples()), reservation, shortened));
      if (reservation.clipped()) {
        return;
      }
    }
  }

  /// Drafts that begin at the same node share a prompt and so a call; parts that follow have
  /// prompts of their own.
  private static List<List<Draft>> groups(List<Draft> drafts) {
    Map<Object, List<Draft>> groups = new LinkedHashMap<>();
    for (Draft draft : drafts) {
      Object key =
          draft.parts() > 0 ? draft : List.of(draft.parent(), draft.whole(), draft.sampling());
      groups.computeIfAbsent(key, it -> new ArrayList<>()).add(draft);
    }
    return List.copyOf(groups.values());
  }

  /// Prompt tokens that the cache will not have.
  private long computed(Draft draft) {
    Node parent = draft.parent();
    if (draft.parts() > 0 || parent.depth() > 0) {
      return 1;
    }
    return prompt.length();
  }

  private Job job(List<Draft> drafts, Budget.Reservation reservation, boolean shortened) {
    Draft first = drafts.getFirst();
    Map<Integer, Draft> bySample = new LinkedHashMap<>();
    boolean begun = first.parts() > 0;
    for (Draft draft : drafts) {
      bySample.put(begun ? 0 : draft.index(), draft);
      if (draft.node() < 0) {
        draft.begin(
            solver.open(draft.parent().id(), "%s %d".formatted(draft.proposer(), draft.index())));
      }
    }
    long seed =
        begun
            ? first
                .parent()
                .seed()
                .split("step", first.index())
                .split("part", first.parts())
                .value()
            : first.parent().seed().value();
    Request request =
        prompt
            .request(first.path(), first.whole(), first.sampling(), reservation.maxTokens())
            .withSamples(List.copyOf(bySample.keySet()))
            .withCertainty(solver.wantsCertainty())
            .withSeed(seed);
    return new Job(request, bySample, reservation, shortened);
  }

  /// What came of a job: completions, or that there was no room for its prompt.
  private record Result(
      @Nullable Completions completions, @Nullable ContextOverflowException overflow) {}

  private void run(List<Job> jobs) {
    AtomicLong unsettled = new AtomicLong();
    List<Supplier<Result>> work = new ArrayList<>();
    for (Job job : jobs) {
      solver.asks(job.drafts.size());
      Map<Integer, Integer> nodes = new HashMap<>();
      job.drafts.forEach((sample, draft) -> nodes.put(sample, draft.node()));
      Listener ear = solver.ear(nodes, unsettled);
      work.add(() -> ask(job, ear));
    }
    List<Result> results = work.isEmpty() ? List.of() : Fanout.all(work);
    List<Completion> all = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      Completions completions = results.get(i).completions;
      if (completions == null) {
        jobs.get(i).drafts.values().forEach(Draft::overflow);
      } else {
        read(jobs.get(i), completions);
        all.addAll(completions.completions());
      }
    }
    requireOne(all);
    requireHeard(results);
  }

  private Result ask(Job job, Listener ear) {
    try {
      return new Result(
          solver.model().complete(job.request, solver.purse().call().withListener(ear)), null);
    } catch (ContextOverflowException e) {
      return new Result(null, e);
    }
  }

  private void read(Job job, Completions completions) {
    int ended = 0;
    for (Completion completion : completions.completions()) {
      Draft draft = job.drafts.get(completion.sample());
      if (draft == null) {
        throw new EngineException(
            "The model gave sample %d, which is not among %s."
                .formatted(completion.sample(), job.request.samples()));
      }
      draft.add(completion, prompt, job.shortened);
      ended += draft.done() && draft.step().end() != null && draft.step().end().solved() ? 1 : 0;
      over |= draft.step().end() == End.CUT;
      if (completion.finish() == FinishReason.ERROR) {
        solver
            .sink()
            .accept(
                new Event.Warned(
                    "%s %d failed: %s"
                        .formatted(draft.proposer(), draft.index(), completion.detail())));
      }
    }
    solver.purse().settle(job.reservation, solver.model(), completions.usage(), ended);
    solved |= ended > 0;
  }

  private void requireOne(List<Completion> all) {
    if (all.isEmpty() || all.stream().anyMatch(it -> it.finish() != FinishReason.ERROR)) {
      heard |= !all.isEmpty();
      return;
    }
    String message =
        "Every step failed: "
            + all.stream().map(Completion::detail).distinct().collect(Collectors.joining("; "));
    if (!solved && !found.getAsBoolean()) {
      throw new EngineException(message);
    }
    solver.sink().accept(new Event.Warned(message));
    over = true;
  }

  private void requireHeard(List<Result> results) {
    for (Result result : results) {
      if (!heard && result.overflow != null) {
        throw result.overflow;
      }
    }
  }

  private void close(Draft draft) {
    solver
        .sink()
        .accept(
            new Event.Closed(
                draft.node(),
                draft.step().text(),
                draft.step().generated(),
                draft.step().sumLogprob(),
                draft.finish(),
                draft.step().answer()));
  }
}
