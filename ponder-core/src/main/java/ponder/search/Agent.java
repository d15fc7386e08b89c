package ponder.search;

import java.util.List;
import ponder.core.Event;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.model.ContextOverflowException;
import ponder.model.LanguageModel;
import ponder.model.Sampling;
import ponder.search.Methods.Parameter;
import ponder.verify.Candidate;
import ponder.verify.Steps;

/// Plans, works the plan's parts out with tools, has the work reviewed, and composes the solution
/// (the agent workflow of Wu et al. 2024, "A Comparative Study on Reasoning Patterns of OpenAI's o1
/// Model", section 3).
///
/// The graph is fixed: plan, then each sub-task, then the review, which may send back to a sub-task
/// a number of times, then the answer. Every edge is a node of the trace. All roles are the same
/// model under other instructions; what each sees is written in [AgentWork].
///
/// The answer comes first: of a limited budget as much is kept back as one answer may take, of
/// seconds and FLOPs a quarter. So a budget that holds one answer gives what asking alone gives,
/// and whatever ends the work early, the answer is composed from what there is. If not even that
/// can be had, the answer is the one that the work marks, if any.
///
/// What cannot be read is told as a warning and does no further harm: without a plan the whole
/// problem is the only sub-task, and without a verdict the work is approved. So are calls that
/// failed.
///
/// One candidate, whose tokens are those of the composed solution; its score is the geometric mean
/// of their probabilities. A limit of samples counts it alone.
///
/// Departs from the paper: it leaves its prompts, tools and limits open; these are ours.
///
/// @param ask how the problem is put at the end
/// @param sampling how all texts are drawn
/// @param planner the planner's system turn
/// @param limits how far the work may go
/// @param tools what sub-tasks may use
record Agent(Ask ask, Sampling sampling, Wording planner, Bounds limits, Instruments tools)
    implements Strategy {
  static final String NAME = "agent";

  private static final double KEPT = 0.25;

  static final List<Parameter> PARAMETERS =
      Parameters.concat(
          List.of(
              new Parameter("tasks", "5", "most sub-tasks of a plan"),
              new Parameter("tool-calls", "3", "most calls of tools in a sub-task"),
              new Parameter("reviews", "2", "how often work may be sent back"),
              new Parameter("work-tokens", "512", "most tokens of plan, sub-task or review"),
              new Parameter("tools", "calculator", "names between commas, or none"),
              new Parameter("planner", Parameters.BUILT_IN, "system turn of the planner")),
          Parameters.sampling(0),
          Parameters.ask());

  /// How far the work may go.
  ///
  /// @param tasks most sub-tasks
  /// @param calls most calls of tools in each
  /// @param reviews how often work may be sent back
  /// @param tokens most generated tokens of a plan, a sub-task or a review
  record Bounds(int tasks, int calls, int reviews, int tokens) {}

  static Agent of(Settings settings) {
    Instruments tools = Instruments.named(settings.text("tools"));
    int calls = settings.integer("tool-calls", 0, 100);
    return new Agent(
        Parameters.ask(settings),
        Parameters.sampling(settings),
        Parameters.wording(settings.text("planner"), Phrase.PLANNER),
        new Bounds(
            settings.integer("tasks", 1, 100),
            calls,
            settings.integer("reviews", 0, 100),
            settings.integer("work-tokens", 1, 1 << 20)),
        calls == 0 ? Instruments.NONE : tools);
  }

  @Override
  public Outcome solve(Problem problem, Solver solver) {
    Limits left = solver.budget().left();
    if (left.samples() < 1 || solver.budget().exhausted()) {
      return Outcome.nothing();
    }
    AgentWork work =
        new AgentWork(this, problem, left.none() ? solver : solver.within(forWork(left)));
    work.run();
    Solver.Wave wave = compose(problem, work, solver);
    if (wave.samples().isEmpty() && work.text().isBlank()) {
      return Outcome.nothing();
    }
    Attempt attempt =
        wave.samples().isEmpty() ? leftOver(work, solver) : wave.samples().getFirst().attempt();
    double[] score = {Math.clamp(Math.exp(attempt.meanLogprob()), 0, 1)};
    return Outcome.of(attempt, List.of(attempt), score, work.why(), work.cut() || wave.cut());
  }

  /// What is left without what is kept back for the answer.
  private Limits forWork(Limits left) {
    return new Limits(
        left.tokens() == Limits.UNLIMITED
            ? left.tokens()
            : Math.max(0, left.tokens() - ask.maxTokens()),
        left.calls() == Limits.UNLIMITED ? left.calls() : left.calls() - 1,
        left.samples(),
        left.seconds() * (1 - KEPT),
        left.flops() * (1 - KEPT));
  }

  /// Work that leaves no room for an answer in the model's context is left out.
  private Solver.Wave compose(Problem problem, AgentWork work, Solver solver) {
    Problem noted = work.noted();
    try {
      return solver.sample(
          work.node(), ask.request(noted, solver.model(), sampling, solver.seed().value()));
    } catch (ContextOverflowException e) {
      if (noted.equals(problem)) {
        throw e;
      }
      solver.sink().accept(new Event.Warned("The work was left out: " + e.getMessage()));
      return solver.sample(
          work.node(), ask.request(problem, solver.model(), sampling, solver.seed().value()));
    }
  }

  /// What there is when no answer could be composed.
  private static Attempt leftOver(AgentWork work, Solver solver) {
    String text = work.text();
    return new Attempt(
        work.node(),
        new Candidate(
            text,
            Steps.split(text),
            solver.rubric().marked(text).orElse(null),
            work.tokens(),
            work.sumLogprob(),
            Double.NaN));
  }

  /// As if every sub-task used all its calls, and every review sent everything back. Results of
  /// tools are counted at their longest, a token a character.
  @Override
  public Plan plan(Problem problem, LanguageModel model) {
    AgentPrompts prompts = new AgentPrompts(this, problem);
    long tasks = limits.tasks();
    long reviews = limits.reviews();
    long worked = (reviews + 1) * tasks;
    long calls = worked * (limits.calls() + 1L);
    long results = tasks * limits.calls() * Instruments.LONGEST;
    long each = prompts.execute("", List.of(), "").length(model) + results;
    long review = prompts.review(List.of()).length(model) + results;
    long last = Ask.tokens(ask.prompt(prompts.noted(List.of()), model), model) + results;
    // A prompt repeats the plan and the results of all sub-tasks at most.
    long repeated = tasks + 2;
    int most = limits.tokens();
    Plan plan = Plan.of(new Stage(1, prompts.plan().length(model), 1, most));
    plan = plan.then(Plan.of(new Stage(calls, calls * each, worked, most, calls * repeated)));
    if (reviews > 0) {
      plan =
          plan.then(
              Plan.of(new Stage(reviews, reviews * review, reviews, most, reviews * repeated)));
    }
    return plan.then(Plan.of(new Stage(1, last, 1, ask.maxTokens(), repeated)));
  }
}
