package ponder.model;

import java.util.Optional;

/// A language model: a stateless function from requests to completions.
///
/// Callers block; thousands of virtual threads may call at once. An engine batches what runs
/// together and reuses common prefixes by itself, so no handle to its state leaks out.
public interface LanguageModel extends AutoCloseable {
  ModelInfo info();

  /// Completes `request`, blocking until every sample has ended.
  ///
  /// A cancelled or expired call returns what it has, marked so in each sample's finish reason; so
  /// does a call whose thread is interrupted (the interrupt flag stays set). A sample that fails
  /// alone ends with [FinishReason#ERROR] and leaves the others whole.
  ///
  /// @throws ContextOverflowException if the prompt leaves no room for one token
  /// @throws IllegalArgumentException if the request cannot be carried out by this model as it
  ///   stands
  /// @throws EngineException if the engine is closed or broken
  Completions complete(Request request, Call call);

  /// Completes `request` with a plain call.
  default Completions complete(Request request) {
    return complete(request, Call.plain());
  }

  /// This model's `ability` ([Tokenizing], [Scoring], [Hidden], [Adaptable], [Certain],
  /// [Batching]), if it has it.
  ///
  /// A model that wraps another passes on what the other can do.
  default <T> Optional<T> ability(Class<T> ability) {
    return ability.isInstance(this) ? Optional.of(ability.cast(this)) : Optional.empty();
  }

  /// Frees the model. Running calls end with [EngineException]; idempotent.
  @Override
  void close();
}
