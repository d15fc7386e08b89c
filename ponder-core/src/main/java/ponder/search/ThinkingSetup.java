package ponder.search;

import java.util.List;
import ponder.model.Sampling;
import ponder.search.Methods.Parameter;

/// What all methods that force or limit thinking have in common.
///
/// @param ask how the problem is put
/// @param markers what opens and closes thoughts
/// @param thinking how thoughts are drawn
/// @param answering how the answer is drawn
/// @param maxTokens most tokens of thoughts, closing marker and answer together; [#AUTO] for as
///   many as the cap on thoughts needs, and no fewer than [#USUAL_TOKENS]
/// @param answerReserve tokens kept for the answer
record ThinkingSetup(
    Ask ask,
    ThinkingMarkers markers,
    Sampling thinking,
    Sampling answering,
    int maxTokens,
    int answerReserve) {
  static final int AUTO = -1;
  static final int USUAL_TOKENS = 4096;
  static final int ANSWER_RESERVE = 512;

  private static final int MOST = 1 << 20;
  private static final String SAME = "same";

  /// The parameters that [#of] reads.
  ///
  /// @param temperature the default
  static List<Parameter> parameters(double temperature) {
    return Parameters.concat(
        List.of(
            new Parameter("max-tokens", "auto", "most tokens of thoughts and answer"),
            new Parameter(
                "answer-reserve", Integer.toString(ANSWER_RESERVE), "tokens kept for the answer"),
            new Parameter("thinking-temperature", SAME, "of the thoughts")),
        Parameters.sampling(temperature),
        ThinkingMarkers.PARAMETERS,
        Parameters.prompt("", "none"));
  }

  static ThinkingSetup of(Settings settings) {
    Sampling answering = Parameters.sampling(settings);
    Sampling thinking =
        settings.text("thinking-temperature").equals(SAME)
            ? answering
            : answering.withTemperature(settings.number("thinking-temperature", 0, 10));
    return new ThinkingSetup(
        Parameters.ask(settings, USUAL_TOKENS),
        ThinkingMarkers.of(settings),
        thinking,
        answering,
        integerOrAuto("max-tokens", settings),
        settings.integer("answer-reserve", 1, MOST));
  }

  /// A whole number of at least 1, or `auto`.
  static int integerOrAuto(String name, Settings settings) {
    return settings.text(name).strip().equals("auto") ? AUTO : settings.integer(name, 1, MOST);
  }

  /// Most tokens of thoughts, closing marker and answer together.
  ///
  /// @param cap most tokens of the thoughts, or [#AUTO]
  /// @param closing tokens of the closing marker
  long most(int cap, int closing) {
    if (maxTokens != AUTO) {
      return maxTokens;
    }
    return cap == AUTO
        ? USUAL_TOKENS
        : Math.max(USUAL_TOKENS, (long) cap + closing + answerReserve);
  }
}
