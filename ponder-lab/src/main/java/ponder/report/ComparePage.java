package ponder.report;

import java.io.Writer;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ponder.compare.Axis;
import ponder.compare.Comparison;
import ponder.compare.Comparison.Difference;
import ponder.compare.Comparison.Reading;
import ponder.compare.Comparison.Run;
import ponder.compare.Comparison.Thinking;
import ponder.plot.Chart;
import ponder.plot.Svg;
import ponder.stats.Interval;
import ponder.stats.PairedDifference;

/// The page of a comparison: plain HTML and charts; the script only switches between axes.
final class ComparePage {
  private final Comparison comparison;
  private final Path folder;
  private final String version;

  ComparePage(Comparison comparison, Path folder, String version) {
    this.comparison = comparison;
    this.folder = folder;
    this.version = version;
  }

  void write(Path file) {
    new Page(title(), List.of("page.css"), List.of("page.js")).write(file, this::body);
  }

  private String title() {
    return "%s on %s"
        .formatted(Amount.count(comparison.runs().size(), "run"), comparison.dataset());
  }

  private void body(Writer out) {
    var html = new Markup(out);
    html.open("header").open("div");
    html.leaf("h1", title());
    html.leaf(
        "p",
        "compared on the same %s · baseline %s"
            .formatted(
                Amount.count(comparison.problems(), "problem"),
                comparison.runs().get(comparison.baseline()).name()),
        "class",
        "muted");
    html.close();
    html.raw("<button id=\"theme\" class=\"screen\" type=\"button\" hidden></button>\n").close();
    html.open("main", "id", "main");
    notes(html);
    charts(html);
    runs(html);
    differences(html);
    matched(html);
    thinking(html);
    settings(html);
    html.close();
    html.leaf(
        "footer",
        "Made by Ponder %s. Data set %s, SHA-256 %s. Intervals are 95 %% bootstrap intervals over problems."
            .formatted(version, comparison.dataset(), comparison.datasetSha256()));
  }

  private void notes(Markup html) {
    if (!comparison.notes().isEmpty()) {
      html.open("ul", "class", "notes");
      comparison.notes().forEach(note -> html.leaf("li", note));
      html.close();
    }
  }

  private void charts(Markup html) {
    html.leaf("h2", "Accuracy and cost");
    Map<Axis, Chart> charts = new LinkedHashMap<>();
    charts.put(comparison.by(), CompareChart.of(comparison));
    for (Axis axis : Axis.values()) {
      Chart chart = axis == comparison.by() ? null : CompareChart.of(comparison, axis);
      if (chart != null) {
        charts.put(axis, chart);
      }
    }
    html.open("div", "class", "tabs screen", "hidden", "", "role", "group", "aria-label", "Cost");
    charts
        .keySet()
        .forEach(
            axis ->
                html.leaf(
                    "button", axis.words(), "type", "button", "data-shows", "by-" + axis.key()));
    html.close();
    charts.forEach((axis, chart) -> Figures.write(html, chart, "by-" + axis.key()));
  }

  private void runs(Markup html) {
    boolean money = comparison.runs().stream().anyMatch(run -> run.money() != null);
    html.leaf("h2", "Runs");
    html.open("div", "class", "scroll", "tabindex", "0").open("table");
    boolean words = comparison.runs().stream().anyMatch(run -> run.f1() != null);
    List<String> first =
        words ? List.of("problems solved", "F1 of words") : List.of("problems solved");
    heads(
        html,
        List.of("run"),
        Stream.concat(
                first.stream(),
                Stream.of("one sample", "oracle", "tokens", "calls", "seconds", "FLOP"))
            .toList(),
        money ? List.of("money") : List.of());
    for (int i = 0; i < comparison.runs().size(); i++) {
      Run run = comparison.runs().get(i);
      html.open("tr").open("th", "scope", "row").raw(Svg.swatch(line(i)));
      name(html, run);
      if (run.onFront()) {
        html.text(" ").leaf("span", "front", "class", "badge better");
      }
      html.leaf(
          "div",
          "%s, %s, %s".formatted(run.model(), run.method(), run.verifier()),
          "class",
          "muted small");
      html.close();
      cell(html, Amount.interval(run.accuracy()));
      if (words) {
        cell(html, run.f1() == null ? "" : Amount.interval(run.f1()));
      }
      cell(html, Amount.percent(run.single().mean()));
      cell(html, Amount.percent(run.oracle().mean()));
      for (Axis axis : List.of(Axis.TOKENS, Axis.CALLS, Axis.SECONDS)) {
        cell(html, Amount.rough(axis.of(run.spend()) / comparison.problems()));
      }
      cell(html, Amount.flops(run.spend().flops() / comparison.problems()));
      if (money) {
        Double paid = run.money();
        cell(html, paid == null ? "" : Amount.rough(paid / comparison.problems()));
      }
      html.close();
    }
    html.raw("</tbody>").close().close();
    html.leaf(
        "p",
        "Costs are per problem. “front”: no other run is at once as cheap in %s and as accurate. “one sample” is the floor, “oracle” what a perfect choice among the candidates would reach."
            .formatted(comparison.by().words()),
        "class",
        "muted small");
  }

  /// Which line of the chart the run is drawn in.
  private int line(int run) {
    for (int i = 0; i < comparison.lines().size(); i++) {
      if (comparison.lines().get(i).runs().contains(run)) {
        return i;
      }
    }
    return 0;
  }

  private void name(Markup html, Run run) {
    String link = report(run);
    if (link == null) {
      html.text(run.name());
    } else {
      html.leaf("a", run.name(), "href", link);
    }
  }

  /// Where the run's own report lies, as seen from the page; null if there is none.
  private @Nullable String report(Run run) {
    Path page = run.folder().resolve(Report.PAGE).toAbsolutePath().normalize();
    Path from = folder.toAbsolutePath().normalize();
    Path root = page.getRoot();
    if (!Files.exists(page) || root == null || !root.equals(from.getRoot())) {
      return null;
    }
    String path = from.relativize(page).toString().replace('\\', '/');
    try {
      return new URI(null, null, "./" + path, null).toASCIIString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("path (" + path + ") has no address", e);
    }
  }

  private static void heads(
      Markup html, List<String> texts, List<String> numbers, List<String> more) {
    html.raw("<thead><tr>");
    texts.forEach(it -> html.leaf("th", it, "scope", "col"));
    numbers.forEach(it -> html.leaf("th", it, "scope", "col", "class", "number"));
    more.forEach(it -> html.leaf("th", it, "scope", "col", "class", "number"));
    html.raw("</tr></thead>\n<tbody>\n");
  }

  private static void cell(Markup html, String value) {
    html.leaf("td", value, "class", "number");
  }

  private void differences(Markup html) {
    if (comparison.differences().isEmpty()) {
      return;
    }
    String baseline = comparison.runs().get(comparison.baseline()).name();
    html.leaf("h2", "Against " + baseline + ", problem by problem");
    double reach =
        comparison.differences().stream()
            .map(it -> it.paired().difference())
            .mapToDouble(it -> Math.max(Math.abs(it.low()), Math.abs(it.high())))
            .max()
            .orElse(0);
    html.open("div", "class", "scroll", "tabindex", "0").open("table");
    heads(
        html,
        List.of("run", "", "difference in points"),
        List.of("only it right", "only baseline right", "sign test"),
        List.of());
    for (Difference difference : comparison.differences()) {
      PairedDifference paired = difference.paired();
      html.open("tr").leaf("th", comparison.runs().get(difference.run()).name(), "scope", "row");
      html.open("td").raw(Forest.svg(paired.difference(), reach)).close();
      html.open("td", "class", "nowrap").text(Amount.points(paired.difference()) + " ");
      verdict(html, paired.difference());
      html.close();
      cell(html, Amount.whole(paired.better()));
      cell(html, Amount.whole(paired.worse()));
      cell(html, p(paired.signTest()));
      html.close();
    }
    html.raw("</tbody>").close().close();
    html.leaf(
        "p",
        "Both runs are resampled on the same problems, so what makes a problem hard for both drops out. Within noise: the interval contains 0, so these problems do not tell the runs apart. The sign test is exact and the safer word where few problems differ. No correction is made for comparing several runs.",
        "class",
        "muted small");
  }

  private static void verdict(Markup html, Interval difference) {
    if (difference.contains(0)) {
      html.leaf("span", "within noise", "class", "badge noise");
    } else if (difference.mean() > 0) {
      html.leaf("span", "better", "class", "badge better");
    } else {
      html.leaf("span", "worse", "class", "badge worse");
    }
  }

  private static String p(double value) {
    return value < 0.0001 ? "p < 0.0001" : String.format(Locale.ROOT, "p = %.2g", value);
  }

  private void matched(Markup html) {
    var matched = comparison.matched();
    if (matched == null) {
      return;
    }
    html.leaf(
        "h2",
        "At %s %s per problem".formatted(Amount.rough(matched.cost()), comparison.by().words()));
    html.open("div", "class", "scroll", "tabindex", "0").open("table");
    heads(
        html,
        List.of("run"),
        List.of("samples", "cost", "problems solved", "difference in points"),
        List.of());
    for (int i = 0; i < matched.readings().size(); i++) {
      Reading reading = matched.readings().get(i);
      Interval accuracy = reading.accuracy();
      Interval difference = reading.difference();
      html.open("tr").leaf("th", comparison.runs().get(i).name(), "scope", "row");
      cell(html, accuracy == null ? "" : Amount.rough(reading.samples()));
      cell(html, Amount.rough(reading.cost()));
      cell(html, accuracy == null ? "costs more" : Amount.interval(accuracy));
      html.open("td", "class", "number");
      if (difference != null) {
        html.text(Amount.points(difference) + " ");
        verdict(html, difference);
      } else {
        html.text(i == comparison.baseline() ? "baseline" : "");
      }
      html.close().close();
    }
    html.raw("</tbody>").close().close();
  }

  private void thinking(Markup html) {
    if (comparison.thinking().isEmpty()) {
      return;
    }
    html.leaf("h2", "Length of thought");
    html.open("div", "class", "scroll", "tabindex", "0").open("table");
    heads(html, List.of("method"), List.of("runs", "control", "scaling", "performance"), List.of());
    for (Thinking thinking : comparison.thinking()) {
      Double scaling = thinking.metrics().scaling();
      html.open("tr").leaf("th", thinking.method(), "scope", "row");
      cell(html, String.valueOf(thinking.metrics().runs()));
      cell(html, String.format(Locale.ROOT, "%.0f %%", thinking.metrics().control()));
      cell(
          html,
          scaling == null ? "" : String.format(Locale.ROOT, "%+.1f points a doubling", scaling));
      cell(html, String.format(Locale.ROOT, "%.1f %%", thinking.metrics().performance()));
      html.close();
    }
    html.raw("</tbody>").close().close();
    html.leaf(
        "p",
        "Control: runs that kept to the length they were told. Scaling: mean slope over pairs of runs per doubling of thinking tokens. Performance: the best run.",
        "class",
        "muted small");
  }

  private void settings(Markup html) {
    html.leaf("h2", "What was run");
    for (Run run : comparison.runs()) {
      html.open("details").leaf("summary", run.name());
      html.open("dl", "class", "facts");
      Map<String, String> facts = new LinkedHashMap<>();
      facts.put("model", "%s on %s".formatted(run.model(), run.engine()));
      facts.put("method", run.method());
      facts.put("verifier", run.verifier());
      facts.put("budget", run.budget().isEmpty() ? "none" : run.budget());
      facts.put("seed", String.valueOf(run.seed()));
      facts.putAll(new TreeMap<>(run.settings()));
      facts.put("undecided", String.valueOf(run.undecided()));
      facts.put("failed", String.valueOf(run.failures()));
      facts.forEach((name, value) -> html.leaf("dt", name).leaf("dd", value));
      html.close().close();
    }
  }
}
