package ponder.verify;

import java.util.ArrayList;
import java.util.List;
import ponder.core.Nearest;

/// What a `--verifier` text names.
///
/// Grammar: `NAME`, `prm:FORMAT`, `head:PATH`, or `mean(TEXT,TEXT,...)` with texts of the same kind
/// inside. Spaces around a text do not count. Inside a mean, a path ends at the next comma or
/// closing parenthesis that belongs to no parenthesis of its own.
sealed interface Choice {
  record Vote() implements Choice {}

  record Logprob() implements Choice {}

  record SelfCertainty() implements Choice {}

  record Oracle() implements Choice {}

  record Mean(List<Choice> parts) implements Choice {}

  /// Every verifier, in the order to show them.
  List<Verifiers.Kind> KINDS =
      List.of(
          new Verifiers.Kind("vote", "the share of all candidates that agree on the answer"),
          new Verifiers.Kind("logprob", "the mean probability of the candidate's tokens"),
          new Verifiers.Kind(
              "self-certainty", "how far from uniform the model's distributions were"),
          new Verifiers.Kind("oracle", "compares with the right answer; evaluation only"),
          new Verifiers.Kind("mean(A,B,...)", "the mean of several verifiers"));

  /// Names that are fixed but whose verifiers are yet to come.
  List<String> LATER = List.of("rollout");

  List<String> SIMPLE = List.of("vote", "logprob", "self-certainty", "oracle");

  /// @throws IllegalArgumentException if the text cannot be read, with the nearest name
  static Choice parse(String text) {
    String name = text.strip();
    return switch (name) {
      case "vote" -> new Vote();
      case "logprob" -> new Logprob();
      case "self-certainty" -> new SelfCertainty();
      case "oracle" -> new Oracle();
      default -> name.startsWith("mean(") ? mean(name) : unknown(name);
    };
  }

  private static Choice mean(String text) {
    List<Choice> parts = new ArrayList<>();
    int depth = 0;
    int from = "mean(".length();
    for (int at = from - 1; at < text.length(); at++) {
      char c = text.charAt(at);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      boolean closes = c == ')' && depth == 0;
      if (closes || c == ',' && depth == 1) {
        parts.add(parse(text.substring(from, at)));
        from = at + 1;
      }
      if (closes && from == text.length()) {
        return new Mean(List.copyOf(parts));
      }
      if (closes) {
        break;
      }
    }
    throw new IllegalArgumentException(
        "verifier (%s) cannot be read. Maybe mean(vote,judge) was meant.".formatted(text));
  }

  private static Choice unknown(String name) {
    throw new IllegalArgumentException(
        LATER.contains(name)
            ? "verifier (%s) comes with a later version. Maybe one of %s serves until then."
                .formatted(name, SIMPLE)
            : "verifier (%s) is unknown.%s".formatted(name, Nearest.maybe(name, SIMPLE)));
  }
}
