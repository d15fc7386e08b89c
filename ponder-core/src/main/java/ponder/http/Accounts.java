package ponder.http;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// What a server says that a call cost, believed only where it can be.
///
/// @param prompt prompt tokens; -1 if the server does not say or cannot be believed
/// @param cached the part of them that was not computed
/// @param completion generated tokens of all the call's samples; -1 likewise
record Accounts(long prompt, long cached, long completion) {
  static final Accounts NONE = new Accounts(-1, 0, -1);

  /// Reads and checks a `usage` object.
  ///
  /// @param shown tokens that the server showed log-probabilities of
  /// @param text whether any of the samples has text
  /// @param most tokens that were asked for at most
  static Accounts of(
      JsonNode usage, long shown, boolean text, long most, Notes notes, Endpoint endpoint) {
    if (!usage.isObject()) {
      return NONE;
    }
    long prompt = usage.path("prompt_tokens").asLong(-1);
    long completion = usage.path("completion_tokens").asLong(-1);
    long total = usage.path("total_tokens").asLong(prompt + completion);
    long cached = usage.at("/prompt_tokens_details/cached_tokens").asLong(0);
    List<String> wrong = new ArrayList<>();
    if (prompt < 1) {
      wrong.add("prompt_tokens (" + prompt + ") must be at least 1");
    }
    if (completion < 0 || (completion == 0 && text)) {
      wrong.add("completion_tokens (" + completion + ") is too few for the text");
    } else if (completion < shown) {
      wrong.add("completion_tokens (" + completion + ") is below the tokens shown");
    } else if (completion > most) {
      wrong.add("completion_tokens (" + completion + ") is above what was asked for");
    } else if (total != prompt + completion) {
      wrong.add("total_tokens (" + total + ") is not the sum of its parts");
    }
    if (!wrong.isEmpty()) {
      notes.warn(
          "%s gives usage that cannot be: %s. Tokens are counted here."
              .formatted(endpoint, wrong.getFirst()));
    }
    boolean believed = wrong.isEmpty() || (wrong.size() == 1 && prompt < 1);
    return new Accounts(
        wrong.isEmpty() ? prompt : -1,
        wrong.isEmpty() ? Math.clamp(cached, 0, prompt) : 0,
        believed ? completion : -1);
  }

  /// Shares `total` out by `weights`, exactly; leftovers go to the largest remainders, ties to the
  /// earliest. Each gets at least its `least`.
  ///
  /// @param total at least the sum of `least`
  static long[] share(long total, long[] least, long[] weights) {
    long[] shares = least.clone();
    long rest = total;
    long all = 0;
    for (int i = 0; i < shares.length; i++) {
      rest -= least[i];
      all += weights[i];
    }
    if (all == 0) {
      shares[0] += rest;
      return shares;
    }
    long given = 0;
    for (int i = 0; i < shares.length; i++) {
      long part = Math.floorDiv(rest * weights[i], all);
      shares[i] += part;
      given += part;
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < shares.length; i++) {
      order.add(i);
    }
    long whole = rest;
    long sum = all;
    order.sort((a, b) -> Long.compare(whole * weights[b] % sum, whole * weights[a] % sum));
    for (int k = 0; k < rest - given; k++) {
      shares[order.get(k)]++;
    }
    return shares;
  }
}
