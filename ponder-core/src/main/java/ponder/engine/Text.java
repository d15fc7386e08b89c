package ponder.engine;

/// A completion's final text.
///
/// @param text the whole text
/// @param textTokens how many leading tokens lie wholly in `text`
public record Text(String text, int textTokens) {}
