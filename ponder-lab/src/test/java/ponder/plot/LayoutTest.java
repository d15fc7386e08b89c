package ponder.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ponder.plot.Chart.Axis;
import ponder.plot.Chart.Point;
import ponder.plot.Chart.Scale;
import ponder.plot.Chart.Unit;
import ponder.plot.Figure.Shape;
import ponder.testkit.Law;

class LayoutTest {
  @Test
  void namesNeverOverlapAndStayInside() {
    Law.forAll(
        "names keep apart",
        300,
        seed -> {
          Figure figure = Layout.of(Charts.any(seed), 760, 430);
          List<Shape.Text> names =
              figure.shapes().stream()
                  .filter(Shape.Text.class::isInstance)
                  .map(Shape.Text.class::cast)
                  .filter(it -> it.bold() && it.x() > 380)
                  .toList();

          assertThat(names).isNotEmpty();
          for (int i = 1; i < names.size(); i++) {
            assertThat(names.get(i).y() - names.get(i - 1).y()).isGreaterThan(15.9);
          }
          for (Shape.Text name : names) {
            assertThat(name.y()).isBetween(0.0, figure.height());
            assertThat(name.x() + TextWidth.of(name.text(), name.size(), true))
                .isLessThanOrEqualTo(figure.width());
          }
        });
  }

  @Test
  void narrowChartsListNamesBelow() {
    Figure wide = Layout.of(Charts.curve(), 760, 430);
    Figure narrow = Layout.of(Charts.curve(), 340, 300);

    assertThat(wide.height()).isLessThan(470);
    assertThat(narrow.height()).isGreaterThan(370);
    for (Shape shape : narrow.shapes()) {
      if (shape instanceof Shape.Text text) {
        assertThat(text.x()).isBetween(0.0, 340.0);
        assertThat(text.y()).isBetween(0.0, narrow.height());
      }
    }
  }

  @Test
  void samplesAreMarkedByPowersOfTwo() {
    assertThat(labels(Scale.LOG2, 1, 16)).containsExactly("1", "2", "4", "8", "16");
    assertThat(labels(Scale.LOG2, 1, 1)).containsExactly("1");
  }

  @Test
  void tokensAreMarkedByRoundNumbers() {
    assertThat(labels(Scale.LOG10, 1e2, 1e6)).containsExactly("100", "1000", "10k", "100k", "1M");
    assertThat(labels(Scale.LOG10, 180, 5100))
        .containsExactly("200", "500", "1000", "2000", "5000");
    assertThat(labels(Scale.LOG10, 4000, 4400)).hasSizeGreaterThan(1).doesNotHaveDuplicates();
    assertThat(labels(Scale.LOG10, 1e12, 1e14)).contains("1T", "10T", "100T");
  }

  @Test
  void sharesStayBetweenZeroAndOne() {
    Axis axis = new Axis("y", Scale.LINEAR, Unit.PERCENT);

    for (double[] range : new double[][] {{0, 0}, {1, 1}, {0, 1}, {0.97, 0.99}, {0.38, 0.381}}) {
      Ticks ticks = Ticks.of(axis, DoubleStream.of(range), 6);
      assertThat(ticks.low()).isBetween(0.0, range[0]);
      assertThat(ticks.high()).isBetween(range[1], 1.0).isGreaterThan(ticks.low());
      assertThat(ticks.at().stream().map(ticks::label)).doesNotHaveDuplicates();
    }
  }

  @ParameterizedTest
  @EnumSource(Colour.class)
  void textIsReadableOnBothPapers(Colour colour) {
    if (colour != Colour.GRID && colour != Colour.PAPER) {
      assertThat(contrast(colour.light(), Colour.PAPER.light())).isGreaterThanOrEqualTo(4.5);
      assertThat(contrast(colour.dark(), Colour.PAPER.dark())).isGreaterThanOrEqualTo(4.5);
    }
  }

  /// Contrast ratio of the Web Content Accessibility Guidelines 2.1.
  private static double contrast(String one, String other) {
    double a = luminance(one) + 0.05;
    double b = luminance(other) + 0.05;
    return Math.max(a, b) / Math.min(a, b);
  }

  private static double luminance(String colour) {
    double[] weights = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      double part = Integer.parseInt(colour.substring(1 + 2 * i, 3 + 2 * i), 16) / 255.0;
      sum += weights[i] * (part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4));
    }
    return sum;
  }

  @Test
  void refusesWhatAnAxisCannotShow() {
    assertThatThrownBy(() -> new Point(1, 0.5, 0.6, 0.7, false))
        .hasMessageContaining("interval [0.6, 0.7] must hold its point (0.5)");
    assertThatThrownBy(() -> Scale.LOG2.check("n", 0)).hasMessageContaining("value (0.0) of 'n'");
  }

  @Test
  void widthsAreNearThoseOfCommonFaces() {
    // Advance widths of Arial and of DejaVu Sans for "majority vote" at 100 pixels.
    assertThat(TextWidth.of("majority vote", 100, false)).isCloseTo(640, within(80.0));
  }

  private static List<String> labels(Scale scale, double low, double high) {
    Ticks ticks = Ticks.of(new Axis("x", scale, Unit.PLAIN), DoubleStream.of(low, high), 9);
    return ticks.at().stream().map(ticks::label).toList();
  }
}
