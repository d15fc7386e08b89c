package ponder.data;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import ponder.core.Seed;

/// Which rows of a file are taken: first `offset` and `limit` cut a piece out of it, then a sample
/// is drawn from that piece. All count the file's rows, broken ones too, so that skipping a broken
/// row shifts no other.
///
/// @param offset rows left out at the beginning, at least 0
/// @param limit most rows after them, at least 1; [#ALL] for no limit
/// @param sample which of these are drawn; null for all
public record Selection(long offset, long limit, @Nullable Sample sample) {
  /// As a limit: none.
  public static final long ALL = Long.MAX_VALUE;

  /// Every row.
  public static final Selection EVERYTHING = new Selection(0, ALL, null);

  public Selection {
    if (offset < 0) {
      throw new IllegalArgumentException("offset (%d) must be at least 0.".formatted(offset));
    }
    if (limit < 1) {
      throw new IllegalArgumentException("limit (%d) must be at least 1.".formatted(limit));
    }
  }

  /// The row after the last one of the piece; [#ALL] if there is no limit.
  long end() {
    return limit > ALL - offset ? ALL : offset + limit;
  }

  /// A random subset that depends on the rows' ids and the seed alone.
  ///
  /// Each row draws a number from the seed split by its id; the `count` rows with the smallest
  /// numbers are taken, in the file's order. So a sample of 200 holds the sample of 100; the order
  /// of the file does not matter; and a row added to a file takes the place of one sampled row at
  /// most, and of none with probability 1 - count / rows. None of this holds for rows without ids
  /// of their own when rows before them come or go: their numbers change.
  ///
  /// The seed is the sample's own and not a run's: runs of different seeds are then compared on the
  /// same problems.
  ///
  /// @param count how many, at least 1; of fewer rows all are taken
  /// @param seed root of the draw
  public record Sample(int count, long seed) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})(?:@(-?\\d{1,19}))?");

    public Sample {
      if (count < 1) {
        throw new IllegalArgumentException("sample (%d) must be at least 1.".formatted(count));
      }
    }

    /// Reads `COUNT` or `COUNT@SEED`; without a seed it is 0.
    ///
    /// @throws IllegalArgumentException if it is neither
    public static Sample parse(String text) {
      Matcher form = FORM.matcher(text);
      if (form.matches()) {
        try {
          long seed = form.group(2) == null ? 0 : Long.parseLong(form.group(2));
          return new Sample(Integer.parseInt(form.group(1)), seed);
        } catch (NumberFormatException e) {
          throw new IllegalArgumentException(
              "sample (%s) has a seed beyond 64 bits.".formatted(text), e);
        }
      }
      throw new IllegalArgumentException(
          "sample (%s) must be COUNT or COUNT@SEED. Maybe 100 or 100@7 was meant.".formatted(text));
    }

    /// What the row called `id` draws; the least unsigned values are taken.
    long draw(String id) {
      return new Seed(seed).split("sample", id).value();
    }

    /// As [#parse] reads it.
    @Override
    public String toString() {
      return seed == 0 ? Integer.toString(count) : count + "@" + seed;
    }
  }
}
