package ponder.stats;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import ponder.core.Nearest;
import ponder.core.Spend;

/// What tokens cost, in a currency that the user has in mind: an amount per million of each kind.
///
/// Written as `prompt=0.15,cached=0.075,generated=0.6`. `cached` may be left out and then costs as
/// much as `prompt`. Scored tokens are read like a prompt and cost as much.
///
/// @param prompt for a million prompt or scored tokens that were computed
/// @param cached for a million prompt tokens that were found in a cache
/// @param generated for a million generated tokens
public record Price(double prompt, double cached, double generated) {
  private static final double MILLION = 1e6;
  private static final List<String> KEYS = List.of("prompt", "cached", "generated");

  public Price {
    for (double amount : new double[] {prompt, cached, generated}) {
      if (!(amount >= 0 && Double.isFinite(amount))) {
        throw new IllegalArgumentException(
            "price (%s) must be 0 or more per million tokens.".formatted(amount));
      }
    }
  }

  /// Reads what `--price` takes.
  ///
  /// @throws IllegalArgumentException naming the part that cannot be read, is unknown, comes twice
  ///   or is missing
  public static Price parse(String text) {
    Map<String, Double> amounts = new HashMap<>();
    for (String part : text.split(",", -1)) {
      String[] sides = part.strip().split("=", 2);
      if (sides.length < 2 || !KEYS.contains(sides[0])) {
        throw new IllegalArgumentException(
            "price (%s) cannot be read at '%s'.%s"
                .formatted(
                    text,
                    part.strip(),
                    sides.length < 2
                        ? " Maybe prompt=0.15,cached=0.075,generated=0.6 was meant."
                        : Nearest.maybe(sides[0], KEYS)));
      }
      if (amounts.put(sides[0], amount(sides[1], text)) != null) {
        throw new IllegalArgumentException("price (%s) names %s twice.".formatted(text, sides[0]));
      }
    }
    for (String key : Arrays.asList("prompt", "generated")) {
      if (!amounts.containsKey(key)) {
        throw new IllegalArgumentException(
            "price (%s) lacks %s. Maybe %s=0 was meant.".formatted(text, key, key));
      }
    }
    double prompt = amounts.getOrDefault("prompt", 0.0);
    return new Price(
        prompt, amounts.getOrDefault("cached", prompt), amounts.getOrDefault("generated", 0.0));
  }

  private static double amount(String number, String text) {
    try {
      return Double.parseDouble(number.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "price (%s) has no number at '%s'.".formatted(text, number), e);
    }
  }

  /// What `spend` costs.
  public double of(Spend spend) {
    long computed = spend.promptTokens() - spend.cachedPromptTokens() + spend.scoredTokens();
    return (computed * prompt
            + spend.cachedPromptTokens() * cached
            + spend.generatedTokens() * generated)
        / MILLION;
  }
}
