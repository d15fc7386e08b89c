package ponder.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import ponder.core.Nearest;

/// All methods by name, with their parameters and defaults, and what they can be composed to.
public final class Methods {
  /// A parameter of a method.
  ///
  /// @param name as in `--set name=value`; `n`, `temperature`, `top-p` and `max-tokens` have flags
  /// @param value the default
  /// @param help what it means, one line
  /// @param everyPart whether it stands for the parameter of this name of every part of a composed
  ///   method; then `value` is empty where their defaults differ
  public record Parameter(String name, String value, String help, boolean everyPart) {
    public Parameter(String name, String value, String help) {
      this(name, value, help, false);
    }
  }

  /// A method that can be chosen.
  ///
  /// @param name the canonical name
  /// @param summary what it does, one line
  /// @param verifier what judges its candidates when nothing else is chosen: `none`, `vote`, or a
  ///   verifier that has to be opened for it
  /// @param judged whether a verifier that is chosen judges its candidates, although it can do
  ///   without
  /// @param parameters in the order to show them
  /// @param build makes the strategy
  /// @param asksJudge whether the method itself asks the model that judges, which may be another
  ///   than the one that answers
  public record Method(
      String name,
      String summary,
      String verifier,
      boolean judged,
      List<Parameter> parameters,
      Function<Settings, Strategy> build,
      boolean asksJudge) {
    public Method {
      parameters = List.copyOf(parameters);
    }

    /// A method that is judged only if it cannot do without.
    public Method(
        String name,
        String summary,
        String verifier,
        List<Parameter> parameters,
        Function<Settings, Strategy> build) {
      this(name, summary, verifier, false, parameters, build);
    }

    /// A method that asks no other model than the one that answers.
    public Method(
        String name,
        String summary,
        String verifier,
        boolean judged,
        List<Parameter> parameters,
        Function<Settings, Strategy> build) {
      this(name, summary, verifier, judged, parameters, build, false);
    }

    /// Whether its candidates have to be judged by a verifier that somebody opens.
    public boolean wantsVerifier() {
      return !verifier.equals(NONE) && !verifier.equals(VOTE);
    }

    /// Whether a verifier that somebody opens has something to judge: candidates, or the pool of
    /// several methods.
    public boolean takesVerifier() {
      return wantsVerifier() || judged || name.contains("|");
    }

    /// The method's parameters: `given` over the defaults.
    ///
    /// @throws IllegalArgumentException naming a parameter that the method does not have
    public Settings settings(Map<String, String> given) {
      return Settings.of(this, given);
    }

    /// The strategy with these parameters.
    ///
    /// @throws IllegalArgumentException naming a value that is out of range
    public Strategy strategy(Settings settings) {
      return build.apply(settings);
    }
  }

  private static final String NONE = "none";
  private static final String VOTE = "vote";

  private static final List<Method> ALL =
      List.of(
          new Method(
              "greedy",
              "one completion of the most probable tokens",
              NONE,
              Parameters.ask(),
              settings ->
                  new Single(Parameters.ask(settings), ponder.model.Sampling.GREEDY, false)),
          new Method(
              "cot",
              "one completion after a cue to think step by step",
              NONE,
              single("built-in", "none"),
              Methods::single),
          new Method(
              "few-shot-cot",
              "one completion after worked examples",
              NONE,
              single("", "built-in"),
              Methods::single),
          new Method(
              "class-conditional",
              "one completion that is asked to think briefly or at length",
              NONE,
              Parameters.concat(
                  List.of(new Parameter("class", "long", "short, long or none")),
                  Parameters.sampling(0),
                  Parameters.ask()),
              Methods::classConditional),
          new Method(
              "self-consistency",
              "the answer that most of n samples reach",
              VOTE,
              Parameters.concat(
                  List.of(
                      new Parameter("weight", "none", "of a vote: none, logprob, self-certainty"),
                      new Parameter("weight-temperature", "1.0", "of logprob; higher is more even"),
                      new Parameter("weight-power", "0.5", "of self-certainty; 0 weighs nothing"),
                      new Parameter("stop", "none", "none, or adaptive: when the leader is sure")),
                  Parameters.draws("auto"),
                  Parameters.ask()),
              Methods::selfConsistency),
          new Method(
              "best-of-n",
              "the best of n samples, as a verifier judges them",
              "logprob",
              Parameters.concat(
                  List.of(
                      new Parameter(
                          "mode", "weighted", "weighted by answer, naive (the best), maj")),
                  Parameters.draws(Integer.toString(Draws.DEFAULT_WAVE)),
                  Parameters.ask()),
              settings ->
                  new BestOfN(
                      Parameters.draws(settings), settings.choice("mode", BestOfN.Mode.values()))),
          new Method(
              BudgetForcing.NAME,
              "thoughts cut at a cap or stretched by waiting, then the answer",
              NONE,
              BudgetForcing.PARAMETERS,
              BudgetForcing::of),
          new Method(
              RejectionSampling.NAME,
              "thoughts drawn until they keep to a limit, then the answer",
              NONE,
              RejectionSampling.PARAMETERS,
              RejectionSampling::of),
          new Method(
              Revisions.NAME,
              "chains of solutions, each made from those before; the best",
              "logprob",
              Revisions.PARAMETERS,
              Revisions::of),
          new Method(
              SelfRefine.NAME,
              "a solution, improved by the model's own feedback on it",
              NONE,
              true,
              SelfRefine.PARAMETERS,
              SelfRefine::of),
          new Method(
              Agent.NAME,
              "plan, sub-tasks with tools, review, answer",
              NONE,
              Agent.PARAMETERS,
              Agent::of),
          StepMethods.STEP_BEST_OF_N,
          StepMethods.BEAM,
          StepMethods.DVTS,
          StepMethods.MCTS,
          StepMethods.REBASE,
          StepMethods.PARTICLE_FILTERING,
          StepMethods.TREE_OF_THOUGHTS,
          Rstar.METHOD,
          new Method(
              Auto.NAME,
              "what a fitted policy finds best for the budget and the problem",
              NONE,
              Auto.PARAMETERS,
              Auto::of));

  /// Other names of methods.
  private static final Map<String, String> ALIASES = Map.of("bon", "best-of-n");

  private Methods() {}

  /// Every method that has a name of its own, in the order to show them.
  public static List<Method> all() {
    return ALL;
  }

  /// The method called `name`, or composed as it says.
  ///
  /// `a&b` hands what `a` came to to `b` as a draft to check and improve; `a|b` takes both and
  /// decides among all candidates. `&` binds tighter than `|`; parentheses group. A composed
  /// method's parameters are those of its parts, addressed as `part.name`, or by the name alone for
  /// all parts that have it.
  ///
  /// @throws IllegalArgumentException if there is none, with the nearest name, or if the
  ///   composition cannot be read
  public static Method named(String name) {
    return Composition.isOne(name) ? Composition.parse(name).method() : simple(name);
  }

  /// The method with this name of its own.
  static Method simple(String name) {
    String canonical = ALIASES.getOrDefault(name, name);
    return ALL.stream()
        .filter(method -> method.name().equals(canonical))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(unknown(name)));
  }

  private static String unknown(String name) {
    List<String> known = new ArrayList<>(ALL.stream().map(Method::name).toList());
    known.addAll(ALIASES.keySet());
    return "method (%s) is unknown.%s".formatted(name, Nearest.maybe(name, known));
  }

  private static List<Parameter> single(String cue, String shots) {
    return Parameters.concat(
        List.of(new Parameter("extract", "false", "true: a second call for the answer alone")),
        Parameters.sampling(0),
        Parameters.ask(cue, shots));
  }

  private static Strategy single(Settings settings) {
    return new Single(
        Parameters.ask(settings), Parameters.sampling(settings), settings.flag("extract"));
  }

  private enum Thinking {
    SHORT,
    LONG,
    NONE
  }

  private static Strategy classConditional(Settings settings) {
    Wording extra =
        switch (settings.choice("class", Thinking.values())) {
          case SHORT -> Phrase.THINK_SHORT;
          case LONG -> Phrase.THINK_LONG;
          case NONE -> Wording.NONE;
        };
    return new Single(
        Parameters.ask(settings).withExtra(extra), Parameters.sampling(settings), false);
  }

  private static Strategy selfConsistency(Settings settings) {
    SelfConsistency.Stop stop = settings.choice("stop", SelfConsistency.Stop.values());
    int ofItself = stop == SelfConsistency.Stop.NONE ? Draws.DEFAULT_WAVE : Adaptive.WAVE;
    int wave = settings.text("wave").equals("auto") ? ofItself : settings.integer("wave", 1, 1024);
    return new SelfConsistency(
        Parameters.draws(settings, wave),
        new Weight(
            settings.choice("weight", Weight.Kind.values()),
            settings.number("weight-temperature", 0, 1000),
            settings.number("weight-power", 0, 10)),
        stop);
  }
}
