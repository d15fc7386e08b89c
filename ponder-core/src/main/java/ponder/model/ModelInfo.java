package ponder.model;

import ponder.core.Compute;

/// What is known of a loaded model.
///
/// @param name the name the user gave or the catalogue has
/// @param engine the engine's name: `llama`, `torch`, `http`, `scripted`
/// @param build version of the engine and of what computes below it; part of a journal's keys
/// @param weightsHash SHA-256 of the weights, lower-case hex; for a remote model a hash of its
///   address
/// @param contextLength most tokens in prompt and completion together; [Integer#MAX_VALUE] if a
///   remote server does not tell
/// @param vocabularySize number of token ids; 0 if a remote server does not tell
/// @param parameters number of weights that take part in computing a token; 0 if unknown
/// @param determinism what equality of results the engine promises
/// @param compute what a token takes
public record ModelInfo(
    String name,
    String engine,
    String build,
    String weightsHash,
    int contextLength,
    int vocabularySize,
    long parameters,
    Determinism determinism,
    Compute compute) {
  /// What is known of a model that does not tell its layers and width.
  public ModelInfo(
      String name,
      String engine,
      String build,
      String weightsHash,
      int contextLength,
      int vocabularySize,
      long parameters,
      Determinism determinism) {
    this(
        name,
        engine,
        build,
        weightsHash,
        contextLength,
        vocabularySize,
        parameters,
        determinism,
        Compute.of(parameters, 0, 0));
  }

  /// What equality of results an engine promises, weakest first.
  public enum Determinism {
    /// Nothing is promised: a remote server.
    NONE,
    /// Equal logits give equal tokens.
    SAMPLING,
    /// Also: the same single request on an idle engine with a cold cache gives the same bits.
    REPEAT,
    /// Also: any company, order and cache state give the same bits.
    INVARIANT
  }
}
