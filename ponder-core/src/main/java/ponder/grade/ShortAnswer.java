package ponder.grade;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Compares short answers in words by the two measures of HotpotQA (Yang et al. 2018; they go back
/// to SQuAD, Rajpurkar et al. 2016): exact match, and F1 over words.
///
/// Both sides are put into small letters first, without ASCII punctuation, the articles a, an and
/// the, and further spaces. TeX's marks for text are taken off before, since models are asked to
/// box their answers. Unlike [Grader] this knows no numbers: `1,000` and `1000` are equal here
/// because a comma is punctuation, `1/2` and `0.5` are not.
public final class ShortAnswer {
  private static final Pattern TEX =
      Pattern.compile("\\\\(?:text|textbf|textit|mathrm|mathbf)\\s*\\{|\\\\[ ,;!]|[{}$]");
  private static final Pattern PUNCTUATION = Pattern.compile("\\p{Punct}");
  private static final Pattern ARTICLES = Pattern.compile("\\b(?:a|an|the)\\b");
  private static final Pattern SPACES = Pattern.compile("[\\s\\p{Z}]+");

  /// Answers that are right or wrong as a whole.
  private static final Set<String> WHOLE = Set.of("yes", "no", "noanswer");

  private ShortAnswer() {}

  /// The words that count, with single spaces between; may be empty.
  static String normal(String answer) {
    String plain = TEX.matcher(answer).replaceAll(" ").toLowerCase(Locale.ROOT);
    plain = PUNCTUATION.matcher(plain).replaceAll("");
    plain = ARTICLES.matcher(plain).replaceAll(" ");
    return SPACES.matcher(plain).replaceAll(" ").strip();
  }

  /// Whether both say the same words in the same order.
  public static boolean exact(String answer, String reference) {
    return normal(answer).equals(normal(reference));
  }

  /// The harmonic mean of the part of the answer's words that the reference has and the part of the
  /// reference's words that the answer has, in [0, 1]; a word counts as often as it comes. 0 if
  /// either side is yes or no and the other is not the same.
  public static double f1(String answer, String reference) {
    String a = normal(answer);
    String r = normal(reference);
    if ((WHOLE.contains(a) || WHOLE.contains(r)) && !a.equals(r)) {
      return 0;
    }
    List<String> said = words(a);
    List<String> wanted = words(r);
    Map<String, Integer> left = new HashMap<>();
    wanted.forEach(word -> left.merge(word, 1, Integer::sum));
    long common = 0;
    for (String word : said) {
      if (left.getOrDefault(word, 0) > 0) {
        left.merge(word, -1, Integer::sum);
        common++;
      }
    }
    return common == 0 ? 0 : 2.0 * common / (said.size() + wanted.size());
  }

  private static List<String> words(String normal) {
    return Stream.of(normal.split(" ")).filter(word -> !word.isEmpty()).toList();
  }
}
