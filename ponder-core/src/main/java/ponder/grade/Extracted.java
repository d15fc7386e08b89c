package ponder.grade;

/// An answer as it stands in a text, and what marked it.
///
/// @param raw the answer, never blank; the parts of a list (several boxes, several formulas) joined
///   by commas, else exactly the text between `start` and `end`
/// @param source which rule found it
/// @param start index in the text of its first character
/// @param end index after its last character
public record Extracted(String raw, Source source, int start, int end) {
  /// What marks an answer, in the order in which the rules are tried.
  public enum Source {
    /// Between tags such as `<answer>` and `</answer>`.
    TAG,
    /// In the last `\boxed{...}`, or the last few that form a list.
    BOXED,
    /// In the last `\fbox{...}`, likewise.
    FBOX,
    /// After `####`, as GSM8K has it.
    GSM_HASH,
    /// After words such as "The answer is".
    MARKER,
    /// The last line that a program printed.
    CODE_OUTPUT,
    /// The last formula; nothing marks it.
    LAST_MATH,
    /// The last number; nothing marks it.
    LAST_NUMBER,
    /// The last line, of an answer in words; nothing marks it.
    LAST_LINE
  }

  public Extracted {
    if (raw.isBlank()) {
      throw new IllegalArgumentException("raw (%s) must not be blank.".formatted(raw));
    }
    if (start < 0 || end < start) {
      throw new IllegalArgumentException(
          "start (%d) and end (%d) must be in order.".formatted(start, end));
    }
  }

  Extracted shifted(int distance) {
    return new Extracted(raw, source, start + distance, end + distance);
  }
}
