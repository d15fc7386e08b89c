package ponder.model;

import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The ability to give the model's final hidden states (after the last norm, before the head).
public interface Hidden {
  int hiddenWidth();

  /// Hidden states at positions `from` to the end of `tokens`.
  ///
  /// @param tokens at least one
  /// @param from in `[0, tokens.size())`
  States hidden(Tokens tokens, int from, @Nullable AdapterKey adapter, Call call);

  /// The same as `plain`, each call of which is carried out by `around`: to measure it, say.
  static Hidden around(Hidden plain, Function<Supplier<States>, States> around) {
    return new Hidden() {
      @Override
      public int hiddenWidth() {
        return plain.hiddenWidth();
      }

      @Override
      public States hidden(Tokens tokens, int from, @Nullable AdapterKey adapter, Call call) {
        return around.apply(() -> plain.hidden(tokens, from, adapter, call));
      }
    };
  }

  /// Hidden states.
  ///
  /// @param rows float[positions][width]
  /// @param usage what the call cost
  @SuppressWarnings("ArrayRecordComponent") // large and owned, never changed
  record States(float[][] rows, Usage usage) {}
}
