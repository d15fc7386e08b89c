package ponder.search;

/// A tool that the model of an [Agent] may use in the midst of its text.
///
/// Immutable and thread-safe; equal inputs give equal results, or a run that is taken up again
/// would not be the same. Quick, since nothing waits for it or ends it, and without effects
/// outside: whatever runs code of others belongs into a sandbox, not here.
interface Instrument {
  /// What the model calls it; letters and hyphens.
  String name();

  /// What it takes and gives, one line for the model.
  String help();

  /// An input that it can take, to show the model.
  String example();

  /// Carries out one call.
  ///
  /// @throws IllegalArgumentException if it cannot take the input, with a message that tells the
  ///   model why; whatever else it throws is told to the model as well
  String use(String input);
}
