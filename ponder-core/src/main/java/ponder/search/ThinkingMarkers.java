package ponder.search;

import java.util.List;
import ponder.model.Tokenizer;
import ponder.model.Tokens;
import ponder.search.Methods.Parameter;

/// What opens a model's thoughts, what closes them, and what asks for the answer when they are cut.
///
/// A model stops thinking by a **token**, not by a text: a minimum of tokens can hold back a token
/// only, and text may be cut into tokens in more than one way. Where the closing marker begins with
/// a special token, as `<|im_start|>answer` does, that token alone is the stop; else all tokens of
/// the marker in this order are. So markers of several tokens work, with two limits: a minimum
/// cannot hold them back, and a model that cuts the same text otherwise does not stop there.
///
/// @param family where the markers come from that are not given
/// @param start opens the thoughts; empty for the family's
/// @param end closes them; empty for the family's
/// @param answerPrefix follows `end` on a line of its own when the thoughts were cut
record ThinkingMarkers(Family family, String start, String end, String answerPrefix) {
  static final String ANSWER_PREFIX = "Final Answer:";

  static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("markers", "auto", "marks of thoughts: auto, think, chatml"),
          new Parameter("think-start", "", "opens thoughts; empty for the markers'"),
          new Parameter("think-end", "", "closes thoughts; empty for the markers'"),
          new Parameter("answer-prefix", ANSWER_PREFIX, "after thoughts that were cut"));

  /// Known pairs of markers.
  enum Family {
    /// Whichever of the others the model knows, in their order.
    AUTO("", "", ""),
    /// Of models that were trained to think, such as DeepSeek-R1 and Qwen3.
    THINK("<think>", "</think>", "<think>"),
    /// Of s1, in the vocabulary of every model that chats in ChatML.
    CHATML("<|im_start|>think", "<|im_start|>answer", "<|im_start|>");

    private final String start;
    private final String end;

    /// A model knows the family if this is one token of its vocabulary.
    private final String sign;

    Family(String start, String end, String sign) {
      this.start = start;
      this.end = end;
      this.sign = sign;
    }
  }

  /// @throws IllegalArgumentException naming markers that are unknown
  static ThinkingMarkers of(Settings settings) {
    return new ThinkingMarkers(
        settings.choice("markers", Family.values()),
        settings.text("think-start"),
        settings.text("think-end"),
        settings.text("answer-prefix"));
  }

  /// These markers with none left empty.
  ///
  /// @param prompt the prompt's text: a chat template that opens the thoughts itself tells the
  ///   family
  /// @param model the model's name
  /// @throws IllegalArgumentException if a marker is missing and the model knows no family
  ThinkingMarkers resolve(Tokenizer tokenizer, String prompt, String model) {
    if (!start.isEmpty() && !end.isEmpty()) {
      return this;
    }
    Family known = family == Family.AUTO ? detect(tokenizer, prompt, model) : family;
    return new ThinkingMarkers(
        known,
        start.isEmpty() ? known.start : start,
        end.isEmpty() ? known.end : end,
        answerPrefix);
  }

  private static Family detect(Tokenizer tokenizer, String prompt, String model) {
    for (Family family : Family.values()) {
      if (family != Family.AUTO
          && (opened(prompt, family.start) || tokenizer.encode(family.sign, true).size() == 1)) {
        return family;
      }
    }
    throw new IllegalArgumentException(
        "markers (auto) found none: model %s has neither <think> nor <|im_start|> in its vocabulary. Maybe set think-start and think-end to what it knows, or markers=think for plain text."
            .formatted(model));
  }

  private static boolean opened(String prompt, String start) {
    return prompt.stripTrailing().endsWith(start);
  }

  /// What opens the thoughts behind this prompt, with nothing after it; empty if the chat template
  /// has opened them.
  Tokens opening(Tokenizer tokenizer, String prompt) {
    return opened(prompt, start) ? Tokens.of() : tokenizer.encode(start, true);
  }

  /// The tokens by which the model itself ends its thoughts.
  Tokens stop(Tokenizer tokenizer) {
    Tokens marker = tokenizer.encode(end.strip(), true);
    return marker.size() > 1 && tokenizer.isSpecial(marker.get(0)) ? marker.slice(0, 1) : marker;
  }

  /// What stands between thoughts that the model ended and the answer.
  Tokens closing(Tokenizer tokenizer) {
    return tokenizer.encode(end, true);
  }

  /// What stands between thoughts that were cut and the answer.
  ///
  /// @param lineOpen whether the thoughts do not end with a line break
  Tokens forcedClosing(Tokenizer tokenizer, boolean lineOpen) {
    return tokenizer.encode((lineOpen ? "\n" : "") + end + "\n" + answerPrefix, true);
  }
}
