package ponder.search;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import ponder.core.Problem;
import ponder.grade.Rubric;
import ponder.model.LanguageModel;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.search.Ask.Turn;
import ponder.search.Methods.Parameter;
import ponder.verify.Scores;
import ponder.verify.Verifier;

/// Lets the model revise its own solutions, in several chains side by side (Snell et al. 2024,
/// "Scaling LLM Test-Time Compute Optimally", section 6).
///
/// The first attempts of all chains are independent samples of one prompt, so with a ratio of one
/// attempt a chain this is parallel sampling. Each further attempt sees the question and the last
/// attempts of its chain. All chains advance by one attempt at a time, so a budget that ends leaves
/// none behind.
///
/// Revisions make right answers wrong as well (38 % of them in the paper), so the last attempt of a
/// chain is not its answer. The verifier decides twice, weighted by answer: within each chain, then
/// among the chains' winners, where a winner weighs its own score. `mode=maj` counts all attempts
/// together instead, since chains are too short for votes of their own.
///
/// An attempt that repeats an earlier one of its chain ends the chain: the model has nothing to
/// add. So does one that finds no room in the model's context.
///
/// Departs from the paper: its model was trained to revise; here any model is prompted to, as turns
/// of a chat in which each attempt answers the one before. The turns grow at their end, so a prefix
/// cache serves all but the last attempt as long as no attempt drops out of the window. The
/// verifier judges each attempt alone, not with those before it.
///
/// @param ask how the problem is put
/// @param sampling how attempts are drawn
/// @param ratio how the attempts are divided into chains
/// @param window most earlier attempts that a revision sees
/// @param mode how the judgements decide
record Revisions(Ask ask, Sampling sampling, Ratio ratio, int window, Mode mode)
    implements Strategy {
  static final String NAME = "revisions";

  static final List<Parameter> PARAMETERS =
      Parameters.concat(
          List.of(
              new Parameter("n", Integer.toString(Draws.DEFAULT_N), "attempts in all"),
              new Parameter("ratio", Ratio.AUTO, "attempts in a row to chains, as 4:1"),
              new Parameter("window", "4", "earlier attempts that a revision sees"),
              new Parameter("mode", "hierarchical", "hierarchical (by chain), or maj")),
          Parameters.sampling(Draws.DEFAULT_TEMPERATURE),
          Parameters.ask());

  /// How judgements decide.
  enum Mode {
    /// The best answer of each chain, then the best of these.
    HIERARCHICAL,
    /// The answer with the most attempts; the scores are only told.
    MAJ
  }

  static Revisions of(Settings settings) {
    return new Revisions(
        Parameters.ask(settings),
        Parameters.sampling(settings),
        Ratio.of(settings.text("ratio"), settings.integer("n", 1, 100_000)),
        settings.integer("window", 1, 1000),
        settings.choice("mode", Mode.values()));
  }

  /// One chain, and where its attempts stand among all. Owned by the thread that solves.
  private static final class Chain {
    private final List<Integer> places = new ArrayList<>();
    private final List<Turn> turns = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private boolean open = true;

    /// @param place among all attempts
    private void add(int place, Attempt attempt, String told) {
      places.add(place);
      String said = Outcome.spoken(attempt.candidate().text());
      if (!said.isBlank()) {
        turns.add(new Turn(said, told));
        open = seen.add(StepGrower.normal(said));
      }
    }
  }

  @Override
  public Outcome solve(Problem problem, Solver solver) {
    Verifier verifier = solver.requireVerifier(NAME);
    Solver writing = Holdback.before(problem, this, solver);
    String told = Phrase.REVISE.in(ask.languageOf(problem));
    Draws.Drawn first =
        new Draws(ask, ratio.chains(), sampling, ratio.chains())
            .take(problem, writing, false, attempts -> false);
    if (first.attempts().isEmpty()) {
      return Outcome.nothing();
    }
    writing.expect((ratio.length() - 1L) * ratio.chains());
    List<Attempt> all = new ArrayList<>(first.attempts());
    List<Chain> chains = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      chains.add(new Chain());
      chains.getLast().add(i, all.get(i), told);
    }
    boolean cut = first.cut();
    for (int round = 1; round < ratio.length() && !cut; round++) {
      cut = revise(problem, round, chains, all, told, writing);
    }
    return decide(problem, chains, all, cut, verifier, solver);
  }

  /// One more attempt of every chain that is open.
  ///
  /// @return whether nothing more can be had
  private boolean revise(
      Problem problem,
      int round,
      List<Chain> chains,
      List<Attempt> all,
      String told,
      Solver solver) {
    List<Integer> open = new ArrayList<>();
    List<Calls.Order> orders = new ArrayList<>();
    for (int i = 0; i < chains.size(); i++) {
      Chain chain = chains.get(i);
      if (chain.open) {
        open.add(i);
        orders.add(
            Calls.Order.of(
                all.get(chain.places.getLast()).node(),
                request(problem, solver, chain.turns)
                    .withSamples(List.of(i))
                    .withSeed(solver.seed().split("revision", round).value()),
                "revision %d of sample".formatted(round)));
      }
    }
    List<Solver.Wave> waves = solver.sampleAll(orders);
    for (int k = 0; k < waves.size(); k++) {
      Chain chain = chains.get(open.get(k));
      Solver.Wave wave = waves.get(k);
      chain.open = wave.ended() || !wave.samples().isEmpty();
      for (Solver.Sample sample : wave.samples()) {
        all.add(sample.attempt());
        chain.add(all.size() - 1, all.getLast(), told);
      }
    }
    return waves.stream().anyMatch(Solver.Wave::ended);
  }

  private Request request(Problem problem, Solver solver, List<Turn> turns) {
    LanguageModel model = solver.model();
    return ask.request(problem, model, ask.latest(problem, model, turns, window, 1), sampling);
  }

  private Outcome decide(
      Problem problem,
      List<Chain> chains,
      List<Attempt> all,
      boolean cut,
      Verifier verifier,
      Solver solver) {
    List<Scores> scores = BestOfN.judge(problem, all, verifier, solver);
    long ended = chains.stream().filter(it -> !it.open).count();
    String how =
        "; %d prompted chains of up to %d attempts%s"
            .formatted(
                chains.size(),
                ratio.length(),
                ended == 0 ? "" : ", %d ended early".formatted(ended));
    Rubric rubric = solver.rubric();
    BestOfN.Choice choice =
        mode == Mode.MAJ
            ? BestOfN.choose(all, scores, ones(all), BestOfN.Mode.MAJ, rubric)
            : hierarchical(chains, all, scores, rubric);
    return Outcome.of(
        all.get(choice.winner()),
        all,
        BestOfN.values(scores),
        choice.why() + how,
        cut || BestOfN.over(scores));
  }

  /// The best of each chain, then the best of these.
  private static BestOfN.Choice hierarchical(
      List<Chain> chains, List<Attempt> all, List<Scores> scores, Rubric rubric) {
    if (scores.stream().noneMatch(Scores::judged)) {
      return choose(all, scores, rubric); // by votes, of which a chain has too few
    }
    List<Integer> winners = new ArrayList<>();
    for (Chain chain : chains) {
      List<Attempt> own = chain.places.stream().map(all::get).toList();
      int best = choose(own, chain.places.stream().map(scores::get).toList(), rubric).winner();
      winners.add(chain.places.get(best));
    }
    BestOfN.Choice choice =
        choose(
            winners.stream().map(all::get).toList(),
            winners.stream().map(scores::get).toList(),
            rubric);
    return new BestOfN.Choice(winners.get(choice.winner()), choice.why());
  }

  private static BestOfN.Choice choose(List<Attempt> attempts, List<Scores> scores, Rubric rubric) {
    return BestOfN.choose(attempts, scores, ones(attempts), BestOfN.Mode.WEIGHTED, rubric);
  }

  private static List<Double> ones(List<?> of) {
    return of.stream().map(it -> 1.0).toList();
  }

  /// As if no chain ended early.
  @Override
  public Plan plan(Problem problem, LanguageModel model) {
    int chains = ratio.chains();
    Plan plan = new Draws(ask, chains, sampling, chains).plan(problem, model);
    String told = Phrase.REVISE.in(ask.languageOf(problem));
    List<Turn> turns = new ArrayList<>();
    for (int round = 1; round < ratio.length(); round++) {
      if (turns.size() < window) {
        turns.add(new Turn("", told));
      }
      long prompt = Ask.tokens(ask.request(problem, model, turns, sampling).prompt(), model);
      plan =
          plan.then(
              Plan.of(
                  new Stage(
                      chains,
                      chains * prompt,
                      chains,
                      ask.maxTokens(),
                      (long) chains * turns.size())));
    }
    return plan.withJudged((long) chains * ratio.length());
  }

  /// Half of the chains; a single one is carried out whole.
  @Override
  public Optional<Probe> probe() {
    int half = Math.max(1, ratio.chains() / 2);
    return Optional.of(
        new Probe(
            new Revisions(ask, sampling, new Ratio(half, ratio.length()), window, mode),
            (double) ratio.chains() / half));
  }
}
