package ponder.search;

import java.util.List;
import ponder.search.Methods.Method;
import ponder.search.Methods.Parameter;
import ponder.search.tree.Beam;
import ponder.search.tree.DepthFirst;
import ponder.search.tree.Dvts;
import ponder.search.tree.LevelSearch;
import ponder.search.tree.Mcts;
import ponder.search.tree.ParticleFilter;
import ponder.search.tree.Rebase;
import ponder.search.tree.StepSearch;
import ponder.search.tree.TreePolicy;

/// The methods that search a step tree: each a name, its settings with the paper's defaults, and
/// the search they make.
final class StepMethods {
  /// Judges steps of any chat model on an engine that scores.
  private static final String JUDGE = "prm:plus-minus";

  private static final int MOST = 100_000;
  private static final String EARLY_STOP = "early-stop";

  private static final Parameter DEDUPE =
      new Parameter("dedupe", "true", "leave out steps that repeat a sibling");
  private static final Parameter LOOKAHEAD =
      new Parameter("lookahead", "0", "greedy steps before a step is judged");

  /// Step-wise best of n (Wu et al. 2024) is a beam of width one.
  static final Method STEP_BEST_OF_N =
      new Method(
          "step-best-of-n",
          "one path whose every step is the best of n",
          JUDGE,
          Parameters.concat(
              List.of(DEDUPE, LOOKAHEAD), Parameters.steps(4, "steps to choose from", 10)),
          settings -> {
            int n = settings.integer("n", 1, MOST);
            return method(settings, levels(new Beam(n, n, Beam.Variant.OPENR)));
          });

  static final Method BEAM =
      new Method(
          "beam",
          "beam search over steps: the best n / beam-width go on",
          JUDGE,
          Parameters.concat(
              List.of(
                  new Parameter("beam-width", "4", "steps sampled from each that goes on"),
                  new Parameter("variant", "search-and-learn", "or snell, openr"),
                  new Parameter(EARLY_STOP, "false", "end when none can beat the best; min, prod"),
                  DEDUPE,
                  LOOKAHEAD),
              Parameters.steps(16, "steps sampled at each level", 40)),
          settings -> method(settings, levels(beam(settings))));

  private static Beam beam(Settings settings) {
    boolean earlyStop = settings.flag(EARLY_STOP);
    int lookahead = settings.integer("lookahead", 0, 1000);
    if (earlyStop && lookahead > 0) {
      throw new IllegalArgumentException(
          "early-stop (true) needs values of what is written, but lookahead (%d) judges what may follow. Maybe lookahead=0 was meant."
              .formatted(lookahead));
    }
    return new Beam(
        settings.integer("n", 1, MOST),
        settings.integer("beam-width", 1, MOST),
        settings.choice("variant", Beam.Variant.values()),
        earlyStop);
  }

  private enum Siblings {
    FINISH,
    DROP
  }

  static final Method DVTS =
      new Method(
          "dvts",
          "n / beam-width subtrees that do not compete, each by its best step",
          JUDGE,
          Parameters.concat(
              List.of(
                  new Parameter("beam-width", "4", "steps sampled in each subtree"),
                  new Parameter("siblings", "finish", "of a solution's last step: finish, drop"),
                  DEDUPE,
                  LOOKAHEAD),
              Parameters.steps(16, "steps sampled at each level", 40)),
          settings ->
              method(
                  settings,
                  levels(
                      new Dvts(
                          settings.integer("n", 1, MOST),
                          settings.integer("beam-width", 1, MOST),
                          settings.choice("siblings", Siblings.values()) == Siblings.FINISH))));

  private enum Selection {
    PUCT,
    UCT
  }

  private enum Count {
    ONCE,
    VISITS
  }

  static final Method MCTS =
      new Method(
          "mcts",
          "Monte-Carlo tree search over steps",
          JUDGE,
          Parameters.concat(
              List.of(
                  new Parameter("beam-width", "4", "steps sampled at each leaf"),
                  new Parameter("variant", "puct", "puct (with priors), or uct (with roll-outs)"),
                  new Parameter("base", "19652", "of puct: when exploration grows"),
                  new Parameter("init", "1.25", "of puct: weight of exploration"),
                  new Parameter("c", "1.0", "of uct: weight of exploration"),
                  new Parameter("backup", "mean", "of rewards: mean, max"),
                  new Parameter("by-prior", "false", "draw by prior where nothing was visited"),
                  new Parameter("noise", "0.0", "part of the root's priors; AlphaZero: 0.25"),
                  new Parameter("noise-alpha", "0.3", "of that noise; smaller is more uneven"),
                  new Parameter("moves", "0", "paths before it moves a step on for good; 0: never"),
                  new Parameter("move-temperature", "1.0", "of drawing that step by its visits"),
                  new Parameter("count", "once", "a solution in a vote: once, visits"),
                  DEDUPE),
              Parameters.steps(16, "paths from the root to a solution", 40)),
          settings -> method(settings, mcts(settings)));

  private static Mcts mcts(Settings settings) {
    return new Mcts(
        settings.integer("n", 1, MOST),
        settings.integer("beam-width", 1, MOST),
        switch (settings.choice("variant", Selection.values())) {
          case PUCT ->
              new TreePolicy.Puct(
                  settings.number("base", 1, 1e12), settings.number("init", 0, 1000));
          case UCT -> new TreePolicy.Uct(settings.number("c", 0, 1000));
        },
        settings.choice("backup", Mcts.Backup.values()),
        settings.flag("by-prior"),
        settings.number("noise", 0, 1),
        settings.number("noise-alpha", 1e-3, 1000),
        new Mcts.Moves(
            settings.integer("moves", 0, MOST), settings.number("move-temperature", 1e-3, 1000)),
        settings.choice("count", Count.values()) == Count.VISITS);
  }

  static final Method REBASE =
      new Method(
          "rebase",
          "a level's samples shared out by the steps' scores",
          JUDGE,
          Parameters.concat(
              List.of(
                  new Parameter("share-temperature", "0.1", "lower favours the best steps more")),
              Parameters.steps(16, "solutions", 40)),
          settings ->
              method(
                  settings,
                  levels(
                      new Rebase(
                          settings.integer("n", 1, MOST),
                          settings.number("share-temperature", 1e-3, 1000)))));

  static final Method PARTICLE_FILTERING =
      new Method(
          "particle-filtering",
          "n paths, drawn anew by their scores after each step",
          JUDGE,
          Parameters.steps(16, "particles", 40),
          settings -> method(settings, levels(new ParticleFilter(settings.integer("n", 1, MOST)))));

  private enum Walk {
    BFS,
    DFS
  }

  static final Method TREE_OF_THOUGHTS =
      new Method(
          "tree-of-thoughts",
          "thoughts valued by the model itself, breadth or depth first",
          "thought",
          Parameters.concat(
              List.of(
                  new Parameter("beam-width", "5", "thoughts proposed at each node"),
                  new Parameter("walk", "bfs", "bfs: the best n / beam-width go on; dfs"),
                  new Parameter("threshold", "0.04", "of dfs: below it a thought is given up"),
                  DEDUPE),
              Parameters.steps(25, "thoughts at each level; of dfs: most nodes", 10)),
          settings -> method(settings, thoughts(settings)));

  private static StepSearch thoughts(Settings settings) {
    int n = settings.integer("n", 1, MOST);
    int proposals = settings.integer("beam-width", 1, MOST);
    return switch (settings.choice("walk", Walk.values())) {
      case BFS -> levels(new Beam(n, proposals, Beam.Variant.OPENR));
      case DFS -> new DepthFirst(proposals, settings.number("threshold", 0, 1), n);
    };
  }

  private StepMethods() {}

  private static LevelSearch levels(LevelSearch.Policy policy) {
    return new LevelSearch(policy);
  }

  private static StepMethod method(Settings settings, StepSearch search) {
    // With one step each there is no choice that equal ones could spoil: n independent samples.
    boolean single = settings.has("beam-width") && settings.integer("beam-width", 1, MOST) == 1;
    boolean dedupe = settings.has("dedupe") && settings.flag("dedupe") && !single;
    int lookahead = settings.has("lookahead") ? settings.integer("lookahead", 0, 1000) : 0;
    return new StepMethod(
        settings.method(),
        Parameters.steps(settings, dedupe, lookahead),
        search,
        settings.choice("mode", BestOfN.Mode.values()));
  }
}
