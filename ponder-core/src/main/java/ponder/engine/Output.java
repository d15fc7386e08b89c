package ponder.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ponder.model.FinishReason;
import ponder.model.Stop;
import ponder.model.Tokenizer;

/// Turns one sample's tokens into text as they come, and finds where it stops.
///
/// Everything is measured in bytes of generated text, since tokens, code points and stop strings
/// have no other borders in common. Bytes are decoded as they come; complete code points wait in
/// `held` while they could still belong to a stop string or stop sequence, then they are released
/// and never taken back. So deltas concatenate to the final text, and no delta shows a piece of a
/// stop.
///
/// At one token, a token sequence goes before end-of-text, that before a stop string. Of several
/// stop strings completed by the same token the leftmost counts, of those the longest; generation
/// is never prolonged to see whether a longer one would follow. The text leaves out the stop
/// string, or the text of the stop sequence, unless `includeStop`; special and end-of-text tokens
/// have no text.
///
/// Not thread-safe.
public final class Output {
  private final Tokenizer tokenizer;
  private final Stop stop;
  private final Set<Integer> eos;
  private final @Nullable StopStrings strings;
  private final List<StopSequence> sequences;
  private final Utf8 decoder = new Utf8(this::hold);

  private int[] tokenEnds = new int[16];
  private int tokens;

  private int[] held = new int[16];
  private int[] heldEnds = new int[16];
  private int heldCount;
  private int released;

  private int state = StopStrings.ROOT;
  private int found = -1;
  private int foundStart;
  private int foundEnd;

  private final StringBuilder text = new StringBuilder();
  private int taken;
  private int textTokens;
  private boolean ended;

  public Output(Tokenizer tokenizer, Stop stop) {
    this.tokenizer = tokenizer;
    this.stop = stop;
    eos = stop.ignoreEos() ? Set.of() : tokenizer.eos();
    strings = stop.strings().isEmpty() ? null : new StopStrings(stop.strings());
    sequences = stop.sequences().stream().map(StopSequence::new).toList();
  }

  /// Takes the next generated token; null if generation goes on.
  ///
  /// @throws IllegalStateException after a hit or [#finish]
  public @Nullable Hit accept(int token) {
    if (ended) {
      throw new IllegalStateException("token " + token + " comes after the end.");
    }
    boolean end = eos.contains(token);
    if (!end && !tokenizer.isSpecial(token)) {
      for (byte b : tokenizer.bytes(token)) {
        decoder.feed(b);
      }
    }
    if (tokens == tokenEnds.length) {
      tokenEnds = Arrays.copyOf(tokenEnds, 2 * tokens);
    }
    tokenEnds[tokens++] = decoder.fed();
    Hit hit = hit(token, end);
    if (hit == null) {
      release(certain());
    }
    return hit;
  }

  /// The text that became certain since the last call; often empty, never half a surrogate pair.
  public String takeDelta() {
    String delta = text.substring(taken);
    taken = text.length();
    return delta;
  }

  /// Ends the text, if no stop has, and returns all of it; [#takeDelta] then gives the last part. A
  /// code point left incomplete becomes U+FFFD.
  public Text finish() {
    if (!ended) {
      end(tokens, decoder.fed());
    }
    return new Text(text.toString(), textTokens);
  }

  private @Nullable Hit hit(int token, boolean end) {
    StopSequence longest = null;
    for (StopSequence sequence : sequences) {
      if (sequence.accept(token)
          && (longest == null || longest.pattern().size() < sequence.pattern().size())) {
        longest = sequence;
      }
    }
    if (longest != null) {
      int kept = stop.includeStop() ? tokens : tokens - longest.pattern().size();
      end(kept, endOf(kept));
      return new Hit(FinishReason.STOP, longest.pattern().toString());
    }
    if (end) {
      end(tokens - 1, decoder.fed());
      return new Hit(FinishReason.EOS, "");
    }
    if (strings != null && found >= 0) {
      int border = stop.includeStop() ? foundEnd : foundStart;
      end(tokensWithin(border), border);
      return new Hit(FinishReason.STOP, strings.string(found));
    }
    return null;
  }

  /// Takes a decoded code point and looks for the stop strings that end with it.
  private void hold(int codePoint, int end) {
    if (heldCount == held.length) {
      held = Arrays.copyOf(held, 2 * heldCount);
      heldEnds = Arrays.copyOf(heldEnds, 2 * heldCount);
    }
    held[heldCount] = codePoint;
    heldEnds[heldCount] = end;
    heldCount++;
    if (strings == null) {
      return;
    }
    state = strings.step(state, codePoint);
    int match = strings.match(state);
    if (match >= 0) {
      int start = startOfLast(strings.length(match));
      if (found < 0 || start <= foundStart) {
        found = match;
        foundStart = start;
        foundEnd = end;
      }
    }
  }

  /// Where the last `count` code points begin, in bytes.
  private int startOfLast(int count) {
    int before = heldCount - count - 1;
    return before >= 0 ? heldEnds[before] : released;
  }

  /// Up to which byte the text can no longer be part of a stop.
  private int certain() {
    int border = strings == null ? decoder.fed() : startOfLast(strings.depth(state));
    for (StopSequence sequence : sequences) {
      border = Math.min(border, endOf(tokens - sequence.matched()));
    }
    return border;
  }

  private int endOf(int leading) {
    return leading == 0 ? 0 : tokenEnds[leading - 1];
  }

  private int tokensWithin(int bytes) {
    int leading = tokens;
    while (endOf(leading) > bytes) {
      leading--;
    }
    return leading;
  }

  /// Moves the held code points that end by `border` to the text.
  private void release(int border) {
    int count = 0;
    while (count < heldCount && heldEnds[count] <= border) {
      text.appendCodePoint(held[count]);
      released = heldEnds[count];
      count++;
    }
    heldCount -= count;
    System.arraycopy(held, count, held, 0, heldCount);
    System.arraycopy(heldEnds, count, heldEnds, 0, heldCount);
  }

  /// Closes the text at byte `border`; a code point that it cuts in two counts as incomplete.
  private void end(int leadingTokens, int border) {
    release(border);
    if (released < border) {
      text.appendCodePoint(Utf8.REPLACEMENT);
    }
    textTokens = leadingTokens;
    ended = true;
  }
}
