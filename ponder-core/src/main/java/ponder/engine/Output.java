package ponder.engine;

import org.jspecify.annotations.Nullable;
import ponder.model.Stop;
import ponder.model.Tokenizer;

/// Turns one sample's tokens into text as they come, and finds where it stops.
public final class Output {
  public Output(Tokenizer tokenizer, Stop stop) {
    throw new UnsupportedOperationException();
  }

  /// Takes the next generated token; null if generation goes on.
  public @Nullable Hit accept(int token) {
    throw new UnsupportedOperationException();
  }

  /// The text that became certain since the last call; often empty.
  public String takeDelta() {
    throw new UnsupportedOperationException();
  }

  /// Ends the text and returns all of it; [#takeDelta] then gives the last part.
  public Text finish() {
    throw new UnsupportedOperationException();
  }
}
