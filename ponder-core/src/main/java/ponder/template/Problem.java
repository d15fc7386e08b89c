package ponder.template;

/// Something that went wrong inside an expression; whoever knows the line turns it into a
/// [TemplateException].
final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String reason;

  Problem(String format, Object... arguments) {
    this.reason = format.formatted(arguments);
  }

  String reason() {
    return reason;
  }
}
