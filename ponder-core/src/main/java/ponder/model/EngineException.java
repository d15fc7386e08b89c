package ponder.model;

/// An engine, model or data error. The message names the thing and its value and, where it can be
/// guessed, the way out.
public class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public EngineException(String message) {
    super(message);
  }

  public EngineException(String message, Throwable cause) {
    super(message, cause);
  }
}
