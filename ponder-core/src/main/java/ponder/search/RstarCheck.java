package ponder.search;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.grade.AnswerClasses;
import ponder.grade.Rubric;

/// How rStar's solutions are checked by a second model, and what then decides.
///
/// @param on whether they are checked at all
/// @param masks beginnings of a solution that the second model has to end, at least 1
/// @param left part of the words that the shortest beginning keeps, in [0, 1]
/// @param right part of the words that the longest keeps, at least `left` and at most 1
/// @param temperature of the second model
/// @param maxTokens most tokens of an ending
/// @param keep when a solution is kept
/// @param score what decides among the kept
/// @param reward what a solution is worth before it is checked
/// @param process whether that is multiplied by how many completions of each node on its path agree
record RstarCheck(
    boolean on,
    int masks,
    BigDecimal left,
    BigDecimal right,
    double temperature,
    int maxTokens,
    Keep keep,
    Score score,
    Reward reward,
    boolean process) {

  /// When a solution is kept.
  enum Keep {
    /// One ending agrees.
    LOOSE,
    /// Half of them agree.
    MID,
    /// All agree.
    STRICT,
    /// No answer of the endings is more frequent, or as frequent and seen earlier.
    MAJ;

    /// Whether a solution with `answer` is kept.
    ///
    /// @param endings the endings' answers, at least one; null for an ending without one
    boolean keeps(String answer, List<@Nullable String> endings, Rubric rubric) {
      int agreeing = Majority.agreeing(answer, endings, rubric);
      return switch (this) {
        case LOOSE -> agreeing >= 1;
        case MID -> 2 * agreeing >= endings.size();
        case STRICT -> agreeing == endings.size();
        case MAJ -> agreeing >= 1 && isFirst(answer, endings, rubric);
      };
    }

    /// Whether no other answer has more endings, or as many and the first of them earlier.
    private static boolean isFirst(String answer, List<@Nullable String> endings, Rubric rubric) {
      AnswerClasses classes = Majority.classes(answer, endings, rubric);
      int[] sizes = new int[classes.count()];
      List<Integer> seen = new ArrayList<>();
      for (int i = 0; i < endings.size(); i++) {
        int own = classes.classOf(i);
        if (own >= 0 && sizes[own]++ == 0) {
          seen.add(own);
        }
      }
      int most = Arrays.stream(sizes).max().orElse(0);
      int first = seen.stream().filter(it -> sizes[it] == most).findFirst().orElse(-1);
      return first == classes.classOf(endings.size());
    }
  }

  /// What decides among the kept.
  enum Score {
    /// The answer with the largest share of reward plus share of survivors (the released code).
    ADDITIVE,
    /// The solution with the largest reward of its path times value of its end (the paper).
    PRODUCT
  }

  /// What a solution is worth before it is checked.
  enum Reward {
    /// The share of samples that came to its answer.
    VALUE,
    /// 1 each time it was found, as in the released code, whose reward is always 1.
    FREQUENCY
  }

  RstarCheck {
    if (masks < 1) {
      throw new IllegalArgumentException("masks (%d) must be at least 1.".formatted(masks));
    }
    if (left.signum() < 0 || right.compareTo(left) < 0 || right.compareTo(BigDecimal.ONE) > 0) {
      throw new IllegalArgumentException(
          "mask-left (%s) and mask-right (%s) must be parts in this order. Maybe 0.2 and 0.8 were meant."
              .formatted(left, right));
    }
  }

  /// How many words each beginning keeps of a text of `words` words, in non-decreasing order.
  ///
  /// Exact: rounding up `10 * 0.6` in binary keeps 7 words instead of 6.
  int[] lengths(int words) {
    int[] lengths = new int[masks];
    BigDecimal between = BigDecimal.valueOf(Math.max(1, masks - 1));
    for (int i = 0; i < masks; i++) {
      BigDecimal part =
          left.multiply(between).add(right.subtract(left).multiply(BigDecimal.valueOf(i)));
      lengths[i] =
          part.multiply(BigDecimal.valueOf(words))
              .divide(between, 0, RoundingMode.CEILING)
              .intValueExact();
    }
    return lengths;
  }

  /// The beginnings of a text whose words single spaces part.
  List<String> beginnings(String text) {
    List<String> words = Arrays.asList(text.split(" ", -1));
    List<String> beginnings = new ArrayList<>();
    for (int length : lengths(words.size())) {
      beginnings.add(String.join(" ", words.subList(0, length)));
    }
    return beginnings;
  }
}
