package ponder.grade;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Finds what follows the last marker of a text, such as "The answer is".
///
/// The text is walked from its end. What a marker is followed by is its answer unless it is empty,
/// denied ("is not ...") or a whole essay; then an earlier marker is tried, [#TRIES] at most.
final class Said {
  private static final int TRIES = 64;

  /// What kind of mark a word is.
  enum Kind {
    MARKER,
    HEADING,
    CONCLUSION
  }

  private record Mark(String word, Kind kind) {}

  private final Map<Character, List<Mark>> marks = new HashMap<>();
  private final List<String> negations;
  private final Sentences sentences;

  /// @param verbal whether answers are words: "no" is then one of them and denies nothing
  Said(Markers markers, Joins joins, boolean verbal) {
    add(markers, Kind.MARKER, Markers.Language::markers);
    add(markers, Kind.HEADING, Markers.Language::headings);
    add(markers, Kind.CONCLUSION, Markers.Language::conclusions);
    negations =
        words(markers, Markers.Language::negations).stream()
            .filter(word -> !(verbal && word.equals("no")))
            .toList();
    sentences = new Sentences(markers, joins, verbal);
  }

  private void add(Markers markers, Kind kind, Function<Markers.Language, List<String>> words) {
    for (String word : words(markers, words)) {
      marks.computeIfAbsent(word.charAt(0), first -> new ArrayList<>()).add(new Mark(word, kind));
    }
  }

  /// All languages' words of one sort as a [PlainText] shows them, the longest first.
  static List<String> words(Markers markers, Function<Markers.Language, List<String>> words) {
    return markers.languages().stream()
        .flatMap(language -> words.apply(language).stream())
        .map(Letters::plain)
        .distinct()
        .sorted(Comparator.comparingInt(String::length).reversed())
        .toList();
  }

  /// The answer after the last marker that has one.
  ///
  /// @param whole whether an answer counts only if the text goes on after it, and a conclusion not
  ///   at all: for texts that were cut off
  Optional<Extracted> last(String text, boolean whole) {
    var plain = new PlainText(text);
    int tries = 0;
    for (int i = plain.length() - 1; i >= 0 && tries < TRIES; i--) {
      for (Mark mark : marks.getOrDefault(plain.at(i), List.of())) {
        if (!stands(mark, plain, i) || (whole && mark.kind() == Kind.CONCLUSION)) {
          continue;
        }
        tries++;
        int from = plain.origin(i + mark.word().length());
        Optional<Extracted> answer = sentences.answer(text, from, mark.kind(), whole);
        if (answer.isPresent()) {
          return answer;
        }
      }
    }
    return Optional.empty();
  }

  private boolean stands(Mark mark, PlainText plain, int index) {
    int end = index + mark.word().length();
    return plain.has(mark.word(), index)
        && switch (mark.kind()) {
          case MARKER -> !denied(plain, end);
          case HEADING -> alone(plain, index, end);
          case CONCLUSION -> true;
        };
  }

  private boolean denied(PlainText plain, int end) {
    int next = plain.at(end) == ' ' ? end + 1 : end;
    return negations.stream().anyMatch(word -> plain.has(word, next));
  }

  private static boolean alone(PlainText plain, int start, int end) {
    int before = start;
    while (" #>-_[(【".indexOf(plain.at(before - 1)) >= 0) {
      before--;
    }
    int after = end;
    while (" :_])】".indexOf(plain.at(after)) >= 0) {
      after++;
    }
    return plain.at(before - 1) == '\n' && plain.at(after) == '\n';
  }
}
