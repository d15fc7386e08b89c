package ponder.search;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import ponder.core.Nearest;
import ponder.model.Sampling;

/// All methods by name, with their parameters and defaults.
public final class Methods {
  /// A parameter of a method.
  ///
  /// @param name as in `--set name=value`; `n`, `temperature`, `top-p` and `max-tokens` have flags
  /// @param value the default
  /// @param help what it means, one line
  public record Parameter(String name, String value, String help) {}

  /// A method that can be chosen.
  ///
  /// @param name the canonical name
  /// @param summary what it does, one line
  /// @param verifier what judges its candidates when nothing else is chosen: `none` or `vote`
  /// @param parameters in the order to show them
  /// @param build makes the strategy
  public record Method(
      String name,
      String summary,
      String verifier,
      List<Parameter> parameters,
      Function<Settings, Strategy> build) {
    public Method {
      parameters = List.copyOf(parameters);
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

  private static final List<Parameter> ASK =
      List.of(
          new Parameter(
              "max-tokens",
              Integer.toString(Ask.DEFAULT_MAX_TOKENS),
              "most generated tokens of a sample"),
          new Parameter("system", Ask.STEP_BY_STEP, "the system turn; empty for none"));

  private static final List<Parameter> SAMPLING =
      List.of(
          new Parameter("n", Integer.toString(SelfConsistency.DEFAULT_N), "samples"),
          new Parameter(
              "temperature",
              Double.toString(SelfConsistency.DEFAULT_TEMPERATURE),
              "0 is greedy; higher is more varied"),
          new Parameter("top-p", "1.0", "draw from the most probable tokens up to this mass"),
          new Parameter("top-k", "0", "draw from this many most probable tokens; 0 is off"),
          new Parameter("min-p", "0.0", "leave out tokens below this part of the best one's"),
          new Parameter(
              "wave", Integer.toString(SelfConsistency.DEFAULT_WAVE), "samples asked for at once"));

  private static final List<Method> ALL =
      List.of(
          new Method(
              "greedy",
              "one completion of the most probable tokens",
              "none",
              ASK,
              settings -> new Greedy(ask(settings))),
          new Method(
              "self-consistency",
              "the answer that most of n samples reach",
              "vote",
              Stream.concat(SAMPLING.stream(), ASK.stream()).toList(),
              settings ->
                  new SelfConsistency(
                      ask(settings),
                      settings.integer("n", 1, 100_000),
                      sampling(settings),
                      settings.integer("wave", 1, 1024))));

  /// Names that are fixed but whose methods are yet to come.
  private static final List<String> LATER =
      List.of(
          "cot",
          "few-shot-cot",
          "best-of-n",
          "bon",
          "budget-forcing",
          "rejection-sampling",
          "class-conditional",
          "step-best-of-n",
          "beam",
          "dvts",
          "mcts",
          "rebase",
          "particle-filtering",
          "revisions",
          "self-refine",
          "agent",
          "rstar",
          "tree-of-thoughts",
          "auto");

  private Methods() {}

  /// Every method, in the order to show them.
  public static List<Method> all() {
    return ALL;
  }

  /// The method called `name`.
  ///
  /// @throws IllegalArgumentException if there is none, with the nearest name
  public static Method named(String name) {
    List<String> known = ALL.stream().map(Method::name).toList();
    return ALL.stream()
        .filter(method -> method.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    LATER.contains(name)
                        ? "method (%s) comes with a later version. Maybe one of %s serves until then."
                            .formatted(name, known)
                        : "method (%s) is unknown.%s".formatted(name, Nearest.maybe(name, known))));
  }

  private static Ask ask(Settings settings) {
    return new Ask(settings.text("system"), settings.integer("max-tokens", 1, 1 << 20));
  }

  private static Sampling sampling(Settings settings) {
    double topP = settings.number("top-p", 0, 1);
    return Sampling.of(settings.number("temperature", 0, 10))
        .withTopP(topP)
        .withTopK(settings.integer("top-k", 0, Integer.MAX_VALUE))
        .withMinP(settings.number("min-p", 0, 1));
  }
}
