package ponder.grade;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The words that mean something to the grader, as data.
final class Words {
  /// Names of functions and numbers that texts write without a backslash, to the macro's name.
  private static final Map<String, String> PLAIN_MACROS =
      pairs(
          "sin sin cos cos tan tan cot cot sec sec csc csc arcsin arcsin arccos arccos arctan arctan"
              + " sinh sinh cosh cosh tanh tanh asin arcsin acos arccos atan arctan ln ln log log exp exp"
              + " sqrt sqrt cbrt cbrt pi pi infinity infty inf infty gcd gcd lcm lcm max max min min"
              + " floor floor ceil ceil abs abs sinx sinx cosx cosx tanx tanx lnx lnx logx logx");

  /// Macros by another name for the same thing.
  private static final Map<String, String> SAME_MACROS =
      pairs(
          "dfrac frac tfrac frac cfrac frac nicefrac frac dbinom binom tbinom binom arcctg arccot"
              + " varepsilon epsilon vartheta theta varphi phi varnothing emptyset tg tan ctg cot"
              + " lvert vert rvert vert mid vert infin infty lbrack [ rbrack ] lbrace \\{ rbrace \\}");

  /// Macros that are a sign, by the sign's plainest name.
  private static final Map<String, String> MARKS =
      pairs(
          "times * cdot * ast * div / le <= leq <= leqslant <= leqq <= lt < ge >= geq >= geqslant >="
              + " geqq >= gt > ne != neq != approx ~ sim ~ simeq ~ thickapprox ~ in in cup cup cap cap"
              + " setminus setminus backslash setminus pm +- mp -+ ldots ... dots ... cdots ... dotsc"
              + " ... dotsb ... colon : langle langle rangle rangle vert | degree deg circ circ land and"
              + " lor or wedge and vee or prime ' rightarrow -> to -> Rightarrow -> implies ->");

  private static final Map<String, String> SIGNS =
      pairs("percent % pct % percentage % パーセント % degree deg degrees deg");

  private static final Map<String, String> SEPARATORS =
      pairs("and and or or または or あるいは or もしくは or と and および and 及び and 又は or");

  private static final Map<String, Long> NUMBERS = new HashMap<>();
  private static final Map<String, Long> SCALES = new HashMap<>();

  private static final Map<String, String> SYNONYMS =
      pairs("yes true no false はい true いいえ false 正しい true 誤り false 真 true 偽 false");

  /// Words that make a phrase a statement, so that they never belong to a unit.
  private static final Set<String> STATING =
      Set.of(
          "not",
          "no",
          "is",
          "are",
          "was",
          "were",
          "wrong",
          "incorrect",
          "if",
          "when",
          "but",
          "then",
          "where",
          "which",
          "than",
          "because",
          "since",
          "for",
          "unless",
          "except",
          "maybe",
          "or",
          "and",
          "to",
          "from",
          "plus",
          "minus",
          "times",
          "over",
          "with",
          "without",
          "so",
          "mod");

  static {
    String[] small =
        ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
                + " fifteen sixteen seventeen eighteen nineteen")
            .split(" ");
    for (int i = 0; i < small.length; i++) {
      NUMBERS.put(small[i], (long) i);
    }
    String[] tens = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
    for (int i = 0; i < tens.length; i++) {
      NUMBERS.put(tens[i], 20L + 10 * i);
    }
    String kanji = "〇一二三四五六七八九十";
    for (int i = 0; i < kanji.length(); i++) {
      NUMBERS.put(kanji.substring(i, i + 1), (long) i);
    }
    NUMBERS.put("hundred", 100L);
    SCALES.put("hundred", 100L);
    SCALES.put("thousand", 1_000L);
    SCALES.put("million", 1_000_000L);
    SCALES.put("billion", 1_000_000_000L);
    SCALES.put("trillion", 1_000_000_000_000L);
    SCALES.put("百", 100L);
    SCALES.put("千", 1_000L);
    SCALES.put("万", 10_000L);
    SCALES.put("億", 100_000_000L);
    SCALES.put("兆", 1_000_000_000_000L);
  }

  private Words() {}

  private static Map<String, String> pairs(String table) {
    String[] words = table.split(" ");
    Map<String, String> pairs = new HashMap<>();
    for (int i = 0; i < words.length; i += 2) {
      pairs.put(words[i], words[i + 1]);
    }
    return Map.copyOf(pairs);
  }

  /// The macro that a plain word such as `sqrt` means, or null.
  static @Nullable String plainMacro(String word) {
    return PLAIN_MACROS.get(word);
  }

  /// The macro's usual name.
  static String macro(String name) {
    return SAME_MACROS.getOrDefault(name, name);
  }

  /// The sign that a macro is, or null.
  static @Nullable String mark(String macro) {
    return MARKS.get(macro);
  }

  /// `and` or `or` if the word joins answers, else null.
  static @Nullable String separator(String word) {
    return SEPARATORS.get(word);
  }

  /// The sign that a word after a number means, or null.
  static @Nullable String sign(String word) {
    return SIGNS.get(word);
  }

  /// What a number is multiplied with by the word after it, or null.
  static @Nullable Long scale(String word) {
    return SCALES.get(word);
  }

  static boolean isStating(String word) {
    return STATING.contains(word);
  }

  /// Whether a lower-case text answers a yes-or-no question.
  static boolean isYesOrNo(String text) {
    return SYNONYMS.containsKey(text) || text.equals("true") || text.equals("false");
  }

  /// The word that stands for a lower-case text among its synonyms.
  static String synonym(String text) {
    return SYNONYMS.getOrDefault(text, text);
  }

  /// The number below 1000 that a lower-case phrase such as `twenty one` spells, or -1.
  static long number(String phrase) {
    String[] words = phrase.replace('-', ' ').split(" ");
    long sum = 0;
    for (String word : words) {
      Long value = NUMBERS.get(word);
      if (value == null || words.length > 4) {
        return -1;
      }
      if (value == 100) {
        sum = sum == 0 ? 100 : sum < 10 ? sum * 100 : -1_000;
      } else {
        // Words only add up from large to small: "twenty one", never "one twenty" or "one one".
        boolean fits = sum % 100 == 0 || (sum % 100 >= 20 && sum % 10 == 0 && value < 10);
        sum = fits ? sum + value : -1_000;
      }
      if (sum < 0) {
        return -1;
      }
    }
    return sum;
  }
}
