package ponder.grade;

/// A stretch of a text.
///
/// @param start index of its first character
/// @param end index after its last one
record Span(int start, int end) {
  boolean isEmpty() {
    return start >= end;
  }

  String in(String text) {
    return text.substring(start, end);
  }
}
