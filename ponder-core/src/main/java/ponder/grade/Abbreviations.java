package ponder.grade;

import java.util.Set;

/// Tells the full stop of an initial or an abbreviation from that of a sentence, in English:
/// "Samuel L. Jackson", "St. Louis", "No. 5".
///
/// An initial may end a sentence too, as in "Vitamin C. It helps": there it is told by the next
/// word, one of the few that begin most sentences. So "J. The" is never read as a name.
final class Abbreviations {
  private static final Set<String> NAMES =
      Set.of(
          "Mr", "Mrs", "Ms", "Dr", "Prof", "Rev", "St", "Ste", "Mt", "Ft", "Jr", "Sr", "Gen", "Gov",
          "Sen", "Rep", "Lt", "Col", "Capt", "Sgt", "Inc", "Ltd", "Co", "Corp", "Bros", "Vs", "vs",
          "v");

  /// Abbreviations only before a number.
  private static final Set<String> COUNTS = Set.of("No", "Nos", "Vol", "vol", "Op", "op");

  private static final Set<String> BEGINNINGS =
      Set.of(
          "The",
          "This",
          "That",
          "These",
          "Those",
          "There",
          "It",
          "Its",
          "He",
          "His",
          "She",
          "Her",
          "They",
          "Their",
          "We",
          "You",
          "I",
          "In",
          "So",
          "Thus",
          "Hence",
          "Therefore",
          "However",
          "Because",
          "Since",
          "And",
          "But",
          "Both",
          "If",
          "Now",
          "Let");

  /// Longer than any of them.
  private static final int LONGEST = 8;

  private Abbreviations() {}

  /// Whether the full stop at `at` shortens the word before it and more of the sentence follows, or
  /// may follow where the text ends.
  static boolean stopsAt(String text, int at) {
    if (text.charAt(at) != '.') {
      return false;
    }
    int next = at + 1;
    while (next < text.length() && text.charAt(next) != '\n' && isSpace(text, next)) {
      next++;
    }
    String word = text.substring(wordStart(text, at), at);
    if (COUNTS.contains(word)) {
      return next < text.length() && Letters.isDigit(text.charAt(next));
    }
    boolean initial = word.length() == 1 && Character.isUpperCase(word.charAt(0));
    return (initial || NAMES.contains(word)) && (next == text.length() || goesOn(text, next));
  }

  private static boolean goesOn(String text, int next) {
    int end = next;
    while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
      end++;
    }
    boolean another = end < text.length() && text.charAt(end) == '.'; // an initial, as in "J. I."
    return end > next && (another || !BEGINNINGS.contains(text.substring(next, end)));
  }

  private static int wordStart(String text, int end) {
    int start = end;
    while (start > 0 && end - start <= LONGEST && isWord(text, start - 1)) {
      start--;
    }
    return start;
  }

  private static boolean isWord(String text, int at) {
    return Character.isLetterOrDigit(text.charAt(at));
  }

  private static boolean isSpace(String text, int at) {
    return Letters.isSpace(text.charAt(at));
  }
}
