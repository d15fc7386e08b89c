package ponder.verify;

import java.util.List;
import java.util.Map;
import ponder.core.Nearest;

/// How a process reward model that answers with tokens wants a solution written, and where its
/// verdict on a step is read: `prm:NAME`.
///
/// @param name what `prm:` is followed by
/// @param summary one line
/// @param style what surrounds question and steps
/// @param tag [Style#TAGGED]: what stands behind every step, one token, at which the verdict is
///   read. [Style#TURNS]: what the assistant's turns say. [Style#ASKED]: the question behind the
///   last step
/// @param joint [Style#TAGGED]: what stands between a tag and the next step
/// @param good spellings of the good verdict
/// @param bad spellings of the bad verdict
record PrmFormat(
    String name,
    String summary,
    Style style,
    String tag,
    String joint,
    List<String> good,
    List<String> bad) {

  /// What surrounds question and steps.
  enum Style {
    /// Plain text: the question, a space, and every step with a tag behind. The tags stay in the
    /// text, since the model was trained with them there.
    TAGGED,

    /// A conversation: each step is a turn of the user, the first with the question and a space in
    /// front; each of the assistant's turns is the good verdict, whatever the model would say
    /// there. The verdict is read where the assistant's turn begins.
    TURNS,

    /// One turn of the user with instructions, the question, the steps so far, and behind them a
    /// question about the last step. What is behind the steps is not kept, so the next step
    /// continues the steps alone. The verdict is read where the assistant's turn begins.
    ASKED
  }

  private static final List<String> PLUS = List.of(" +", "+");
  private static final List<String> MINUS = List.of(" -", "-");

  /// Every format, in the order to show them.
  ///
  /// Sources: Wang et al. 2024, "Math-Shepherd"; Wang et al. 2024, "OpenR" (model Math-psa); Xiong
  /// et al. 2024, "An Implementation of Generative PRM" (RLHFlow).
  static final List<PrmFormat> ALL =
      List.of(
          new PrmFormat(
              "math-shepherd",
              "Math-Shepherd: plain text, each step ends with ' \u043A\u0438'",
              Style.TAGGED,
              " \u043A\u0438",
              "\n\n",
              PLUS,
              MINUS),
          new PrmFormat(
              "openr",
              "OpenR's Math-psa: plain text, each step ends with a space and five newlines",
              Style.TAGGED,
              " \n\n\n\n\n",
              "",
              PLUS,
              MINUS),
          new PrmFormat(
              "rlhflow",
              "RLHFlow: a conversation, each step a turn that is answered by + or -",
              Style.TURNS,
              "+",
              "",
              List.of("+"),
              List.of("-")),
          new PrmFormat(
              "plus-minus",
              "any chat model, trained for it or not: asked for + or - after each step",
              Style.ASKED,
              "\n\nThe last step: + or -?",
              "",
              List.of("+", " +"),
              List.of("-", " -")));

  /// Formats of models whose verdict is not a token, and what is to be done about it.
  private static final Map<String, String> HEADS =
      Map.of(
          "skywork",
          "Maybe head:PATH was meant, with its value head as a safetensors file.",
          "qwen-prm",
          "Its head has two layers, and head:PATH takes heads of one. Maybe prm:openr was meant.");

  static List<String> names() {
    return ALL.stream().map(PrmFormat::name).toList();
  }

  /// @throws IllegalArgumentException if there is none, with the nearest name
  static PrmFormat named(String name) {
    return ALL.stream()
        .filter(it -> it.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    HEADS.containsKey(name)
                        ? "prm format (%s) is read by a head on the hidden states, not by tokens. %s"
                            .formatted(name, HEADS.get(name))
                        : "prm format (%s) is unknown.%s"
                            .formatted(name, Nearest.maybe(name, names()))));
  }
}
