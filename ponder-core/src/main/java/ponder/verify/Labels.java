package ponder.verify;

import java.util.ArrayList;
import java.util.List;
import ponder.model.Tokenizer;
import ponder.model.Tokens;

/// The tokens that stand for a good and for a bad verdict, and how their probabilities become one
/// value.
///
/// Ids depend on the tokenizer, so they are derived from spellings. A spelling counts if it is a
/// single token.
///
/// @param tokens the good ones, then the bad ones
/// @param good how many of them are good
record Labels(Tokens tokens, int good) {
  /// The verdicts of a format: the first spelling that is a single token on both sides for a model
  /// that was trained on it, else all spellings.
  ///
  /// @throws IllegalArgumentException if there is no such spelling
  static Labels of(PrmFormat format, String asker, String model, Tokenizer tokenizer) {
    List<String> good = format.good();
    List<String> bad = format.bad();
    if (format.style() == PrmFormat.Style.TAGGED) {
      for (int i = 0; i < good.size(); i++) {
        Tokens pair = tokenizer.encode(good.get(i), false);
        Tokens other = tokenizer.encode(bad.get(i), false);
        if (pair.size() == 1 && other.size() == 1) {
          return new Labels(pair.concat(other), 1);
        }
      }
    }
    return all(asker, model, tokenizer, good, bad);
  }

  /// All spellings that are single tokens; their probabilities add up.
  ///
  /// @param asker the verifier that wants to know
  /// @throws IllegalArgumentException if no spelling of one side is a single token
  static Labels all(
      String asker, String model, Tokenizer tokenizer, List<String> good, List<String> bad) {
    List<Integer> goodIds = ids(asker, model, tokenizer, good);
    List<Integer> all = new ArrayList<>(goodIds);
    all.addAll(ids(asker, model, tokenizer, bad));
    return new Labels(Tokens.of(all), goodIds.size());
  }

  private static List<Integer> ids(
      String asker, String model, Tokenizer tokenizer, List<String> spellings) {
    List<Integer> ids =
        spellings.stream()
            .map(spelling -> tokenizer.encode(spelling, false))
            .filter(tokens -> tokens.size() == 1)
            .map(tokens -> tokens.get(0))
            .distinct()
            .toList();
    if (ids.isEmpty()) {
      throw lacking(asker, model, spellings.getFirst());
    }
    return ids;
  }

  /// The single token that `text` must be.
  ///
  /// @throws IllegalArgumentException if it is none
  static int single(String asker, String model, Tokenizer tokenizer, String text) {
    Tokens tokens = tokenizer.encode(text, false);
    if (tokens.size() != 1) {
      throw lacking(asker, model, text);
    }
    return tokens.get(0);
  }

  private static IllegalArgumentException lacking(String asker, String model, String token) {
    String shown = token.replace("\n", "\\n");
    return new IllegalArgumentException(
        "verifier (%s) needs '%s' as one token, which model %s lacks. Maybe name another model with --verifier-model."
            .formatted(asker, shown, model));
  }

  /// The probability of a good verdict against a bad one; NaN if neither has any.
  ///
  /// @param logprobs of [#tokens], natural log
  double value(float[] logprobs) {
    double most = Double.NEGATIVE_INFINITY;
    for (float logprob : logprobs) {
      most = Math.max(most, logprob); // NaN wins, and makes the result NaN
    }
    double goodMass = 0;
    double badMass = 0;
    for (int i = 0; i < logprobs.length; i++) {
      double mass = Math.exp(logprobs[i] - most);
      if (i < good) {
        goodMass += mass;
      } else {
        badMass += mass;
      }
    }
    return goodMass / (goodMass + badMass);
  }
}
