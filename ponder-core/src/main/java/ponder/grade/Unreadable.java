package ponder.grade;

/// A text that does not follow the grammar, or follows it too deeply: an outcome, without a stack
/// trace.
final class Unreadable extends RuntimeException {
  private static final long serialVersionUID = 1;

  Unreadable() {
    super("The text cannot be read as mathematics.", null, false, false);
  }
}
