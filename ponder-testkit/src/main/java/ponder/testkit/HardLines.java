package ponder.testkit;

import java.util.ArrayList;
import java.util.List;
import ponder.core.Seed;

/// Lines of text on which tokenizers disagree: seeded, so that the same lines can be given to two
/// of them.
///
/// Each line joins a few pieces of different kinds: random Unicode, emoji with joiners, combining
/// marks, digits of many scripts, Japanese, code, runs of white space, contractions in both cases,
/// special tokens written out, half surrogate pairs, control characters.
public final class HardLines {
  private static final List<String> SNIPPETS =
      List.of(
          "I'm we're they'll he'd I've it's don't",
          "I'M WE'RE THEY'LL HE'D I'VE IT'S DON'T",
          "'s't're've'm'll'd 'S'T'RE'VE'M'LL'D 'Re 'lL ' '' ''s",
          "\u2019s \u2018quoted\u2019 \u201Cdouble\u201D \u2026 \u2014 \u2013",
          "日本語の文章です。これは、テストのための文です。",
          "カタカナとひらがな、漢字１２３！？「引用」・ー〜",
          "中文句子，标点。数字２０２４年１月。한국어 문장입니다. ภาษาไทย",
          "Ünïcödé naïve café Zürich straße İstanbul ǅ ﬁ Ελληνικά кириллица עברית العربية",
          "हिन्दी में वाक्य है। বাংলা தமிழ் తెలుగు",
          "for (int i = 0; i < n; ++i) { a[i] += b[i] * 0x1F; } // done",
          "def f(x: list[int]) -> str:\n\treturn f\"{x!r:>10}\" # a\n\n\n    pass",
          "<html><body class=\"x\">&nbsp;&lt;</body></html>",
          "https://example.org/a/b?c=d&e=%20#f",
          "3.14159 1,000,000 12345678901234567890 1e-10 v1.2.3 2024-01-01T00:00:00Z",
          "\\frac{a}{b} $x^2 + y_1 \\le \\sqrt{2}$ \\boxed{42}",
          "snake_case camelCase PascalCase SCREAMING_CASE kebab-case HTTPServer2Go iPhone15Pro",
          "!!!??? ... --- === *** ### @@@ ~~~ ``` ||| &&& ^^^ %%% $$$ +++ <<>> /// \\\\\\",
          "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n",
          " <|im_start|> <|im_end|> <|endoftext|> ",
          "<|im_start|<|im_end|>|im_end|> <|IM_END|> <|endoftext|",
          "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|> <|repo_name|>x<|file_sep|>y <tool_call>z</tool_call>",
          "<repo_name> <issue_start> <jupyter_code> <empty_output> <file_sep> <gh_stars>",
          "The quick brown fox jumps over the lazy dog. ",
          "Natalia sold clips to 48 of her friends in April, and then she sold half as many in May.");

  private static final List<String> EMOJI =
      List.of(
          "😀",
          "😃",
          "👍🏽",
          "👩‍👩‍👧‍👦",
          "🏳️‍🌈",
          "❤️",
          "🇯🇵",
          "1️⃣",
          "✅",
          "🤷🏻‍♀️",
          "☺",
          "⚠️");

  private static final List<String> SPACES =
      List.of(
          " ",
          "  ",
          "   ",
          "       ",
          "\t",
          "\t\t",
          "\n",
          "\n\n",
          "\n\n\n",
          "\r\n",
          "\r\n\r\n",
          "\r",
          " \n",
          "\n ",
          " \t \n  ",
          "\u00A0",
          " \u00A0 ",
          "\u3000",
          "\u2003",
          "\u200B",
          "\u2028",
          "\u2029",
          "\u0085",
          "\u000B",
          "\f",
          "\u1680",
          "\u202F",
          "\uFEFF",
          "\u001C",
          "\u180E");

  /// First code points of ten consecutive digits.
  private static final int[] DIGITS = {
    '0', 0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0x1040, 0xFF10, 0x1D7CE, 0x2160, 0x2460, 0xB2, 0x10D40
  };

  /// Ranges of code points that random text is drawn from: first, size.
  private static final int[][] RANGES = {
    {0x20, 95},
    {0x20, 95},
    {0, 0x80},
    {0x80, 0x180},
    {0x300, 0x70},
    {0x370, 0x190},
    {0x590, 0x170},
    {0x900, 0x200},
    {0xE00, 0x180},
    {0x1C80, 0x10},
    {0x2000, 0x70},
    {0x2070, 0x500},
    {0x2C00, 0x400},
    {0x3000, 0x200},
    {0x4E00, 0x2000},
    {0xA700, 0x100},
    {0xAC00, 0x1000},
    {0xE000, 0x800},
    {0xFB00, 0x500},
    {0x10000, 0x2000},
    {0x1D400, 0x400},
    {0x1F300, 0x800},
    {0x0, 0x11_0000}
  };

  private HardLines() {}

  /// `count` lines; the first ones do not depend on the count.
  public static List<String> of(Seed seed, int count) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(line(seed.split("line", i)));
    }
    return List.copyOf(lines);
  }

  private static String line(Seed seed) {
    StringBuilder line = new StringBuilder();
    int pieces = below(seed, "pieces", 9);
    for (int i = 0; i < pieces; i++) {
      line.append(piece(seed.split("piece", i)));
    }
    return line.toString();
  }

  private static String piece(Seed seed) {
    return switch (below(seed, "kind", 10)) {
      case 0, 1 -> pick(seed, SNIPPETS);
      case 2 -> part(seed, pick(seed, SNIPPETS));
      case 3, 4 -> pick(seed, SPACES);
      case 5 -> pick(seed, EMOJI);
      case 6 -> digits(seed);
      case 7 -> marks(seed);
      case 8 -> random(seed);
      default -> punctuated(seed);
    };
  }

  private static String part(Seed seed, String text) {
    int from = below(seed, "from", text.length());
    // May cut a surrogate pair into halves, on purpose.
    return text.substring(from, from + below(seed, "length", text.length() - from + 1));
  }

  private static String digits(Seed seed) {
    StringBuilder digits = new StringBuilder();
    int zero = DIGITS[below(seed, "script", DIGITS.length)];
    int length = 1 + below(seed, "length", 8);
    for (int i = 0; i < length; i++) {
      digits.appendCodePoint(zero + below(seed.split("digit", i), "value", 10));
    }
    return digits.toString();
  }

  private static String marks(Seed seed) {
    StringBuilder text = new StringBuilder();
    int length = 1 + below(seed, "length", 4);
    for (int i = 0; i < length; i++) {
      Seed at = seed.split("letter", i);
      text.appendCodePoint('a' + below(at, "letter", 26))
          .appendCodePoint(0x300 + below(at, "mark", 0x70));
    }
    return text.toString();
  }

  private static String random(Seed seed) {
    StringBuilder text = new StringBuilder();
    int length = 1 + below(seed, "length", 12);
    int[] range = RANGES[below(seed, "range", RANGES.length)];
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(range[0] + below(seed.split("character", i), "offset", range[1]));
    }
    return text.toString();
  }

  private static String punctuated(Seed seed) {
    String marks = "'\"!?.,;:-_/\\()[]{}<>|@#$%^&*+=~` \n\r\tsStTmMdD1a";
    StringBuilder text = new StringBuilder();
    int length = 1 + below(seed, "length", 10);
    for (int i = 0; i < length; i++) {
      text.append(marks.charAt(below(seed.split("character", i), "offset", marks.length())));
    }
    return text.toString();
  }

  private static <T> T pick(Seed seed, List<T> from) {
    return from.get(below(seed, "pick", from.size()));
  }

  private static int below(Seed seed, String key, int bound) {
    return (int) Long.remainderUnsigned(seed.split(key, bound).value(), bound);
  }
}
