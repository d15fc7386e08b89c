package ponder.core;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What kind of answer a problem has: how it is found in a text, compared and voted on follows from
/// it.
public sealed interface Grading {
  /// Numbers, formulas and what else a mathematical question has for an answer; the usual kind.
  Grading MATH = new Mathematics();

  /// A few words, such as a name.
  Grading SHORT = new Words();

  /// The names of all kinds.
  List<String> KEYS = List.of("math", "short", "choice");

  /// The name on the command line and in files.
  String key();

  /// See [#MATH].
  record Mathematics() implements Grading {
    @Override
    public String key() {
      return "math";
    }
  }

  /// See [#SHORT].
  record Words() implements Grading {
    @Override
    public String key() {
      return "short";
    }
  }

  /// One of the options that the question lists.
  ///
  /// @param options their texts, of A, B, C and so on; empty if they are not known: then only
  ///   letters can be compared
  record Choice(List<String> options) implements Grading {
    private static final Pattern OPTION = Pattern.compile("\\s*\\(?([A-Z])[).:]\\s+(\\S.*)");

    public Choice {
      options = List.copyOf(options);
    }

    /// The options that `question` lists on lines of their own, as in `A) bank`; the last list
    /// counts. Fewer than two are none.
    ///
    /// Blank lines may stand between them, and an option may go on over several lines; of the last
    /// one only its first line is known to belong to it.
    static Choice in(String question) {
      List<String> found = List.of();
      List<String> list = new ArrayList<>();
      var last = new StringBuilder(); // the option as far as it may go
      boolean gap = false;
      for (String line : question.lines().toList()) {
        Matcher option = OPTION.matcher(line);
        if (option.matches()) {
          int place = option.group(1).charAt(0) - 'A';
          if (place > 0 && place == list.size()) {
            list.set(place - 1, last.toString());
          } else {
            list.clear();
          }
          last.setLength(0);
          gap = false;
          if (place == list.size()) {
            list.add(option.group(2).strip());
            last.append(list.getLast());
          }
          found = list.size() >= 2 ? List.copyOf(list) : found;
        } else if (line.isBlank()) {
          gap = true;
        } else if (gap) {
          list.clear();
        } else {
          last.append(' ').append(line.strip());
        }
      }
      return new Choice(found);
    }

    @Override
    public String key() {
      return "choice";
    }
  }

  /// The kind called `key`, for this question.
  ///
  /// @throws IllegalArgumentException if there is none
  static Grading named(String key, String question) {
    return switch (key) {
      case "math" -> MATH;
      case "short" -> SHORT;
      case "choice" -> Choice.in(question);
      default ->
          throw new IllegalArgumentException(
              "grading (%s) must be one of %s.%s".formatted(key, KEYS, Nearest.maybe(key, KEYS)));
    };
  }
}
