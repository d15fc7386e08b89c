package ponder.model;

/// The prompt does not fit into the model's context.
public final class ContextOverflowException extends EngineException {
  private static final long serialVersionUID = 1;

  public ContextOverflowException(int promptTokens, int contextLength) {
    super(
        "The prompt (%d tokens) does not fit into the context (%d tokens) with room for an answer. Maybe shorten it, or load the model with a longer context."
            .formatted(promptTokens, contextLength));
  }
}
