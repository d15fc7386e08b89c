package ponder.search;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import ponder.core.Compute;
import ponder.core.Event;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.model.LanguageModel;
import ponder.model.Request;
import ponder.model.Tokens;
import ponder.search.Methods.Parameter;
import ponder.search.ThinkingTrace.End;

/// Samples thoughts until they are short enough by themselves, then answers (Muennighoff et al.
/// 2025, "s1: Simple test-time scaling", section 5.2).
///
/// The baseline that budget forcing is compared with: the length is kept to by choosing among what
/// the model does, not by making it do otherwise. Short thoughts are those of easy problems and of
/// early mistakes, and small limits take hundreds of tries.
///
/// Each try is a sample of its own index, stopped one token beyond the limit; of a wave that holds
/// several short enough, the one with the least index counts.
///
/// Departs from the paper: tries are limited. If none is short enough, or the budget ends before,
/// the first one that is long enough is cut at the limit and made to answer as in [BudgetForcing];
/// the outcome's `why` says so, and a comparison of methods should count it as a failure.
///
/// Every try is a candidate; its score is the geometric mean of its tokens' probabilities.
///
/// @param setup prompt, markers, sampling and room
/// @param limit most tokens of thoughts
/// @param tries most samples of thoughts
/// @param wave samples asked for at once; the answer does not depend on it, the cost does
record RejectionSampling(ThinkingSetup setup, int limit, int tries, int wave) implements Strategy {
  static final String NAME = "rejection-sampling";

  static final List<Parameter> PARAMETERS =
      Parameters.concat(
          List.of(
              new Parameter("limit", "1024", "most tokens of thoughts"),
              new Parameter("tries", "16", "samples of thoughts before giving up"),
              new Parameter("wave", "4", "samples asked for at once")),
          ThinkingSetup.parameters(1));

  static RejectionSampling of(Settings settings) {
    return new RejectionSampling(
        ThinkingSetup.of(settings),
        settings.integer("limit", 1, 1 << 20),
        settings.integer("tries", 1, 100_000),
        settings.integer("wave", 1, 1024));
  }

  @Override
  public Outcome solve(Problem problem, Solver solver) {
    Thinking thinking = Thinking.open(NAME, setup, problem, solver.model());
    Compute compute = solver.model().info().compute();
    Limits left = solver.budget().left();
    ThinkingRoom room = ThinkingRoom.of(setup, limit, thinking, left, compute);
    solver.expect(tries + 1L);
    Solver thinker = solver.part("thinking", 0, room.share(left, compute));
    List<ThinkingTrace> tried = new ArrayList<>();
    boolean cut = false;
    while (!cut && tried.size() < tries && accepted(tried, room) < 0) {
      cut = tryWave(tried, thinking, room, thinker);
    }
    return answer(tried, cut, thinking, room, solver);
  }

  /// Adds the next wave; whether it came out smaller than asked for.
  private boolean tryWave(
      List<ThinkingTrace> tried, Thinking thinking, ThinkingRoom room, Solver solver) {
    int first = tried.size();
    List<Integer> indices = IntStream.range(first, Math.min(tries, first + wave)).boxed().toList();
    // One token more than the limit tells that thoughts are too long; a stop needs its own room.
    int most = room.thoughts() + thinking.stopTokens();
    Request request = thinking.thoughts(Tokens.of(), most, solver.seed().value());
    Solver.Wave sampled = solver.sample(request.withSamples(indices));
    for (Solver.Sample sample : sampled.samples()) {
      ThinkingTrace trace = new ThinkingTrace(thinking, solver.root());
      trace.add(sample, sample.completion().tokens().size() < most);
      tried.add(trace);
    }
    return sampled.cut();
  }

  /// The first try that is short enough; -1 if none is.
  private static int accepted(List<ThinkingTrace> tried, ThinkingRoom room) {
    return IntStream.range(0, tried.size())
        .filter(i -> shortEnough(tried.get(i), room))
        .findFirst()
        .orElse(-1);
  }

  private static boolean shortEnough(ThinkingTrace trace, ThinkingRoom room) {
    return !trace.end().forced() && trace.size() <= room.thoughts();
  }

  private Outcome answer(
      List<ThinkingTrace> tried, boolean cut, Thinking thinking, ThinkingRoom room, Solver solver) {
    int accepted = accepted(tried, room);
    if (tried.isEmpty()) {
      tried.add(new ThinkingTrace(thinking, solver.root()));
    }
    int chosen = accepted < 0 ? longEnough(tried) : accepted;
    ThinkingTrace trace = tried.get(chosen);
    String why =
        "try %d of %d thought at most %d tokens"
            .formatted(accepted + 1, tried.size(), room.thoughts());
    if (accepted < 0) {
      trace.end(cut ? End.CUT : End.LENGTH);
      trace.cutTo(room.thoughts());
      why =
          "no try of %d thought at most %d tokens, try %d was cut"
              .formatted(tried.size(), room.thoughts(), chosen + 1);
    }
    prune(tried, chosen, room, solver);
    ThinkingAnswer answer = ThinkingAnswer.ask(thinking, trace, room, solver);
    List<Attempt> attempts = new ArrayList<>();
    for (ThinkingTrace other : tried) {
      attempts.add(other == trace ? answer.attempt() : other.attempt(null, null));
    }
    return answer.outcome(attempts, why + ": " + trace.why(), accepted < 0 && cut);
  }

  /// The first try that was not ended from outside, else the first.
  private static int longEnough(List<ThinkingTrace> tried) {
    return IntStream.range(0, tried.size())
        .filter(i -> tried.get(i).end() != End.CUT)
        .findFirst()
        .orElse(0);
  }

  private static void prune(
      List<ThinkingTrace> tried, int chosen, ThinkingRoom room, Solver solver) {
    for (int i = 0; i < tried.size(); i++) {
      ThinkingTrace trace = tried.get(i);
      if (i != chosen) {
        String reason =
            shortEnough(trace, room)
                ? "an earlier try was short enough"
                : trace.end() == End.CUT
                    ? "ended from outside"
                    : "longer than " + room.thoughts() + " tokens";
        solver.sink().accept(new Event.Pruned(trace.node(), reason));
      }
    }
  }

  /// As if no try was short enough before the last.
  @Override
  public Plan plan(Problem problem, LanguageModel model) {
    Thinking thinking = Thinking.open(NAME, setup, problem, model);
    ThinkingRoom room = ThinkingRoom.of(setup, limit, thinking, Limits.NONE, Compute.UNKNOWN);
    int context = thinking.context().size();
    int calls = Math.ceilDiv(tries, wave);
    int each = room.thoughts() + thinking.stopTokens();
    int closed = context + thinking.longestClosing();
    Stage thoughts = new Stage(calls, (long) calls * context, tries, each);
    Stage answer = new Stage(1, closed, 1, room.answer(room.thoughts()), 1);
    return new Plan(List.of(thoughts, answer), 0);
  }
}
