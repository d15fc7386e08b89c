package ponder.gguf;

import ponder.model.EngineException;

/// A file that is missing, is no GGUF file, is broken or holds what we do not support. The message
/// names the file, the place and the value.
public final class GgufException extends EngineException {
  private static final long serialVersionUID = 1;

  public GgufException(String message) {
    super(message);
  }

  public GgufException(String message, Throwable cause) {
    super(message, cause);
  }
}
