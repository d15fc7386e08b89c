package ponder.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import ponder.core.Event;
import ponder.core.Problem;
import ponder.model.ContextOverflowException;
import ponder.model.LanguageModel;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.search.Ask.Turn;
import ponder.search.Methods.Parameter;
import ponder.verify.Verifier;

/// Writes a solution, says what is wrong with it, and writes it anew, until there is nothing to say
/// (Madaan et al. 2023, "Self-Refine: Iterative Refinement with Self-Feedback", algorithm 1).
///
/// Feedback sees the question and the last solution; the next solution sees the question and the
/// whole history of solutions and feedback, of which the oldest are left out where they do not fit
/// into the model's context. It ends after a number of rounds, when the feedback holds the words
/// that it was asked to say if nothing has to change, and when a solution repeats the one before.
/// Empty feedback ends it as well, and is told as a fault.
///
/// The last solution that holds an answer wins. Refining makes right answers wrong as well, so if a
/// verifier is chosen, it picks the best of all rounds instead.
///
/// Departs from the paper: our own instructions instead of worked examples for each task. A
/// candidate's tokens are those of its own text; what the feedback took is in the spend. A limit of
/// samples counts solutions, not feedback.
///
/// @param ask how the problem is put
/// @param sampling how solutions and feedback are drawn
/// @param rounds most refinements
/// @param feedbackTokens most generated tokens of each feedback
/// @param stop the words with which feedback says that nothing has to change; null for ours
record SelfRefine(Ask ask, Sampling sampling, int rounds, int feedbackTokens, @Nullable String stop)
    implements Strategy {
  static final String NAME = "self-refine";

  /// A solution and its feedback.
  private static final int PAIR = 2;

  static final List<Parameter> PARAMETERS =
      Parameters.concat(
          List.of(
              new Parameter("rounds", "4", "most refinements"),
              new Parameter("feedback-tokens", "512", "most tokens of a feedback"),
              new Parameter("stop-text", Parameters.BUILT_IN, "feedback with it ends: or text")),
          Parameters.sampling(0.7),
          Parameters.ask());

  static SelfRefine of(Settings settings) {
    String stop = settings.text("stop-text").strip();
    if (stop.isEmpty()) {
      throw new IllegalArgumentException(
          "stop-text () must not be empty. Maybe %s was meant.".formatted(Parameters.BUILT_IN));
    }
    return new SelfRefine(
        Parameters.ask(settings),
        Parameters.sampling(settings),
        settings.integer("rounds", 1, 1000),
        settings.integer("feedback-tokens", 1, 1 << 20),
        stop.equals(Parameters.BUILT_IN) ? null : stop);
  }

  /// What has come of it so far. Owned by the thread that solves.
  private static final class Story {
    private final List<Attempt> attempts = new ArrayList<>();
    private final List<Turn> turns = new ArrayList<>();
    private String said = "";
    private boolean cut;
    private String end = "";

    private void add(Solver.Wave wave) {
      Attempt attempt = wave.samples().getFirst().attempt();
      attempts.add(attempt);
      said = Outcome.spoken(attempt.candidate().text());
      cut = wave.ended();
    }

    private void cut() {
      cut = true;
    }
  }

  @Override
  public Outcome solve(Problem problem, Solver solver) {
    Solver writing = Holdback.before(problem, this, solver);
    writing.expect(1 + 2L * rounds);
    Solver.Wave first =
        writing.sample(ask.request(problem, writing.model(), sampling, writing.seed().value()));
    if (first.samples().isEmpty()) {
      return Outcome.nothing();
    }
    Story story = new Story();
    story.add(first);
    try {
      for (int round = 1; round <= rounds && !story.cut && story.end.isEmpty(); round++) {
        refine(problem, round, story, writing);
      }
    } catch (ContextOverflowException e) {
      story.end = "no room was left in the model's context";
      solver.sink().accept(new Event.Warned("Refining ended: " + e.getMessage()));
    }
    return decide(problem, story, solver);
  }

  private void refine(Problem problem, int round, Story story, Solver solver) {
    Language in = ask.languageOf(problem);
    Turn criticised = criticised(story.said, in);
    Solver.Wave feedback =
        solver.remark(
            story.attempts.getLast().node(),
            feedback(problem, solver.model(), criticised)
                .withSamples(List.of(round - 1))
                .withSeed(solver.seed().split("feedback", 0).value()),
            "feedback");
    if (feedback.samples().isEmpty() || feedback.ended()) {
      story.cut();
      return;
    }
    Solver.Sample remark = feedback.samples().getFirst();
    String words = Outcome.spoken(remark.completion().text());
    if (words.isBlank()) {
      story.end = "feedback %d was empty".formatted(round);
      solver.sink().accept(new Event.Warned("Refining ended: " + story.end + "."));
      return;
    }
    if (plain(words).contains(plain(stop(in)))) {
      story.end = "feedback %d asked for no change".formatted(round);
      return;
    }
    story.turns.add(criticised);
    story.turns.add(new Turn(words, Phrase.REFINE.in(in)));
    LanguageModel model = solver.model();
    List<Turn> turns = ask.latest(problem, model, story.turns, Long.MAX_VALUE, PAIR);
    String before = story.said;
    Solver.Wave wave =
        solver.sample(
            remark.node(),
            ask.request(problem, model, turns, sampling)
                .withSamples(List.of(round))
                .withSeed(solver.seed().value()));
    if (wave.samples().isEmpty()) {
      story.cut();
      return;
    }
    story.add(wave);
    if (!story.cut && StepGrower.normal(before).equals(StepGrower.normal(story.said))) {
      story.end = "solution %d repeats the one before".formatted(round + 1);
    }
  }

  private Turn criticised(String said, Language in) {
    return new Turn(said, Phrase.CRITIQUE.in(in).formatted(stop(in)));
  }

  private String stop(Language in) {
    return stop == null ? Phrase.NO_CHANGE.in(in) : stop;
  }

  private Request feedback(Problem problem, LanguageModel model, Turn criticised) {
    return ask.request(problem, model, List.of(criticised), sampling).withMaxTokens(feedbackTokens);
  }

  private static String plain(String text) {
    return StepGrower.normal(text).toLowerCase(Locale.ROOT);
  }

  private Outcome decide(Problem problem, Story story, Solver solver) {
    List<Attempt> attempts = story.attempts;
    Verifier verifier = solver.verifier();
    if (verifier != null) {
      return BestOfN.decide(problem, attempts, story.cut, verifier, BestOfN.Mode.NAIVE, solver);
    }
    int last = attempts.size() - 1;
    while (last > 0 && attempts.get(last).answer() == null) {
      last--;
    }
    if (attempts.get(last).answer() == null) {
      last = attempts.size() - 1;
    }
    double[] scores =
        attempts.stream().mapToDouble(it -> Math.clamp(Math.exp(it.meanLogprob()), 0, 1)).toArray();
    String end = story.cut ? "cut off" : story.end.isEmpty() ? "all rounds were used" : story.end;
    return Outcome.of(
        attempts.get(last),
        attempts,
        scores,
        "solution %d of %d; %s".formatted(last + 1, attempts.size(), end),
        story.cut);
  }

  /// As if no feedback was content.
  @Override
  public Plan plan(Problem problem, LanguageModel model) {
    Language in = ask.languageOf(problem);
    Turn blank = criticised("", in);
    long around = Ask.tokens(feedback(problem, model, blank).prompt(), model);
    long prompt = Ask.tokens(ask.prompt(problem, model), model);
    Plan plan = Plan.of(new Stage(1, prompt, 1, ask.maxTokens()));
    List<Turn> turns = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      plan = plan.then(Plan.of(new Stage(1, around, 1, feedbackTokens, 1)));
      turns.add(blank);
      turns.add(new Turn("", Phrase.REFINE.in(in)));
      long history = Ask.tokens(ask.request(problem, model, turns, sampling).prompt(), model);
      plan = plan.then(Plan.of(new Stage(1, history, 1, ask.maxTokens(), turns.size())));
    }
    return plan.withJudged(rounds + 1L);
  }
}
