package ponder.model;

import java.nio.file.Path;

/// The ability to run small adapters (LoRA) over the base weights, chosen per request.
public interface Adaptable {
  /// Loads an adapter, a GGUF file or a folder in PEFT's layout, and returns the key that requests
  /// name it by. Loading the same content again is free.
  ///
  /// @throws IllegalArgumentException if it is no adapter for this model or of a form that the
  ///   engine does not read
  AdapterKey loadAdapter(Path file, double scale);

  /// Frees an adapter once no request uses it; unknown keys are ignored.
  void unloadAdapter(AdapterKey key);
}
