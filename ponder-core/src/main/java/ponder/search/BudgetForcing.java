package ponder.search;

import java.util.ArrayList;
import java.util.List;
import ponder.core.Compute;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.model.LanguageModel;
import ponder.model.Request;
import ponder.model.Tokens;
import ponder.search.Methods.Parameter;
import ponder.search.ThinkingTrace.End;

/// Thinks as long as it is told to, then answers (Muennighoff et al. 2025, "s1: Simple test-time
/// scaling", section 3.1).
///
/// The thoughts are generated apart from the answer, so they can be **cut** when they reach a cap:
/// then the closing marker and `Final Answer:` follow, whatever the model was about to say. And
/// they can be **stretched**: when the model wants to end them, its stop is thrown away and `Wait`
/// put in its place, a number of times or up to a minimum of tokens. The cap always wins. Thoughts
/// that the model ends itself are followed by the closing marker alone.
///
/// What becomes of odd cases:
/// - A model that never ends its thoughts, as one may that knows no markers, thinks up to the cap
///   and is made to answer.
/// - The budget gives to the answer first (see [ThinkingRoom]). When it, a deadline or the user
///   ends the thoughts, the answer is still asked for with what is left, and the outcome is marked.
///   If nothing is left, the answer is the one that the thoughts mark, if any.
/// - Thoughts that go round in circles after a wait are cut (see [ThinkingLoop]).
/// - When the engine's memory cannot hold more, the thoughts give their last tokens back, so that
///   the answer has room.
///
/// Departs from the paper's evaluation, which gives each round the whole cap and cuts afterwards: a
/// round has what is left of the cap. The traces are the same, but thoughts that would end right at
/// the cap count as cut.
///
/// One candidate; its score is the geometric mean of the probabilities of all generated tokens.
///
/// @param setup prompt, markers, sampling and room
/// @param thinkBudget the cap, in tokens of the trace with the waits; [ThinkingSetup#AUTO] for all
///   that leaves the answer its reserve
/// @param waits how many stops are ignored
/// @param waitText what takes their place; may be empty
/// @param minThink stops are ignored while the trace has fewer tokens
/// @param loopGuard length of the token sequences by which a loop is told; 0 for no guard
record BudgetForcing(
    ThinkingSetup setup, int thinkBudget, int waits, String waitText, int minThink, int loopGuard)
    implements Strategy {
  static final String NAME = "budget-forcing";

  private static final int MOST_WAITS = 1000;
  private static final int MOST_TOKENS = 1 << 20;

  static final List<Parameter> PARAMETERS =
      Parameters.concat(
          List.of(
              new Parameter("think-budget", "auto", "most tokens of thoughts"),
              new Parameter("wait", "0", "how often the end of thoughts is ignored"),
              new Parameter("wait-text", "Wait", "what takes the end's place"),
              new Parameter("min-think", "0", "the end is ignored before this many tokens"),
              new Parameter("loop-guard", "8", "cut repeats of this many tokens; 0 is off")),
          ThinkingSetup.parameters(0));

  static BudgetForcing of(Settings settings) {
    return new BudgetForcing(
        ThinkingSetup.of(settings),
        ThinkingSetup.integerOrAuto("think-budget", settings),
        settings.integer("wait", 0, MOST_WAITS),
        settings.text("wait-text"),
        settings.integer("min-think", 0, MOST_TOKENS),
        settings.integer("loop-guard", 0, MOST_WAITS));
  }

  @Override
  public Outcome solve(Problem problem, Solver solver) {
    Thinking thinking = Thinking.open(NAME, setup, problem, solver.model());
    Compute compute = solver.model().info().compute();
    Limits left = solver.budget().left();
    ThinkingRoom room = ThinkingRoom.of(setup, thinkBudget, thinking, left, compute);
    solver.expect(waits + 2);
    Solver thinker = solver.part("thinking", 0, room.share(left, compute));
    ThinkingTrace trace = force(thinking, room, thinker);
    ThinkingAnswer answer = ThinkingAnswer.ask(thinking, trace, room, solver);
    return answer.outcome(List.of(answer.attempt()), trace.why(), trace.end() == End.CUT);
  }

  /// The paper's state machine up to the answer.
  private ThinkingTrace force(Thinking thinking, ThinkingRoom limits, Solver solver) {
    ThinkingTrace trace = new ThinkingTrace(thinking, solver.root());
    Tokens wait = thinking.encode(waitText);
    int minTokens = waits > 0 || minThink > 0 ? 1 : 0;
    int news = 0;
    for (int round = 0; ; round++) {
      int room = limits.thoughts() - trace.size(); // 1. what is left of the cap
      if (room <= 0) {
        trace.end(End.LENGTH);
        break;
      }
      int before = trace.size();
      long seed = solver.seed().split("round", round).value();
      Request request = thinking.thoughts(trace.tokens(), room, seed).withMinTokens(minTokens);
      trace.add(solver.sample(trace.node(), request)); // 2. think on, up to a stop or the cap
      if (trace.end().forced()) { // 3. there was no stop
        break;
      }
      if (round >= waits && trace.size() >= minThink) { // 4. the stop is allowed
        break;
      }
      if (trace.size() == before && wait.isEmpty()) { // no token would differ the next time
        break;
      }
      if (round > 0 && loopGuard > 0 && ThinkingLoop.repeats(trace.tokens(), news, loopGuard)) {
        trace.end(End.LOOP);
        break;
      }
      news = trace.size();
      trace.goOn(wait); // 5. the stop is thrown away
    }
    trace.cutTo(limits.thoughts()); // 6. the last wait may reach over the cap
    if (trace.end() == End.CONTEXT) {
      trace.cutTo(trace.size() - limits.kept() - thinking.longestClosing());
    }
    return trace;
  }

  /// Counts a round for each wait. A minimum of tokens may take more rounds, but no more tokens.
  @Override
  public Plan plan(Problem problem, LanguageModel model) {
    Thinking thinking = Thinking.open(NAME, setup, problem, model);
    ThinkingRoom room = ThinkingRoom.of(setup, thinkBudget, thinking, Limits.NONE, Compute.UNKNOWN);
    int context = thinking.context().size();
    int rounds = waits + 1;
    // All rounds share the cap; a stop needs its own token.
    int perRound = Math.ceilDiv(room.thoughts(), rounds) + 1;
    List<Stage> stages = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      stages.add(new Stage(1, context, 1, perRound, round));
    }
    int closed = context + thinking.longestClosing();
    stages.add(new Stage(1, closed, 1, room.answer(room.thoughts()), rounds));
    return new Plan(stages, 0);
  }
}
