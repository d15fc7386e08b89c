package ponder.plot;

import java.util.Locale;

/// What things are coloured by, on light and on dark paper.
///
/// The colours of series keep apart for people with red-green or blue-yellow blindness (hues after
/// Okabe and Ito, "Color Universal Design", 2002, darkened or lightened until text in them has a
/// contrast of 4.5 or more to the paper). Shapes of marks tell series apart as well.
enum Colour {
  PAPER("#ffffff", "#14171c"),
  INK("#1c2430", "#e6e9ee"),
  MUTED("#5b6675", "#a0abba"),
  GRID("#e2e6ec", "#2c323b"),
  S0("#0068a8", "#5ab8f2"),
  S1("#b94a00", "#ff9a5c"),
  S2("#007a58", "#35c99b"),
  S3("#9b3f86", "#e596cb"),
  S4("#7a5c00", "#e3bd3f"),
  S5("#4b4fc4", "#a5a8ff"),
  S6("#a8324a", "#ff8f9f"),
  S7("#3d6b1f", "#9fcf6f");

  private static final int SERIES = 8;
  private final String light;
  private final String dark;

  Colour(String light, String dark) {
    this.light = light;
    this.dark = dark;
  }

  /// The colour of the series at `index`; they come round again after eight.
  static Colour ofSeries(int index) {
    return values()[S0.ordinal() + index % SERIES];
  }

  String light() {
    return light;
  }

  String dark() {
    return dark;
  }

  /// The name in style sheets.
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
