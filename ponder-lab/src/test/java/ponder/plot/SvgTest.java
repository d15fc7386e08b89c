package ponder.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import ponder.core.Seed;
import ponder.testkit.HardLines;
import ponder.testkit.Law;

/// Golden pictures are renewed with `-Dponder.golden.renew=true` and then looked at.
class SvgTest {
  private static final Path GOLDENS =
      Path.of(System.getProperty("ponder.root", ".."), "ponder-lab/src/test/resources/ponder/plot");

  @ParameterizedTest
  @ValueSource(strings = {"curve", "curve-narrow", "comparison"})
  void drawsAsBefore(String name) throws IOException {
    String drawn =
        switch (name) {
          case "curve" -> Svg.file(Charts.curve(), 760, 430);
          case "curve-narrow" -> Svg.file(Charts.curve(), 340, 300);
          default -> Svg.file(Charts.comparison(), 760, 430);
        };
    Path golden = GOLDENS.resolve(name + ".svg");
    if (Boolean.getBoolean("ponder.golden.renew")) {
      Files.writeString(golden, drawn);
    }

    assertThat(drawn).isEqualTo(Files.readString(golden));
  }

  @Test
  void holdsAnyTextAsText() {
    Law.forAll(
        "a chart's texts come back out of its SVG",
        100,
        seed -> {
          String title =
              HardLines.of(new Seed(seed), 1).getFirst() + "]]></title><script>\u0000\uD800";
          Document svg = parse(Svg.file(Charts.curve().withTitle(title, "s"), 760, 430));

          assertThat(svg.getElementsByTagName("title").item(0).getTextContent())
              .isEqualTo(shown(title));
          assertThat(svg.getElementsByTagName("script").getLength()).isZero();
        });
  }

  /// What XML can hold of a text.
  private static String shown(String text) {
    var shown = new StringBuilder();
    text.codePoints()
        .forEach(
            point -> {
              boolean holdable =
                  point == '\t'
                      || point == '\n'
                      || point == '\r'
                      || point >= ' ' && point < 0xD800
                      || point > 0xDFFF && point < 0xFFFE
                      || point > 0xFFFF;
              shown.appendCodePoint(holdable ? point : 0xFFFD);
            });
    return shown.toString();
  }

  @Test
  void keepsTextAsTextAndAsksForNothing() throws IOException {
    String svg = Svg.file(Charts.curve(), 760, 430);

    assertThat(parse(svg).getElementsByTagName("text").getLength()).isGreaterThan(15);
    assertThat(svg.replace("http://www.w3.org/2000/svg", ""))
        .doesNotContain("http", "url(", "href", "@import");
  }

  @Test
  void elementsOfOnePageHaveDifferentIds() {
    assertThat(Svg.element(Charts.curve(), "a", 760, 430))
        .contains("id=\"a-t\"", "aria-labelledby=\"a-t a-d\"")
        .doesNotContain("<style>");
  }

  @Test
  void seriesDifferInShapeAndColour() {
    List<String> swatches = IntStream.range(0, 56).mapToObj(Svg::swatch).toList();

    assertThat(swatches).doesNotHaveDuplicates();
  }

  private static Document parse(String svg) {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(svg)));
    } catch (Exception e) {
      throw new AssertionError("no XML: " + svg, e);
    }
  }
}
