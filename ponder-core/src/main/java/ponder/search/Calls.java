package ponder.search;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import ponder.core.Budget;
import ponder.core.Event;
import ponder.core.Fanout;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.ContextOverflowException;
import ponder.model.EngineException;
import ponder.model.FinishReason;
import ponder.model.LanguageModel;
import ponder.model.Listener;
import ponder.model.Request;
import ponder.search.Solver.Sample;
import ponder.search.Solver.Wave;

/// The calls of a [Solver]: each is reserved before it runs, settled after, and told to the sink.
///
/// Requests with prompts of their own run side by side, in rounds: a round is reserved in order
/// before any of it runs, as far as the budget holds it at full length. Only a request that is
/// alone in its round is shortened, since what the others leave over may yet serve it whole.
final class Calls {
  private final Solver solver;
  private final LanguageModel model;

  /// @param model what is asked: the solver's own model, or its judge
  Calls(Solver solver, LanguageModel model) {
    this.solver = solver;
    this.model = model;
  }

  /// A request to carry out.
  ///
  /// @param parent the node that its samples continue
  /// @param proposer what a sample is called in the trace, before its index
  /// @param read what to read the answer from, given the text
  /// @param counts whether a limit of samples counts it; not what only serves to come to a
  ///   candidate
  record Order(
      int parent, Request request, String proposer, UnaryOperator<String> read, boolean counts) {
    /// An order for candidates.
    static Order of(int parent, Request request, String proposer) {
      return new Order(parent, request, proposer, UnaryOperator.identity(), true);
    }

    /// An order for what is no candidate.
    static Order remark(int parent, Request request, String proposer) {
      return new Order(parent, request, proposer, UnaryOperator.identity(), false);
    }
  }

  /// An order as far as the budget grants it.
  ///
  /// @param nodes by sample
  private record Running(
      Order order, Request granted, Map<Integer, Integer> nodes, Budget.Reservation reservation) {}

  /// What came of it; without completions, that there was no room in the model's context.
  private record Result(
      @Nullable Completions completions, @Nullable ContextOverflowException overflow) {}

  /// Carries out `orders`, as far as the budget reaches.
  ///
  /// One that finds no room in the model's context has no samples, and is neither cut nor ended.
  ///
  /// @return in the orders' order
  /// @throws ContextOverflowException if there is a single one, and no room for it
  /// @throws EngineException if every sample of a round fails
  List<Wave> all(List<Order> orders) {
    List<Wave> waves = new ArrayList<>();
    boolean over = false;
    while (waves.size() < orders.size() && !over) {
      List<Wave> round = round(orders.subList(waves.size(), orders.size()), orders.size() == 1);
      over = round.isEmpty() || round.stream().anyMatch(Wave::ended);
      waves.addAll(round);
    }
    while (waves.size() < orders.size()) {
      waves.add(new Wave(List.of(), true, true));
    }
    return waves;
  }

  /// @param single whether there is nobody else who could go on after an overflow
  private List<Wave> round(List<Order> orders, boolean single) {
    List<Running> running = new ArrayList<>();
    try {
      reserve(orders, running);
      return running.isEmpty() ? List.of() : end(running, run(running, single));
    } finally {
      running.forEach(it -> it.reservation.close());
    }
  }

  private void reserve(List<Order> orders, List<Running> running) {
    for (Order order : orders) {
      Request request = order.request;
      long promptTokens =
          Double.isFinite(solver.budget().left().flops()) ? Ask.tokens(request.prompt(), model) : 0;
      Optional<Budget.Reservation> reserved =
          order.counts
              ? solver.purse().reserve(model, request.n(), request.maxTokens(), promptTokens)
              : solver.purse().reserveSteps(model, request.n(), request.maxTokens(), promptTokens);
      if (reserved.isEmpty()) {
        return;
      }
      Budget.Reservation reservation = reserved.get();
      if (reservation.clipped() && !running.isEmpty()) {
        reservation.close(); // the next round has more to give
        return;
      }
      running.add(begin(order, reservation));
      if (reservation.clipped()) {
        return;
      }
    }
  }

  private Running begin(Order order, Budget.Reservation reservation) {
    Request request = order.request;
    Request granted =
        request
            .withSamples(request.samples().subList(0, reservation.samples()))
            .withMaxTokens(reservation.maxTokens())
            .withCertainty(request.certainty() || order.counts && solver.wantsCertainty());
    Map<Integer, Integer> nodes = new HashMap<>();
    for (int sample : granted.samples()) {
      nodes.put(sample, solver.open(order.parent, order.proposer + " " + sample));
    }
    solver.asks(granted.n());
    return new Running(order, granted, nodes, reservation);
  }

  private List<Result> run(List<Running> running, boolean single) {
    AtomicLong unsettled = new AtomicLong();
    List<Supplier<Result>> work = new ArrayList<>();
    for (Running each : running) {
      Listener ear = solver.ear(each.nodes, unsettled);
      work.add(
          () -> {
            try {
              return new Result(
                  model.complete(each.granted, solver.purse().call().withListener(ear)), null);
            } catch (ContextOverflowException e) {
              if (single) {
                throw e;
              }
              return new Result(null, e);
            }
          });
    }
    return Fanout.all(work);
  }

  private List<Wave> end(List<Running> running, List<Result> results) {
    List<Wave> waves = new ArrayList<>();
    for (int i = 0; i < running.size(); i++) {
      Completions completions = results.get(i).completions;
      waves.add(
          completions == null
              ? overflown(running.get(i), results.get(i))
              : settled(running.get(i), completions));
    }
    solver.progress(0);
    requireOne(waves);
    return waves;
  }

  private Wave overflown(Running each, Result result) {
    String reason = result.overflow == null ? "" : String.valueOf(result.overflow.getMessage());
    each.nodes
        .values()
        .forEach(node -> solver.sink().accept(new Event.Pruned(node, "no room: " + reason)));
    return new Wave(List.of(), false, false);
  }

  private Wave settled(Running each, Completions completions) {
    Request granted = each.granted;
    Request asked = each.order.request;
    solver
        .purse()
        .settle(each.reservation, model, completions.usage(), each.order.counts ? granted.n() : 0);
    boolean ended = false;
    List<Sample> samples = new ArrayList<>();
    for (Completion completion : completions.completions()) {
      ended |= cutOff(completion, granted.maxTokens() < asked.maxTokens());
      samples.add(
          close(each.nodes.getOrDefault(completion.sample(), 0), completion, each.order.read));
    }
    return new Wave(samples, ended || granted.n() < asked.n(), ended);
  }

  private static boolean cutOff(Completion completion, boolean shortened) {
    return switch (completion.finish()) {
      case CANCELLED, DEADLINE -> true;
      case LENGTH -> shortened;
      case STOP, EOS, CONTEXT, ERROR -> false;
    };
  }

  private static void requireOne(List<Wave> waves) {
    List<Completion> all =
        waves.stream().flatMap(it -> it.samples().stream()).map(Sample::completion).toList();
    if (!all.isEmpty() && all.stream().allMatch(it -> it.finish() == FinishReason.ERROR)) {
      throw new EngineException("Every sample failed: " + all.getFirst().detail());
    }
  }

  private Sample close(int node, Completion completion, UnaryOperator<String> read) {
    String answer = answer(completion.finish(), read.apply(completion.text())).orElse(null);
    solver
        .sink()
        .accept(
            new Event.Closed(
                node,
                completion.text(),
                completion.tokens().size(),
                completion.sumLogprob(),
                completion.finish().json(),
                answer));
    if (completion.finish() == FinishReason.ERROR) {
      solver
          .sink()
          .accept(
              new Event.Warned(
                  "Sample %d failed: %s".formatted(completion.sample(), completion.detail())));
    }
    return new Sample(node, completion, answer);
  }

  private Optional<String> answer(FinishReason finish, String text) {
    return switch (finish) {
      case STOP, EOS -> solver.rubric().answer(text);
      case LENGTH, CONTEXT, CANCELLED, DEADLINE -> solver.rubric().marked(text);
      case ERROR -> Optional.empty();
    };
  }
}
