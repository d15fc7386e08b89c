package ponder.report;

import ponder.plot.Chart;
import ponder.plot.Svg;

/// Charts inside pages.
final class Figures {
  /// Of a picture in a file of its own.
  static final double WIDTH = 760;

  static final double HEIGHT = 430;
  private static final double PAGE_WIDTH = 900;
  private static final double PAGE_HEIGHT = 400;
  private static final double NARROW_WIDTH = 340;
  private static final double NARROW_HEIGHT = 300;

  private Figures() {}

  /// The chart twice, for wide and for narrow windows; the style sheet shows one. Its title is left
  /// to the heading above.
  ///
  /// @param id unlike any other in the page
  static void write(Markup html, Chart chart, String id) {
    Chart bare = chart.withTitle("", "");
    html.open("figure", "id", id, "aria-label", chart.title());
    html.open("div", "class", "wide");
    html.raw(Svg.element(bare, id + "-wide", PAGE_WIDTH, PAGE_HEIGHT)).close();
    html.open("div", "class", "narrow");
    html.raw(Svg.element(bare, id + "-narrow", NARROW_WIDTH, NARROW_HEIGHT)).close();
    html.close();
  }
}
