package ponder.grade;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ponder.grade.Said.Kind;

/// Reads the answer out of the sentence that follows a marker.
///
/// It is the formula there, or several that form a list; else what is printed bold; else the words
/// up to the end of the sentence, a reason or a set phrase. All of it within [#SIGHT] characters.
///
/// Where answers are numbers, "45 minutes to finish" is 45, and "12 x 5 = 60" is 60. Where they are
/// words, "12 Years a Slave" is the answer, and so is "Samuel L. Jackson": see [Abbreviations].
final class Sentences {
  private static final int SIGHT = 2_000;

  /// What is longer marks no answer.
  private static final int LONGEST = 500;

  private static final int MOST_WORDS = 12;
  private static final int MOST_LIST_WORDS = 5;
  private static final int LONGEST_UNIT = 1;

  /// What may stand between a marker and its answer.
  private static final String SKIPPED = ":=*_}、,`";

  private static final String QUOTES = "\"\"“”「」『』";

  private final Joins joins;
  private final List<String> fillers;
  private final List<String> stops;
  private final List<String> endings;
  private final boolean verbal;

  /// @param verbal whether answers are words: then names and titles are kept whole
  Sentences(Markers markers, Joins joins, boolean verbal) {
    this.joins = joins;
    this.verbal = verbal;
    fillers = Said.words(markers, Markers.Language::fillers);
    stops = new ArrayList<>(Said.words(markers, Markers.Language::reasons));
    stops.addAll(Said.words(markers, Markers.Language::closings));
    endings = Said.words(markers, Markers.Language::endings);
  }

  /// The answer that follows index `marked`.
  ///
  /// @param whole whether it counts only if it is surely whole: a formula that is closed, or words
  ///   after which the text goes on
  Optional<Extracted> answer(String text, int marked, Kind kind, boolean whole) {
    int from = skip(text, marked);
    int limit = Math.min(text.length(), from + SIGHT);
    List<Formula> formulas = Formula.in(text, from, limit);
    int end = sentenceEnd(text, from, limit, formulas);
    if (kind == Kind.CONCLUSION) {
      boolean last = text.substring(end).chars().noneMatch(Character::isLetterOrDigit);
      if (!last) {
        return Optional.empty(); // a step on the way
      }
      return conclusion(text, from, stop(text, from, end), formulas);
    }
    if (announces(text, from, end)) {
      return answer(text, end, kind, whole);
    }
    int stop = stop(text, from, end);
    Optional<Extracted> formula = formula(text, from, stop, formulas);
    if (formula.isPresent()) {
      return formula;
    }
    boolean cut = end == text.length() && stop == end;
    return whole && cut ? Optional.empty() : words(text, from, bold(text, from, stop));
  }

  /// Goes over marks, empty lines and words such as "approximately".
  private int skip(String text, int marked) {
    int from = over(text, marked);
    for (boolean again = true; again && from < text.length(); ) {
      int before = from;
      String ahead = text.substring(from, Math.min(text.length(), from + 40));
      var plain = new PlainText(ahead);
      if (verbal && !ahead.isEmpty() && Character.isUpperCase(ahead.charAt(0))) {
        return from; // "Around the World in 80 Days"
      }
      for (String filler : fillers) {
        if (plain.has(filler, 0)) {
          from = over(text, from + plain.origin(filler.length()));
          break;
        }
      }
      again = from > before;
    }
    return from;
  }

  private static int over(String text, int index) {
    int from = index;
    while (from < text.length()
        && (Letters.isSpace(text.charAt(from))
            || SKIPPED.indexOf(Letters.plain(text.charAt(from))) >= 0)) {
      from++;
    }
    return from;
  }

  private int sentenceEnd(String text, int from, int limit, List<Formula> formulas) {
    int next = 0;
    int i = from;
    while (i < limit) {
      while (next < formulas.size() && formulas.get(next).outer().start() < i) {
        next++;
      }
      if (next < formulas.size() && formulas.get(next).outer().start() == i) {
        i = formulas.get(next).outer().end();
      } else if (endsSentence(text, i) && !(verbal && Abbreviations.stopsAt(text, i))) {
        return i;
      } else {
        i++;
      }
    }
    return Math.min(i, limit);
  }

  private static boolean endsSentence(String text, int at) {
    char c = text.charAt(at);
    char next = at + 1 < text.length() ? text.charAt(at + 1) : '\n';
    return switch (c) {
      case '\n', '。' -> true;
      case '<' -> next == '|' || next == '/';
      case '.', '．' ->
          (Letters.isSpace(next) || "*)\"”」<".indexOf(next) >= 0)
              && !(at > 0 && text.charAt(at - 1) == c);
      default -> false;
    };
  }

  /// Whether the line only says that the answer follows: "as follows:".
  private static boolean announces(String text, int from, int end) {
    return end > from
        && end < text.length()
        && text.charAt(end) == '\n'
        && Letters.plain(text.charAt(end - 1)) == ':';
  }

  /// Where a reason or a set phrase begins, else `end`. An aside after a comma, as in "5, which is
  /// odd", ends only an answer that begins with a number: it may hold the answer of other
  /// sentences.
  private int stop(String text, int from, int end) {
    if (end - from > LONGEST) {
      return end;
    }
    var plain = new PlainText(text.substring(from, end));
    boolean number = isNumberFirst(text.substring(from, end));
    for (int i = 1; i < plain.length(); i++) {
      for (String stop : stops) {
        if (plain.has(stop, i) && (number || stop.charAt(0) != ',')) {
          return from + plain.origin(i);
        }
      }
    }
    return end;
  }

  /// The formulas of the sentence if they are all its answer: one or a list, and no number before.
  private Optional<Extracted> formula(String text, int from, int end, List<Formula> all) {
    List<Formula> formulas = all.stream().filter(f -> f.outer().end() <= end).toList();
    if (formulas.isEmpty()) {
      return Optional.empty();
    }
    int last = 0;
    while (last + 1 < formulas.size()
        && joins.join(
            text, formulas.get(last).outer().end(), formulas.get(last + 1).outer().start())) {
      last++;
    }
    int start = formulas.getFirst().outer().start();
    boolean first = start == from;
    boolean only = last == formulas.size() - 1 && noDigit(text, from, start);
    return first || only ? list(text, formulas.subList(0, last + 1)) : Optional.empty();
  }

  private static boolean noDigit(String text, int from, int to) {
    return text.substring(from, to).chars().noneMatch(Character::isDigit);
  }

  private static Optional<Extracted> list(String text, List<Formula> formulas) {
    List<Span> parts =
        formulas.stream()
            .map(Formula::inner)
            .map(f -> Outcome.isAligned(text, f) ? Outcome.of(text, f) : f)
            .map(f -> Polish.polish(text, f))
            .filter(part -> !part.isEmpty())
            .toList();
    if (parts.isEmpty()) {
      return Optional.empty();
    }
    String raw = String.join(",", parts.stream().map(part -> part.in(text)).toList());
    return Optional.of(
        new Extracted(
            raw, Extracted.Source.MARKER, parts.getFirst().start(), parts.getLast().end()));
  }

  /// What follows the last "=" outside braces, up to the end of its formula if it stands in one.
  private Optional<Extracted> conclusion(String text, int from, int end, List<Formula> formulas) {
    int equals = lastEquals(text, from, end);
    if (equals < 0) {
      return Optional.empty();
    }
    int to =
        formulas.stream()
            .map(Formula::inner)
            .filter(inner -> inner.start() <= equals && equals < inner.end())
            .mapToInt(inner -> Math.min(end, inner.end()))
            .findFirst()
            .orElse(end);
    return words(text, new Span(equals + 1, to), List.of(), 0);
  }

  private static int lastEquals(String text, int from, int end) {
    int depth = 0;
    int last = -1;
    for (int i = from; i < end; i++) {
      char c = text.charAt(i);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      boolean other = i > from && "<>=".indexOf(text.charAt(i - 1)) >= 0;
      if (depth == 0 && Letters.plain(c) == '=' && !other) {
        last = i;
      }
    }
    return last;
  }

  /// The end of what is printed bold if `from` begins it, else `end`.
  private static int bold(String text, int from, int end) {
    int close = from >= 2 && text.startsWith("**", from - 2) ? text.indexOf("**", from) : -1;
    return close > from && close < end ? close : end;
  }

  private Optional<Extracted> words(String text, int from, int end) {
    return words(text, new Span(from, end), endings, LONGEST_UNIT);
  }

  /// The words of `sentence`, without what hangs on to them.
  ///
  /// @param unitWords after a number, more words than these are no unit and go
  private Optional<Extracted> words(
      String text, Span sentence, List<String> endings, int unitWords) {
    Span span = Polish.polish(text, sentence);
    span = unquoted(text, withoutEnding(text, span, endings));
    span = choice(text, verbal ? span : result(text, span));
    span = verbal ? span : number(text, span, unitWords);
    boolean essay = span.end() - span.start() > LONGEST || words(span.in(text)) > MOST_WORDS;
    return essay || span.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Extracted(span.in(text), Extracted.Source.MARKER, span.start(), span.end()));
  }

  private static Span withoutEnding(String text, Span span, List<String> endings) {
    for (String ending : endings) {
      int start = span.end() - ending.length();
      if (start > span.start() && text.startsWith(ending, start)) {
        return Polish.polish(text, new Span(span.start(), start));
      }
    }
    return span;
  }

  /// What a calculation such as `12 x $5 = $60 a week` comes to; letters on its way make it rather
  /// an equation.
  private static Span result(String text, Span span) {
    int equals = lastEquals(text, span.start(), span.end());
    if (equals < 0) {
      return span;
    }
    String way = text.substring(span.start(), equals).replace(" x ", " * ");
    Span result = Polish.polish(text, new Span(equals + 1, span.end()));
    boolean numbers =
        way.chars().anyMatch(Character::isDigit) && way.chars().noneMatch(Character::isLetter);
    return numbers && isNumberFirst(result.in(text)) ? result : span;
  }

  private static Span unquoted(String text, Span span) {
    if (span.end() - span.start() < 2) {
      return span;
    }
    int quote = QUOTES.indexOf(text.charAt(span.start()));
    boolean quoted =
        quote >= 0 && quote % 2 == 0 && text.charAt(span.end() - 1) == QUOTES.charAt(quote + 1);
    return quoted ? Polish.polish(text, new Span(span.start() + 1, span.end() - 1)) : span;
  }

  /// The letter alone of a choice such as `(B)` or `(B) 12 apples`, unless another choice follows.
  private static Span choice(String text, Span span) {
    String answer = span.in(text);
    boolean choice =
        answer.length() >= 3
            && answer.charAt(0) == '('
            && answer.charAt(1) >= 'A'
            && answer.charAt(1) <= 'J'
            && answer.charAt(2) == ')'
            && (answer.length() == 3 || " .,:".indexOf(answer.charAt(3)) >= 0)
            && answer.indexOf('(', 3) < 0;
    return choice ? new Span(span.start() + 1, span.start() + 2) : span;
  }

  private static boolean isNumberFirst(String answer) {
    return PlainNumbers.first(answer).filter(first -> first.start() <= 1).isPresent();
  }

  /// The number alone of "45 minutes to finish the third part": so many words are no unit, unless
  /// they join it with another number, as in "3 and 4 and 5" or "2 hours and 30 minutes".
  private Span number(String text, Span span, int unitWords) {
    String answer = span.in(text);
    Optional<Span> number = PlainNumbers.first(answer).filter(first -> first.start() <= 1);
    if (number.isEmpty()) {
      return span;
    }
    String rest = answer.substring(number.get().end());
    return words(rest) > unitWords && !joinsNumber(rest)
        ? Polish.polish(text, new Span(span.start(), span.start() + number.get().end()))
        : span;
  }

  /// Whether a number follows after at most one word, a unit, and a word that joins.
  private boolean joinsNumber(String rest) {
    Optional<Span> second = PlainNumbers.first(rest);
    if (second.isEmpty() || words(rest) > MOST_LIST_WORDS) {
      return false;
    }
    int unitEnd = rest.indexOf(' ', 1);
    int to = second.get().start();
    return joins.join(rest, 0, to)
        || (unitEnd > 0 && unitEnd < to && joins.join(rest, unitEnd, to));
  }

  private static int words(String answer) {
    int words = 0;
    for (int i = 0; i < answer.length(); i++) {
      boolean begins = i == 0 || answer.charAt(i - 1) == ' ';
      words += begins && Letters.isLatin(answer.charAt(i)) ? 1 : 0;
    }
    return words;
  }
}
