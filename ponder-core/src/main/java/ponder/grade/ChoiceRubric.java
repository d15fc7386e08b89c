package ponder.grade;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Answers that name one of several options, by its letter, its whole text or both: `B`, `(b)`, `B)
/// library` and `library` are the same answer. What names no option is an answer that is wrong.
///
/// A text's answer is the one that it marks; else its last line, if that names an option.
///
/// @param options their texts; empty if only letters are known
record ChoiceRubric(List<String> options) implements Rubric {
  private static final Pattern TEX =
      Pattern.compile("\\\\(?:text|textbf|textit|mathrm|mathbf)\\s*\\{|[{}$*`]");
  private static final Pattern ALONE =
      Pattern.compile("(?i)(?:(?:the )?(?:option|choice|answer)[:\\s]\\s*)?\\(?([A-Z])[).:]?\\.?");
  private static final Pattern WITH_TEXT = Pattern.compile("\\(?([A-Za-z])[).:]\\)?\\s+\\S.*");
  private static final Pattern IN_BRACKETS = Pattern.compile("\\(([A-Z])\\)");

  ChoiceRubric {
    options = List.copyOf(options);
  }

  @Override
  public Optional<String> answer(String text) {
    return MathRubric.EXTRACTOR
        .words(text)
        .filter(it -> it.source() != Extracted.Source.LAST_LINE || !named(it.raw()).isEmpty())
        .map(Extracted::raw);
  }

  @Override
  public AnswerClasses classes(List<@Nullable String> answers) {
    return AnswerClasses.by(
        answers,
        answer -> {
          String letter = named(answer);
          return letter.isEmpty() ? ShortAnswer.normal(answer) + " (no option)" : letter;
        });
  }

  @Override
  public Verdict grade(String answer, String reference) {
    String chosen = named(answer);
    String right = named(reference);
    if (answer.isBlank() || right.isEmpty()) {
      return right.isEmpty()
          ? new Verdict.Undecided(Reason.PARSE_FAIL, "reference", 0)
          : new Verdict.Wrong(Reason.EMPTY, "empty", 0);
    }
    return chosen.equals(right)
        ? new Verdict.Correct(Reason.CHOICE, "choice", 0)
        : new Verdict.Wrong(Reason.CHOICE, "choice", 0);
  }

  /// The letter of the option that an answer names; empty if it names none.
  private String named(String answer) {
    String plain = TEX.matcher(answer).replaceAll(" ").strip().replaceAll("\\s+", " ");
    Matcher alone = ALONE.matcher(plain);
    if (alone.matches() && known(alone.group(1))) {
      return upper(alone.group(1));
    }
    String own = ShortAnswer.normal(plain);
    int[] same =
        IntStream.range(0, options.size())
            .filter(i -> !own.isEmpty() && ShortAnswer.normal(options.get(i)).equals(own))
            .toArray();
    if (same.length == 1) {
      return String.valueOf((char) ('A' + same[0]));
    }
    Matcher with = WITH_TEXT.matcher(plain);
    if (with.matches() && known(with.group(1))) {
      return upper(with.group(1));
    }
    return bracketed(plain);
  }

  /// The one letter that stands in brackets; empty if there is none, or several.
  private String bracketed(String plain) {
    List<String> letters =
        IN_BRACKETS
            .matcher(plain)
            .results()
            .map(it -> it.group(1))
            .filter(this::known)
            .distinct()
            .toList();
    return letters.size() == 1 ? letters.getFirst() : "";
  }

  private boolean known(String letter) {
    return options.isEmpty() || upper(letter).charAt(0) - 'A' < options.size();
  }

  private static String upper(String letter) {
    return String.valueOf(Character.toUpperCase(letter.charAt(0)));
  }
}
