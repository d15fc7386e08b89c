package ponder.data;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import ponder.core.Seed;

/// A text as hashes, for comparing texts without keeping them.
///
/// Words are runs of letters and digits, in lower case and compatibility form (NFKC); all else
/// separates. Chinese characters and kana are words of their own, since nothing separates them. So
/// runs of words do not depend on punctuation and markup. Whole texts do: `(3 - x)` and `3 - (x)`,
/// or brackets of two kinds, make two questions; there only case does not matter, nor how much
/// white space stands at a place. Hashes have 64 bits: of ten million pairs of different texts
/// about one in a trillion would be taken for equal.
///
/// @param hashes one for each word, in order
/// @param whole one for the whole text
record Words(long[] hashes, long whole) {
  private static final long START = 0x9E3779B97F4A7C15L;

  /// The words of `text`.
  static Words of(String text) {
    String plain = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    long[] hashes = new long[plain.length() / 4 + 8];
    int count = 0;
    long word = START;
    long whole = START;
    boolean inside = false;
    boolean spaced = false;
    for (int i = 0; i <= plain.length(); ) {
      int c = i < plain.length() ? plain.codePointAt(i) : ' ';
      i += Character.charCount(c);
      if (Character.isWhitespace(c)) {
        spaced = whole != START;
      } else {
        whole = spaced ? Seed.mix(whole ^ ' ') + START : whole;
        whole = Seed.mix(whole ^ c) + START;
        spaced = false;
      }
      boolean letter =
          Character.isLetterOrDigit(c) || Character.getType(c) == Character.NON_SPACING_MARK;
      boolean alone = letter && standsAlone(c);
      if (inside && (!letter || alone)) {
        hashes = with(hashes, count++, word);
        inside = false;
        word = START;
      }
      if (alone) {
        hashes = with(hashes, count++, Seed.mix(START ^ c));
      } else if (letter) {
        word = Seed.mix(word ^ c);
        inside = true;
      }
    }
    return new Words(Arrays.copyOf(hashes, count), whole);
  }

  private static long[] with(long[] hashes, int at, long hash) {
    long[] room = at < hashes.length ? hashes : Arrays.copyOf(hashes, 2 * hashes.length);
    room[at] = hash;
    return room;
  }

  private static boolean standsAlone(int c) {
    if (c < 0x2E80) {
      return false;
    }
    return switch (Character.UnicodeScript.of(c)) {
      case HAN, HIRAGANA, KATAKANA -> true;
      default -> false;
    };
  }

  /// The hashes of all runs of `n` words, each once, sorted; none if there are fewer words.
  long[] grams(int n) {
    int count = Math.max(0, hashes.length - n + 1);
    long[] grams = new long[count];
    for (int i = 0; i < count; i++) {
      grams[i] = hash(i, i + n);
    }
    Arrays.sort(grams);
    int distinct = 0;
    for (int i = 0; i < count; i++) {
      if (i == 0 || grams[i] != grams[i - 1]) {
        grams[distinct++] = grams[i];
      }
    }
    return Arrays.copyOf(grams, distinct);
  }

  private long hash(int from, int to) {
    long hash = START + (to - from);
    for (int i = from; i < to; i++) {
      hash = Seed.mix(hash ^ hashes[i]) + START;
    }
    return hash;
  }
}
