package ponder.model;

import java.nio.file.Path;

/// The ability to run small adapters (LoRA) over the base weights, chosen per request.
public interface Adaptable {
  /// Loads an adapter and returns the key that requests name it by. Loading the same content again
  /// is free.
  ///
  /// @throws IllegalArgumentException if the file is no adapter for this model
  AdapterKey loadAdapter(Path file, double scale);

  /// Frees an adapter once no request uses it; unknown keys are ignored.
  void unloadAdapter(AdapterKey key);
}
