package ponder.search;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ponder.model.Sampling;
import ponder.search.Methods.Parameter;

/// The parameters that several methods share, and how they are read.
final class Parameters {
  /// Stands for our own sentence in the question's language.
  static final String BUILT_IN = "built-in";

  private static final String NONE = "none";
  private static final String ALL = "all";
  private static final String AUTO = "auto";

  private Parameters() {}

  /// How the steps of a search are written.
  ///
  /// @param n default of `n`
  /// @param help of `n`
  /// @param steps default of `steps`
  static List<Parameter> steps(int n, String help, int steps) {
    return concat(
        List.of(
            new Parameter("n", Integer.toString(n), help),
            new Parameter("steps", Integer.toString(steps), "most steps of a solution"),
            new Parameter("step-tokens", "512", "most generated tokens of a step"),
            new Parameter("max-tokens", "2048", "most generated tokens of a solution"),
            new Parameter("separator", "\\n\\n", "ends a step; \\n is a line break"),
            new Parameter("incremental", "true", "judge new steps alone; false: whole paths anew"),
            new Parameter("mode", "weighted", "weighted by answer, naive (the best), maj")),
        sampling(Draws.DEFAULT_TEMPERATURE),
        prompt("", NONE));
  }

  /// @param dedupe whether a step that repeats a sibling is left out
  /// @param lookahead how many steps are looked ahead
  static StepSetup steps(Settings settings, boolean dedupe, int lookahead) {
    return new StepSetup(
        ask(settings),
        sampling(settings),
        settings.text("separator").replace("\\n", "\n"),
        settings.integer("steps", 1, 1000),
        settings.integer("step-tokens", 1, 1 << 20),
        dedupe,
        lookahead,
        settings.flag("incremental"));
  }

  /// How the problem is put.
  ///
  /// @param cue default of `cue`
  /// @param shots default of `shots`
  static List<Parameter> ask(String cue, String shots) {
    return concat(
        List.of(
            new Parameter(
                "max-tokens",
                Integer.toString(Ask.DEFAULT_MAX_TOKENS),
                "most generated tokens of a sample")),
        prompt(cue, shots));
  }

  /// The same without the length of a sample.
  static List<Parameter> prompt(String cue, String shots) {
    return List.of(
        new Parameter("system", BUILT_IN, "the system turn: built-in, text or empty"),
        new Parameter("cue", cue, "asks for thinking: built-in, text or empty"),
        new Parameter("language", AUTO, "of built-in sentences: en, ja, auto"),
        new Parameter("shots", shots, "worked examples: none, built-in, JSONL file"),
        new Parameter("k", ALL, "how many worked examples"),
        new Parameter("layout", "chat", "chat, or text for models that cannot chat"));
  }

  /// How the problem is put, as most methods do it.
  static List<Parameter> ask() {
    return ask("", NONE);
  }

  /// How tokens are drawn.
  ///
  /// @param temperature default of `temperature`
  static List<Parameter> sampling(double temperature) {
    return List.of(
        new Parameter(
            "temperature", Double.toString(temperature), "0 is greedy; higher is more varied"),
        new Parameter("top-p", "1.0", "draw from the likeliest up to this mass"),
        new Parameter("top-k", "0", "draw from this many likeliest; 0 is off"),
        new Parameter("min-p", "0.0", "leave out tokens below this part of the best"));
  }

  /// Many samples.
  ///
  /// @param wave default of `wave`
  static List<Parameter> draws(String wave) {
    return concat(
        List.of(
            new Parameter("n", Integer.toString(Draws.DEFAULT_N), "samples"),
            new Parameter("wave", wave, "samples asked for at once")),
        sampling(Draws.DEFAULT_TEMPERATURE));
  }

  @SafeVarargs
  static List<Parameter> concat(List<Parameter>... lists) {
    return Stream.of(lists).flatMap(List::stream).toList();
  }

  static Ask ask(Settings settings) {
    return ask(settings, settings.integer("max-tokens", 1, 1 << 20));
  }

  static Ask ask(Settings settings, int maxTokens) {
    return new Ask(
        language(settings),
        wording(settings.text("system"), Phrase.STEP_BY_STEP),
        wording(settings.text("cue"), Phrase.CUE),
        Wording.NONE,
        shots(settings),
        settings.choice("layout", Ask.Layout.values()),
        maxTokens);
  }

  /// The language of our own sentences; null for the question's.
  static @Nullable Language language(Settings settings) {
    return switch (settings.choice("language", LanguageChoice.values())) {
      case AUTO -> null;
      case EN -> Language.ENGLISH;
      case JA -> Language.JAPANESE;
    };
  }

  private enum LanguageChoice {
    AUTO,
    EN,
    JA
  }

  static Wording wording(String text, Phrase ours) {
    return text.equals(BUILT_IN) ? ours : new Wording.Given(text);
  }

  private static Shots shots(Settings settings) {
    String source = settings.text("shots");
    Shots shots =
        switch (source) {
          case NONE -> Shots.NONE;
          case BUILT_IN -> Shots.builtIn();
          default -> Shots.read(Path.of(source));
        };
    return settings.text("k").equals(ALL)
        ? shots
        : shots.first(settings.integer("k", 0, Integer.MAX_VALUE));
  }

  static Sampling sampling(Settings settings) {
    return Sampling.of(settings.number("temperature", 0, 10))
        .withTopP(settings.number("top-p", 0, 1))
        .withTopK(settings.integer("top-k", 0, Integer.MAX_VALUE))
        .withMinP(settings.number("min-p", 0, 1));
  }

  static Draws draws(Settings settings) {
    return draws(settings, settings.integer("wave", 1, 1024));
  }

  static Draws draws(Settings settings, int wave) {
    return new Draws(ask(settings), settings.integer("n", 1, 100_000), sampling(settings), wave);
  }
}
