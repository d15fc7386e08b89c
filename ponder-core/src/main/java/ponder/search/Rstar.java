package ponder.search;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.grade.Rubric;
import ponder.model.EngineException;
import ponder.model.LanguageModel;
import ponder.model.Request;
import ponder.search.Methods.Method;
import ponder.search.Methods.Parameter;
import ponder.search.tree.Mcts;
import ponder.search.tree.TreePolicy;

/// rStar: small models that solve problems by a search over five human-like actions, and check each
/// other's solutions (Qi et al. 2024, "Mutual Reasoning Makes Smaller LLMs Stronger
/// Problem-Solvers").
///
/// The search is [Mcts] with UCT: at a node that was visited before, an untried child is taken at
/// random, else the one with the best score; below, random children lead to an end, and its value,
/// the share of samples that came to its answer, goes back to the nodes of the path. What the
/// actions are and ask is told by [RstarAction] and [RstarPrompts], how nodes come about by
/// [RstarGrower]. Then the [Discriminator] checks every solution of the tree, and [RstarChoice]
/// decides.
///
/// Solutions that were found are not lost when a model fails: the best so far wins, and a warning
/// has the error's words.
///
/// A limit of samples counts roll-outs, and as many candidates are checked and shown at most.
///
/// @param setup how the tree is grown
/// @param search its roll-outs
/// @param check how solutions are checked
record Rstar(RstarSetup setup, Mcts search, RstarCheck check) implements Strategy {
  private static final int MOST = 100_000;

  static final Method METHOD =
      new Method(
          "rstar",
          "tree search over five actions, checked by a second model",
          "none",
          false,
          parameters(),
          Rstar::of,
          true);

  @Override
  public Outcome solve(Problem problem, Solver solver) {
    Limits left = solver.budget().left();
    if (left.samples() < 1 || solver.budget().exhausted()) {
      return Outcome.nothing();
    }
    Mcts bounded = left.samples() == Limits.UNLIMITED ? search : search.atMost(left.samples());
    RstarGrower grower = new RstarGrower(setup, problem, check.on(), solver);
    bounded.search(grower);
    boolean cut = grower.over() || !bounded.equals(search);
    String warning = grower.faults().warning();
    if (!warning.isEmpty()) {
      grower.warn(warning);
    }
    List<RstarCandidate> all =
        RstarCandidate.of(grower.tree(), grower.prompts().language(), check, solver.rubric());
    List<RstarCandidate> candidates = best(all, left.samples());
    EngineException failure = grower.failure();
    if (failure != null) {
      if (candidates.isEmpty()) {
        throw failure;
      }
      grower.warn("The search ends with what it has found: " + failure.getMessage());
    }
    return candidates.isEmpty()
        ? leftOver(grower, cut, left.samples())
        : decide(candidates, grower, cut, solver);
  }

  /// The `most` candidates with most reward, in their order.
  private static List<RstarCandidate> best(List<RstarCandidate> candidates, long most) {
    if (candidates.size() <= most) {
      return candidates;
    }
    List<RstarCandidate> sorted = new ArrayList<>(candidates);
    sorted.sort(Comparator.comparingDouble(RstarCandidate::reward).reversed());
    Set<RstarCandidate> chosen = Set.copyOf(sorted.subList(0, (int) most));
    return candidates.stream().filter(chosen::contains).toList();
  }

  /// What there is where nothing came to an answer: the texts of A2.
  private static Outcome leftOver(RstarGrower grower, boolean cut, long most) {
    List<Attempt> drafts = grower.drafts().stream().limit(most).toList();
    return drafts.isEmpty()
        ? Outcome.nothing()
        : Outcome.of(
            drafts.getFirst(), drafts, new double[drafts.size()], "nothing holds an answer", cut);
  }

  private Outcome decide(
      List<RstarCandidate> candidates, RstarGrower grower, boolean cut, Solver solver) {
    boolean over = false;
    Rubric rubric = solver.rubric();
    RstarChoice choice;
    if (!check.on() || RstarChoice.agreed(candidates, rubric)) {
      choice =
          RstarChoice.alone(candidates, check.on() ? "all solutions agree" : "unchecked", rubric);
    } else {
      List<RstarChoice.Verdict> verdicts =
          new Discriminator(check, grower.prompts(), solver).hear(candidates);
      over = verdicts.contains(RstarChoice.Verdict.UNHEARD);
      choice = RstarChoice.of(candidates, verdicts, check.score(), rubric);
      new DiscriminatorAudit(check, solver).chosen(candidates, verdicts, choice);
    }
    List<Attempt> attempts = candidates.stream().map(RstarCandidate::attempt).toList();
    return Outcome.of(
        attempts.get(choice.winner()), attempts, choice.scores(), choice.why(), cut || over);
  }

  /// An upper bound: every roll-out expands a node at every depth, and all that comes of it is a
  /// solution of its own.
  @Override
  public Plan plan(Problem problem, LanguageModel model) {
    RstarPrompts prompts = new RstarPrompts(setup, problem, model);
    Trail start = Trail.of(RstarQuestion.of(problem.question()));
    RstarSetup.Counts counts = setup.counts();
    long nodes = 1 + (long) search.paths() * (setup.depth() - 1);
    Plan plan = Plan.of(stage(prompts.answer(start), nodes, counts.answers(), model));
    long solutions = nodes;
    if (setup.actions().contains(RstarAction.THOUGHT)) {
      plan = plan.then(Plan.of(stage(prompts.thought(start), nodes, counts.thoughts(), model)));
      solutions += nodes * counts.thoughts();
    }
    if (setup.actions().contains(RstarAction.SUB_QUESTION)) {
      long asked = nodes * counts.subQuestions();
      int answers = Math.max(counts.answers(), counts.subAnswers());
      plan =
          plan.then(Plan.of(stage(prompts.subQuestion(start), nodes, counts.subQuestions(), model)))
              .then(Plan.of(stage(prompts.subAnswer(start, "."), asked, answers, model)));
      solutions += asked;
    }
    if (setup.actions().contains(RstarAction.AGAIN)) {
      plan = plan.then(Plan.of(stage(prompts.answer(start), nodes, counts.subAnswers(), model)));
    }
    if (setup.actions().contains(RstarAction.REPHRASE)) {
      plan = plan.then(Plan.of(stage(prompts.rephrase(), 1, 1, model)));
    }
    return check.on()
        ? plan.then(
            Plan.of(
                stage(
                    prompts.complete("", check.maxTokens()), solutions * check.masks(), 1, model)))
        : plan;
  }

  private Stage stage(Request request, long calls, int samples, LanguageModel model) {
    long prompt = Ask.tokens(request.prompt(), model);
    return new Stage(
        calls, calls * prompt, calls * samples, request.maxTokens(), calls * (setup.depth() - 1));
  }

  /// The whole of it: later roll-outs cost less than earlier ones.
  @Override
  public Optional<Probe> probe() {
    return Optional.of(new Probe(this, 1));
  }

  private static List<Parameter> parameters() {
    return List.of(
        new Parameter("n", "16", "roll-outs"),
        new Parameter("depth", "5", "most actions up to an answer"),
        new Parameter("actions", "1,2,3,4,5", "of A1 to A5 those to take"),
        new Parameter("thoughts", "3", "samples of A1, a step"),
        new Parameter("answers", "32", "samples of A2, the rest, which vote"),
        new Parameter("sub-questions", "3", "samples of A3"),
        new Parameter("sub-answers", "10", "samples of each sub-answer, which vote"),
        new Parameter("thought-tokens", "256", "most tokens of a step"),
        new Parameter("question-tokens", "128", "most tokens of a sub-question"),
        new Parameter("sub-tokens", "512", "most tokens of a sub-answer"),
        new Parameter("max-tokens", "1024", "most tokens of an answer"),
        new Parameter("c", "2.0", "weight of exploration"),
        new Parameter("fading", "const", "of that weight: const, exp, lin"),
        new Parameter("dedupe", "true", "leave out nodes that repeat a sibling"),
        new Parameter("discriminate", "true", "whether a second model checks"),
        new Parameter("masks", "4", "beginnings of each solution to be ended"),
        new Parameter("mask-left", "0.2", "part that the shortest keeps"),
        new Parameter("mask-right", "0.8", "part that the longest keeps"),
        new Parameter("mask-temperature", "1.0", "at which the second model ends"),
        new Parameter("mask-tokens", "512", "most tokens of an end"),
        new Parameter("keep", "mid", "if ends agree: loose, mid, strict, maj"),
        new Parameter("score", "additive", "of the kept: additive, product"),
        new Parameter("reward", "value", "of a solution: value, frequency"),
        new Parameter("process", "false", "weigh by agreement along the path"),
        new Parameter("temperature", "0.8", "0 is greedy; higher is more varied"),
        new Parameter("top-p", "0.95", "draw from the likeliest up to this mass"),
        new Parameter("top-k", "40", "draw from this many likeliest; 0 is off"),
        new Parameter("min-p", "0.0", "leave out tokens below this part of the best"),
        new Parameter("language", "auto", "of built-in sentences: en, ja, auto"),
        new Parameter("shots", "built-in", "worked examples: none, built-in, JSONL file"),
        new Parameter("k", "all", "how many worked examples"),
        new Parameter("layout", "chat", "chat, or text for models that cannot chat"));
  }

  private static Rstar of(Settings settings) {
    RstarSetup setup =
        new RstarSetup(
            Parameters.language(settings),
            settings.choice("layout", Ask.Layout.values()),
            shots(settings),
            Parameters.sampling(settings),
            actions(settings.text("actions")),
            settings.integer("depth", 1, 100),
            new RstarSetup.Counts(
                settings.integer("thoughts", 1, 1000),
                settings.integer("answers", 1, 1000),
                settings.integer("sub-questions", 1, 1000),
                settings.integer("sub-answers", 1, 1000)),
            new RstarSetup.Lengths(
                settings.integer("thought-tokens", 1, 1 << 20),
                settings.integer("max-tokens", 1, 1 << 20),
                settings.integer("question-tokens", 1, 1 << 20),
                settings.integer("sub-tokens", 1, 1 << 20)),
            settings.flag("dedupe"));
    TreePolicy policy =
        new TreePolicy.RandomUct(
            settings.number("c", 0, 1000), settings.choice("fading", TreePolicy.Fading.values()));
    Mcts search =
        new Mcts(
            settings.integer("n", 1, MOST),
            1,
            policy,
            Mcts.Backup.MEAN,
            true,
            0,
            0.3,
            Mcts.Moves.NONE,
            false);
    return new Rstar(setup, search, check(settings));
  }

  private static RstarCheck check(Settings settings) {
    return new RstarCheck(
        settings.flag("discriminate"),
        settings.integer("masks", 1, 1000),
        BigDecimal.valueOf(settings.number("mask-left", 0, 1)),
        BigDecimal.valueOf(settings.number("mask-right", 0, 1)),
        settings.number("mask-temperature", 0, 10),
        settings.integer("mask-tokens", 1, 1 << 20),
        settings.choice("keep", RstarCheck.Keep.values()),
        settings.choice("score", RstarCheck.Score.values()),
        settings.choice("reward", RstarCheck.Reward.values()),
        settings.flag("process"));
  }

  private static RstarShots shots(Settings settings) {
    String source = settings.text("shots");
    RstarShots shots =
        switch (source) {
          case "none" -> RstarShots.NONE;
          case "built-in" -> RstarShots.builtIn();
          default -> RstarShots.read(Path.of(source));
        };
    return settings.text("k").equals("all")
        ? shots
        : shots.first(settings.integer("k", 0, Integer.MAX_VALUE));
  }

  private static Set<RstarAction> actions(String text) {
    Set<RstarAction> actions = EnumSet.noneOf(RstarAction.class);
    for (String part : text.split(",", -1)) {
      String number = part.strip();
      if (!number.matches("[1-5]")) {
        throw new IllegalArgumentException(
            "actions (%s) must be numbers of 1 to 5. Maybe 1,2,3,4,5 was meant.".formatted(text));
      }
      actions.add(RstarAction.values()[Integer.parseInt(number) - 1]);
    }
    return actions;
  }
}
