package ponder.verify;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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

  record Judge() implements Choice {}

  record Thought() implements Choice {}

  record Rollout(int n) implements Choice {}

  record Prm(PrmFormat format) implements Choice {}

  record Head(Path file) implements Choice {}

  record Oracle() implements Choice {}

  record Mean(List<Choice> parts) implements Choice {}

  /// Every verifier, in the order to show them.
  List<Verifiers.Kind> KINDS =
      List.of(
          new Verifiers.Kind("vote", "the share of all candidates that agree on the answer"),
          new Verifiers.Kind("logprob", "the mean probability of the candidate's tokens"),
          new Verifiers.Kind(
              "self-certainty", "how far from uniform the model's distributions were"),
          new Verifiers.Kind("judge", "a model's probability of calling the solution correct"),
          new Verifiers.Kind(
              "prm:FORMAT",
              "a model that says + or - to each step; FORMAT is one of "
                  + String.join(", ", PrmFormat.names())),
          new Verifiers.Kind("head:PATH", "a reward head on the model's hidden states"),
          new Verifiers.Kind(
              "thought", "whether a model finds it sure, likely or impossible to end well"),
          new Verifiers.Kind(
              "rollout:N", "how many of N completions (default: 8) reach the usual answer"),
          new Verifiers.Kind("oracle", "compares with the right answer; evaluation only"),
          new Verifiers.Kind("mean(A,B,...)", "the mean of several verifiers"));

  String PRM = "prm:";
  String HEAD = "head:";
  String ROLLOUT = "rollout:";

  /// @throws IllegalArgumentException if the text cannot be read, with the nearest name
  static Choice parse(String text) {
    String name = text.strip();
    return switch (name) {
      case "vote" -> new Vote();
      case "logprob" -> new Logprob();
      case "self-certainty" -> new SelfCertainty();
      case "judge" -> new Judge();
      case "thought" -> new Thought();
      case "rollout" -> new Rollout(ponder.verify.Rollout.DEFAULT_N);
      case "oracle" -> new Oracle();
      default -> parameterised(name);
    };
  }

  private static Choice parameterised(String name) {
    if (name.startsWith("mean(")) {
      return mean(name);
    }
    if (name.startsWith(PRM)) {
      return new Prm(PrmFormat.named(name.substring(PRM.length())));
    }
    if (name.startsWith(ROLLOUT)) {
      return rollout(name);
    }
    if (name.startsWith(HEAD) && name.length() > HEAD.length()) {
      try {
        return new Head(Path.of(name.substring(HEAD.length())));
      } catch (InvalidPathException e) {
        throw new IllegalArgumentException(
            "verifier (%s) names no path: %s".formatted(name, e.getMessage()), e);
      }
    }
    return unknown(name);
  }

  private static Choice rollout(String name) {
    String n = name.substring(ROLLOUT.length());
    if (!n.matches("[1-9]\\d{0,3}")) {
      throw new IllegalArgumentException(
          "verifier (%s) must have a number between 1 and 9999. Maybe rollout:8 was meant."
              .formatted(name));
    }
    return new Rollout(Integer.parseInt(n));
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
    List<String> known =
        new ArrayList<>(
            List.of("vote", "logprob", "self-certainty", "judge", "thought", "rollout"));
    PrmFormat.names().forEach(format -> known.add(PRM + format));
    known.addAll(List.of("head:PATH", "oracle", "mean(A,B)"));
    throw new IllegalArgumentException(
        "verifier (%s) is unknown.%s".formatted(name, Nearest.maybe(name, known)));
  }
}
