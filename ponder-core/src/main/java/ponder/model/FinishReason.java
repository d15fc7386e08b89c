package ponder.model;

import java.util.Locale;

/// Why a completion ended.
public enum FinishReason {
  /// A stop string or a stop token sequence.
  STOP,
  /// An end-of-text token of the model.
  EOS,
  /// The request's `maxTokens`.
  LENGTH,
  /// The model's context, or the engine's memory for a lone sequence, is full.
  CONTEXT,
  /// The caller cancelled, or its thread was interrupted.
  CANCELLED,
  /// The call's deadline passed.
  DEADLINE,
  /// The engine could not go on with this sample; [Completion#detail] says why.
  ERROR;

  /// Whether the completion is a finished piece of work that may be kept and replayed.
  public boolean finished() {
    return this == STOP || this == EOS || this == LENGTH || this == CONTEXT;
  }

  /// The name used in JSON: lower case.
  public String json() {
    return name().toLowerCase(Locale.ROOT);
  }
}
