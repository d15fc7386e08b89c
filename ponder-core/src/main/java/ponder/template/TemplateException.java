package ponder.template;

/// A template that refuses its input or fails on it. The message is the template's own if it raised
/// one, else it names the line and what went wrong.
final class TemplateException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  TemplateException(String message) {
    super(message);
  }
}
