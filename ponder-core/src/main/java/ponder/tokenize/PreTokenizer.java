package ponder.tokenize;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Splits a text into the words inside which tokens are merged.
///
/// The patterns are applied one after the other: each splits every piece that the earlier ones left
/// into its matches and what lies between them. A pattern sees only its piece. Immutable,
/// thread-safe; linear time.
///
/// @param ignoresMerges whether a word that is a token as a whole becomes that token at once
/// @param addsBos whether texts begin with the beginning-of-text token unless the file says
///   otherwise
record PreTokenizer(List<Rule> rules, boolean ignoresMerges, boolean addsBos) {
  /// One pattern.
  ///
  /// @param byClass whether it is matched against the classes of characters or the characters
  record Rule(Pattern pattern, boolean byClass) {
    /// Reads a pattern; `\p{L}`, `\p{N}`, `\p{P}`, `\p{M}`, `\p{S}` mean Unicode's classes and
    /// `\p{X}` letters beyond ASCII. A pattern with classes names no other character beyond ASCII.
    static Rule of(String pattern) {
      return new Rule(Pattern.compile(withClasses(pattern)), pattern.contains("\\p{"));
    }

    private static String withClasses(String pattern) {
      StringBuilder out = new StringBuilder();
      boolean inside = false;
      for (int i = 0; i < pattern.length(); i++) {
        if (pattern.startsWith("\\p{", i)) {
          String members = members(pattern.charAt(i + 3));
          out.append(inside ? members : "[" + members + "]");
          i += 4;
        } else {
          char c = pattern.charAt(i);
          out.append(c);
          if (c == '\\') {
            out.append(pattern.charAt(++i));
          } else if (c == '[' || c == ']') {
            inside = c == '[';
          }
        }
      }
      return out.toString();
    }

    private static String members(char unicodeClass) {
      return switch (unicodeClass) {
        case 'L' -> "A-Za-z" + CharacterClasses.LETTER;
        case 'X' -> "" + CharacterClasses.LETTER;
        case 'N' -> "0-9" + CharacterClasses.NUMBER;
        case 'P' -> "!-#%-*,-/:;?@\\[-\\]_{}" + CharacterClasses.PUNCTUATION;
        case 'M' -> "" + CharacterClasses.MARK;
        case 'S' -> "$+<-=>\\^`|~" + CharacterClasses.SYMBOL;
        default -> throw new AssertionError(unicodeClass);
      };
    }
  }

  /// Where the words of a text end, counted in code points, ascending; the last is its length.
  ///
  /// Empty for an empty text.
  int[] ends(int[] codePoints) {
    int count = codePoints.length;
    char[] classes = new char[count];
    char[] plain = new char[count];
    for (int i = 0; i < count; i++) {
      classes[i] = CharacterClasses.classOf(codePoints[i]);
      plain[i] = CharacterClasses.plain(codePoints[i]);
    }
    String byClass = new String(classes);
    String byCharacter = new String(plain);
    IntList ends = new IntList();
    if (count > 0) {
      ends.add(count);
    }
    for (Rule rule : rules) {
      ends = split(rule.pattern().matcher(rule.byClass() ? byClass : byCharacter), ends);
    }
    return ends.toArray();
  }

  private static IntList split(Matcher matcher, IntList pieces) {
    IntList ends = new IntList();
    int start = 0;
    for (int piece = 0; piece < pieces.size(); piece++) {
      int end = pieces.get(piece);
      matcher.region(start, end);
      while (matcher.find()) {
        if (matcher.start() > start) {
          ends.add(matcher.start());
        }
        ends.add(matcher.end());
        start = matcher.end();
      }
      if (start < end) {
        ends.add(end);
      }
      start = end;
    }
    return ends;
  }

  static PreTokenizer of(String... patterns) {
    return new PreTokenizer(Arrays.stream(patterns).map(Rule::of).toList(), false, false);
  }

  PreTokenizer ignoringMerges() {
    return new PreTokenizer(rules, true, addsBos);
  }

  PreTokenizer addingBos() {
    return new PreTokenizer(rules, ignoresMerges, true);
  }
}
