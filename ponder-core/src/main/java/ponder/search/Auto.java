package ponder.search;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ponder.core.Event;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.core.Spend;
import ponder.grade.Rubric;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo;
import ponder.model.Purse;
import ponder.search.Methods.Parameter;
import ponder.verify.Aggregation;
import ponder.verify.Candidate;
import ponder.verify.Scores;
import ponder.verify.Verifier;
import ponder.verify.Verifiers;

/// Spends a budget by the method that a fitted [Policy] finds best for it and for how hard the
/// problem is (Snell et al. 2024, section 3.2).
///
/// A few samples tell how hard the problem is. They are charged to the budget like all others, and
/// where the chosen method draws samples in the same way they are its first ones, so nothing is
/// drawn twice; what a verifier said of them is not asked again either. Where the chosen method
/// ends without an answer, as one whose budget they used up, they vote. Where the policy found that
/// telling problems apart does not pay, none are drawn.
///
/// The paper does not count the samples that measure difficulty; we do, in fitting and in use.
///
/// @param policy what to do
/// @param anyModel whether a model is accepted on which the policy was not fitted
record Auto(Policy policy, boolean anyModel) implements Strategy {
  static final String NAME = "auto";

  static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter(PolicyFile.SETTING, "", "what 'ponder policy fit' wrote; --policy"),
          new Parameter(PolicyFile.PIN, "", "what that file must be; not checked if empty"),
          new Parameter("any-model", "false", "true: also on a model it was not fitted on"));

  /// @throws IllegalArgumentException if no policy is given, or another than the one that is meant
  static Auto of(Settings settings) {
    String file = settings.text(PolicyFile.SETTING);
    if (file.isEmpty()) {
      throw new IllegalArgumentException(
          "method (auto) needs a policy. Maybe make one with 'ponder policy fit' and give it as --policy FILE.");
    }
    String wanted = settings.text(PolicyFile.PIN);
    Path path = Path.of(file);
    if (!wanted.isEmpty() && !wanted.equals(PolicyFile.hash(path))) {
      throw new IllegalArgumentException(
          "policy (%s) has the SHA-256 %s, not %s.".formatted(file, PolicyFile.hash(path), wanted));
    }
    return new Auto(PolicyFile.read(path), settings.flag("any-model"));
  }

  @Override
  public void require(LanguageModel model) {
    ModelInfo info = model.info();
    if (!anyModel && !info.weightsHash().equals(policy.weights())) {
      throw new IllegalArgumentException(
          "policy was fitted on model %s (weights %.12s), not on %s (%.12s). Maybe fit one on this model, or --set any-model=true if that is meant."
              .formatted(policy.model(), policy.weights(), info.name(), info.weightsHash()));
    }
  }

  @Override
  public boolean asksJudge() {
    return policy.rows().stream().anyMatch(this::asksJudge);
  }

  private boolean asksJudge(Policy.Row row) {
    boolean ofDifficulty =
        row.binned() && measures() && Verifiers.asksModel(policy.difficulty().verifier());
    return ofDifficulty
        || choices(row)
            .anyMatch(
                it ->
                    Methods.named(it.method()).asksJudge()
                        || opens(it) && Verifiers.asksModel(it.verifier()));
  }

  private boolean measures() {
    return !policy.difficulty().verifier().equals("vote");
  }

  private static Stream<Policy.Choice> choices(Policy.Row row) {
    return row.binned() ? row.bins().stream() : Stream.of(row.single());
  }

  /// Whether the choice's method is given a verifier, and does not decide by itself.
  private static boolean opens(Policy.Choice choice) {
    Methods.Method method = Methods.named(choice.method());
    return method.wantsVerifier() || !choice.verifier().equals(method.verifier());
  }

  @Override
  public Outcome solve(Problem problem, Solver solver) {
    require(solver.model());
    Policy.Row row = row(solver);
    return row.binned()
        ? byDifficulty(row, problem, solver)
        : run(row.single(), "", problem, solver, null);
  }

  private Policy.Row row(Solver solver) {
    double limit = policy.unit().of(solver.budget().left());
    Policy.Row row = policy.row(limit);
    double most = policy.rows().getLast().budget();
    if (limit > most || limit < row.budget()) {
      solver
          .sink()
          .accept(
              new Event.Warned(
                  "%s is outside what the policy was fitted for, %s to %s %s: the choice for %s is taken."
                      .formatted(
                          Double.isFinite(limit)
                              ? "A budget of " + whole(limit)
                              : "A budget without a limit in " + policy.unit().key(),
                          whole(policy.rows().getFirst().budget()),
                          whole(most),
                          policy.unit().key(),
                          whole(row.budget()))));
    }
    return row;
  }

  private static String whole(double value) {
    return value < 1e15
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.3g", value);
  }

  private Outcome byDifficulty(Policy.Row row, Problem problem, Solver solver) {
    Policy.Difficulty difficulty = policy.difficulty();
    // Opened before anything is drawn: what cannot be had is told first.
    Remembering judge = measures() ? new Remembering(open(difficulty, solver)) : null;
    boolean certain = choices(row).anyMatch(Auto::wantsCertainty);
    Solver drawing = judge == null ? solver : solver.judgedBy(judge, null);
    Draws.Drawn drawn = draws().take(problem, drawing, certain, attempts -> false);
    if (drawn.attempts().isEmpty()) {
      return Outcome.nothing();
    }
    double value =
        judge == null ? agreement(drawn, solver.rubric()) : judged(problem, drawn, judge, solver);
    int bin = difficulty.bin(value);
    String found =
        String.format(Locale.ROOT, "difficulty bin %d of %d (%.2f)", bin, difficulty.bins(), value);
    Policy.Choice choice = row.bins().get(bin - 1);
    boolean known =
        judge != null
            && choice.verifier().equals(difficulty.verifier())
            && choice.aggregation().equals(difficulty.aggregation());
    Solver having = solver.having(draws(), drawn.attempts(), certain || drawing.wantsCertainty());
    Outcome outcome = run(choice, found, problem, having, known ? judge : null);
    return withDrawn(outcome, drawn.attempts(), solver);
  }

  /// What a choice came to, which has an answer if one of the samples that told the difficulty has.
  ///
  /// Where the choice ends without one, all there is votes. Else those of these samples that the
  /// choice could not use are no candidates.
  private static Outcome withDrawn(Outcome outcome, List<Attempt> drawn, Solver solver) {
    Set<Integer> nodes = new HashSet<>();
    outcome.attempts().forEach(it -> nodes.add(it.node()));
    List<Attempt> unused = drawn.stream().filter(it -> !nodes.contains(it.node())).toList();
    boolean answered = drawn.stream().anyMatch(it -> it.answer() != null);
    if (outcome.answer() != null || !answered && !outcome.attempts().isEmpty()) {
      solver.budget().countAsSteps(unused.stream().mapToLong(it -> it.candidate().tokens()).sum());
      return outcome;
    }
    List<Attempt> all = new ArrayList<>(unused);
    all.addAll(outcome.attempts());
    Vote vote = Vote.of(all, solver.rubric());
    String why = outcome.why() + "; of the samples that tell the difficulty " + vote.why();
    return SelfConsistency.decide(vote, all, why, true, solver);
  }

  private static Verifier open(Policy.Difficulty difficulty, Solver solver) {
    return solver.open(difficulty.verifier(), Aggregation.named(difficulty.aggregation()));
  }

  private static boolean wantsCertainty(Policy.Choice choice) {
    return choice.verifier().contains("self-certainty")
        || choice.settings().getOrDefault("weight", "").equals("self-certainty");
  }

  /// How the samples that tell the difficulty are drawn.
  private Draws draws() {
    Policy.Difficulty difficulty = policy.difficulty();
    Settings settings = Methods.simple(difficulty.method()).settings(difficulty.settings());
    return Parameters.draws(settings, Draws.DEFAULT_WAVE).withN(difficulty.samples());
  }

  private static double agreement(Draws.Drawn drawn, Rubric rubric) {
    double sum = 0;
    for (double share : Vote.of(drawn.attempts(), rubric).shares(drawn.attempts().size())) {
      sum += share;
    }
    return sum / drawn.attempts().size();
  }

  private static double judged(Problem problem, Draws.Drawn drawn, Verifier judge, Solver solver) {
    List<Candidate> candidates = drawn.attempts().stream().map(Attempt::candidate).toList();
    List<Scores> scores = judge.score(problem, candidates, solver.purse());
    solver.count(scores);
    for (int i = 0; i < scores.size(); i++) {
      if (scores.get(i).judged()) {
        int node = drawn.attempts().get(i).node();
        solver.sink().accept(new Event.Scored(node, judge.name(), scores.get(i).value()));
      }
    }
    return scores.stream().mapToDouble(Scores::value).average().orElse(0);
  }

  /// @param known what has judged already as the choice will; null if nothing has
  private static Outcome run(
      Policy.Choice choice,
      String found,
      Problem problem,
      Solver solver,
      @Nullable Remembering known) {
    Solver judged = solver;
    if (opens(choice)) {
      Aggregation steps = Aggregation.named(choice.aggregation());
      Verifier verifier = known != null ? known : solver.open(choice.verifier(), steps);
      judged = solver.judgedBy(verifier, solver.openAuditor(choice.verifier(), steps));
    }
    if (!choice.limits().isEmpty()) {
      judged = judged.within(Limits.parse(choice.limits()));
    }
    Outcome outcome = strategy(choice).solve(problem, judged);
    String by = found.isEmpty() ? choice.words() : found + ", " + choice.words();
    return outcome.withWhy(by + ": " + outcome.why());
  }

  private static Strategy strategy(Policy.Choice choice) {
    Methods.Method method = Methods.named(choice.method());
    return method.strategy(method.settings(choice.settings()));
  }

  /// An upper bound, at the policy's largest budget: the difficulty's samples and the dearest of
  /// the choices.
  @Override
  public Plan plan(Problem problem, LanguageModel model) {
    Policy.Row row = policy.rows().getLast();
    Plan dearest =
        choices(row)
            .map(choice -> strategy(choice).plan(problem, model))
            .max(Comparator.comparingLong(plan -> plan.most().generatedTokens()))
            .orElseThrow();
    if (!row.binned()) {
      return dearest;
    }
    Plan first = draws().plan(problem, model);
    return (measures() ? first.withJudged(policy.difficulty().samples()) : first).then(dearest);
  }

  /// A verifier that asks nothing twice about a candidate that it has judged by itself.
  private static final class Remembering implements Verifier {
    private final Verifier verifier;
    private final List<Candidate> candidates = new ArrayList<>();
    private final List<Scores> scores = new ArrayList<>();

    private Remembering(Verifier verifier) {
      this.verifier = verifier;
    }

    @Override
    public String name() {
      return verifier.name();
    }

    @Override
    public List<Scores> score(Problem problem, List<Candidate> asked, Purse purse) {
      if (verifier.together()) {
        return verifier.score(problem, asked, purse);
      }
      List<Candidate> unknown = asked.stream().filter(candidate -> place(candidate) < 0).toList();
      List<Scores> now = unknown.isEmpty() ? List.of() : verifier.score(problem, unknown, purse);
      List<Scores> all = new ArrayList<>();
      int next = 0;
      for (Candidate candidate : asked) {
        int place = place(candidate);
        all.add(place < 0 ? now.get(next++) : scores.get(place));
      }
      keep(unknown, now);
      return all;
    }

    private void keep(List<Candidate> judged, List<Scores> values) {
      for (int i = 0; i < judged.size(); i++) {
        if (values.get(i).judged()) {
          candidates.add(judged.get(i));
          scores.add(values.get(i));
        }
      }
    }

    /// Candidates are told apart as objects: two samples may say the same.
    private int place(Candidate candidate) {
      for (int i = 0; i < candidates.size(); i++) {
        if (candidates.get(i) == candidate) {
          return i;
        }
      }
      return -1;
    }

    @Override
    public Spend judging(Problem problem, long tokens) {
      return verifier.judging(problem, tokens);
    }

    @Override
    public boolean together() {
      return verifier.together();
    }

    @Override
    public boolean wantsCertainty() {
      return verifier.wantsCertainty();
    }
  }
}
