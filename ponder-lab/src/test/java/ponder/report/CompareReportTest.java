package ponder.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.compare.Axis;
import ponder.compare.Comparison;
import ponder.compare.Comparison.Difference;
import ponder.compare.Comparison.Line;
import ponder.compare.Comparison.Matched;
import ponder.compare.Comparison.Point;
import ponder.compare.Comparison.Reading;
import ponder.compare.Comparison.Run;
import ponder.core.Seed;
import ponder.core.Spend;
import ponder.stats.Interval;
import ponder.stats.PairedDifference;

class CompareReportTest {
  private static final String HOSTILE = "<img src=x onerror=alert(1)></script>";

  @TempDir Path root;

  private Run run(String name, double accuracy, long tokens, double flops, boolean front) {
    return new Run(
        name,
        root.resolve(name.replaceAll("\\W", "")),
        "toy",
        "scripted",
        "best-of-n",
        Map.of("n", "4"),
        "vote",
        "",
        0,
        around(accuracy),
        null,
        around(0.3),
        around(0.8),
        List.of(),
        0,
        0,
        0,
        new Spend(100, 0, tokens * 100, 0, 100, flops, 10),
        null,
        tokens,
        front);
  }

  private static Interval around(double value) {
    return new Interval(value, value - 0.1, value + 0.1);
  }

  private Comparison comparison(String second, double flops) {
    Run one = run("greedy", 0.5, 200, flops, true);
    Run two = run(second, 0.6, 900, flops, true);
    var worse = run("slow", 0.4, 5000, flops, false);
    return new Comparison(
        "toys",
        "d1",
        100,
        "math",
        Axis.TOKENS,
        0,
        List.of(one, two, worse),
        List.of(
            new Line("greedy", List.of(0), List.of(new Point("greedy", 200, around(0.5)))),
            new Line(
                second,
                List.of(1),
                List.of(new Point("n=1", 300, around(0.3)), new Point("n=4", 900, around(0.6)))),
            new Line("slow", List.of(2), List.of(new Point("slow", 5000, around(0.4))))),
        List.of(
            new Difference(1, PairedDifference.of(15, 5, 80, new Seed(1))),
            new Difference(2, PairedDifference.of(2, 3, 95, new Seed(1)))),
        List.of(),
        new Matched(
            400,
            List.of(
                new Reading(1, 200, around(0.5), null),
                new Reading(1.5, 400, around(0.45), around(-0.3)),
                new Reading(1, 5000, null, null))),
        List.of("slow against greedy is within noise."));
  }

  private PageParts page(Comparison comparison) throws IOException {
    CompareReport.write(comparison, root, "0.1");
    return new PageParts(Files.readString(root.resolve("compare.html")));
  }

  @Test
  void tellsDifferencesAndWhetherTheyAreNoise() throws IOException {
    String page = page(comparison("wide", 1e15)).markup().replace('\u00a0', ' ');

    assertThat(page)
        .contains("<h1>3 runs on toys</h1>", "<li>slow against greedy is within noise.</li>")
        .contains("60.0 % (50.0 to 70.0)", "+10.0 (+", "-1.0 (-")
        .contains(">better</span>", ">within noise</span>", ">worse</span>", "costs more")
        .contains("p = 0.041", "At 400 generated tokens per problem");
    assertThat(page.split(">front</span>", -1)).hasSize(3);
  }

  @Test
  void drawsEveryAxisThatAllRunsHaveACostOn() throws IOException {
    assertThat(page(comparison("wide", 1e15)).markup())
        .contains("id=\"by-tokens\"", "id=\"by-calls\"", "id=\"by-seconds\"", "id=\"by-flops\"");
    assertThat(page(comparison("wide", 0)).markup())
        .contains("id=\"by-tokens\"", "unknown")
        .doesNotContain("by-flops");
  }

  @Test
  void ringsTheFrontInItsPicture() throws IOException {
    page(comparison("wide", 1e15));

    String svg = Files.readString(root.resolve("compare.svg"));
    assertThat(svg.split("r=\"8\"", -1)).hasSize(3);
    assertThat(svg).contains("oracle of greedy 80", "wide: 60");
  }

  @Test
  void linksReportsThatAreThere() throws IOException {
    Files.createDirectories(root.resolve("wide"));
    Files.writeString(root.resolve("wide/report.html"), "");

    assertThat(page(comparison("wide", 1e15)).markup())
        .contains("<a href=\"./wide/report.html\">wide</a>")
        .doesNotContain("greedy/report.html");
  }

  @Test
  void hostileNamesStayText() throws IOException {
    assertThat(page(comparison(HOSTILE, 1e15)).markup())
        .doesNotContain("<img")
        .contains("&lt;img src=x onerror=alert(1)&gt;");
  }

  @Test
  void equalComparisonsGiveEqualPages() throws IOException {
    String once = page(comparison("wide", 1e15)).html();

    assertThat(page(comparison("wide", 1e15)).html()).isEqualTo(once);
  }
}
