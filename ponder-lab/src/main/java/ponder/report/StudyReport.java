package ponder.report;

import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.compare.Axis;
import ponder.compare.Comparison.Run;
import ponder.core.Spend;
import ponder.stats.Interval;
import ponder.study.Pattern;
import ponder.study.PatternLabels;
import ponder.study.Study;
import ponder.study.Study.Part;

/// The page of a study, `study.html`: one table over all data sets, and one of patterns for each
/// that has them. Equal studies give an equal page, byte for byte.
public final class StudyReport {
  private final Study study;
  private final String version;

  private StudyReport(Study study, String version) {
    this.study = study;
    this.version = version;
  }

  /// Writes the page into `folder`; it links to the comparison of each data set in the folder of
  /// its name.
  ///
  /// @param version of Ponder
  /// @return the page's file
  /// @throws java.io.UncheckedIOException if it cannot be written
  public static Path write(Study study, Path folder, String version) {
    Path file = folder.resolve("study.html");
    new Page("A study", List.of("page.css"), List.of("page.js"))
        .write(file, new StudyReport(study, version)::body);
    return file;
  }

  private void body(Writer out) {
    var html = new Markup(out);
    html.open("header").open("div");
    html.leaf("h1", "Methods side by side");
    html.leaf(
        "p",
        "%s on %s"
            .formatted(
                Amount.count(runs().size(), "method"),
                Amount.count(study.parts().size(), "data set")),
        "class",
        "muted");
    html.close();
    html.raw("<button id=\"theme\" class=\"screen\" type=\"button\" hidden></button>\n").close();
    html.open("main", "id", "main");
    worth(html);
    study.parts().forEach(part -> patterns(html, part));
    html.close();
    html.leaf(
        "footer",
        "Made by Ponder %s. Intervals are 95 %% bootstrap intervals over problems."
            .formatted(version));
  }

  private List<Run> runs() {
    return study.parts().getFirst().comparison().runs();
  }

  private void worth(Markup html) {
    html.leaf("h2", "Problems solved");
    html.open("div", "class", "scroll", "tabindex", "0").open("table");
    html.raw("<thead><tr>").leaf("th", "method", "scope", "col");
    for (Part part : study.parts()) {
      html.open("th", "scope", "col", "class", "number");
      html.leaf("a", part.name(), "href", "./" + part.name() + "/compare.html");
      html.leaf("div", measure(part), "class", "muted small").close();
    }
    html.leaf("th", "mean", "scope", "col", "class", "number");
    html.leaf("th", "tokens", "scope", "col", "class", "number").raw("</tr></thead>\n<tbody>\n");
    for (int i = 0; i < runs().size(); i++) {
      html.open("tr").leaf("th", runs().get(i).name(), "scope", "row");
      for (Part part : study.parts()) {
        html.open("td", "class", "number").text(Amount.interval(Study.worth(part, i)));
        Interval difference = difference(part, i);
        if (difference != null) {
          String noise = difference.contains(0) ? ", within noise" : "";
          html.leaf("div", Amount.points(difference) + noise, "class", "muted small");
        }
        html.close();
      }
      html.leaf("td", Amount.percent(study.mean(i)), "class", "number");
      html.leaf("td", Amount.rough(tokens(i)), "class", "number").close();
    }
    html.raw("</tbody>").close().close();
    html.leaf(
        "p",
        "Below each value: the difference in points to the first method, problem by problem. Tokens are generated ones per problem, the mean over data sets.",
        "class",
        "muted small");
  }

  private static String measure(Part part) {
    return "%s, %s"
        .formatted(
            part.rows().getFirst().words() == null ? "accuracy" : "F1 of words",
            Amount.count(part.comparison().problems(), "problem"));
  }

  private double tokens(int run) {
    return study.parts().stream()
        .mapToDouble(
            it ->
                Axis.TOKENS.of(it.comparison().runs().get(run).spend())
                    / it.comparison().problems())
        .average()
        .orElseThrow();
  }

  private static @Nullable Interval difference(Part part, int run) {
    Study.Words words = part.rows().get(run).words();
    return words != null
        ? words.difference()
        : part.comparison().differences().stream()
            .filter(it -> it.run() == run)
            .map(it -> it.paired().difference())
            .findFirst()
            .orElse(null);
  }

  private void patterns(Markup html, Part part) {
    List<PatternLabels> labels = new ArrayList<>();
    part.rows()
        .forEach(
            row -> {
              if (row.patterns() != null) {
                labels.add(row.patterns());
              }
            });
    if (labels.size() < part.rows().size()) {
      return;
    }
    html.leaf("h2", "Patterns of reasoning on " + part.name());
    if (labels.stream().allMatch(PatternLabels::none)) {
      String why = labels.getFirst().skipped();
      html.leaf("p", "Not labelled: %s.".formatted(why), "class", "muted small");
      return;
    }
    Spend cost = Study.sum(labels, PatternLabels::spend);
    html.open("div", "class", "scroll", "tabindex", "0").open("table");
    html.raw("<thead><tr>").leaf("th", "method", "scope", "col");
    for (Pattern pattern : Pattern.values()) {
      html.leaf("th", pattern.words(), "scope", "col", "class", "number");
    }
    html.leaf("th", "labelled", "scope", "col", "class", "number").raw("</tr></thead>\n<tbody>\n");
    for (int i = 0; i < labels.size(); i++) {
      html.open("tr").leaf("th", runs().get(i).name(), "scope", "row");
      for (Pattern pattern : Pattern.values()) {
        Interval share = labels.get(i).shares().get(pattern);
        html.leaf("td", share == null ? "–" : Amount.interval(share), "class", "number");
      }
      html.leaf("td", Amount.whole(labels.get(i).labelled()), "class", "number").close();
    }
    html.raw("</tbody>").close().close();
    html.leaf(
        "p",
        "Shares of the labelled problems whose reasoning shows a pattern, as a model judges; a text may show several. Labelling took %s calls with %s prompt tokens and %s generated ones."
            .formatted(
                Amount.whole(cost.calls()),
                Amount.whole(cost.promptTokens()),
                Amount.whole(cost.generatedTokens())),
        "class",
        "muted small");
    for (int i = 0; i < labels.size(); i++) {
      String skipped = labels.get(i).skipped();
      if (!skipped.isEmpty()) {
        String line = "Left out of %s: %s.".formatted(runs().get(i).name(), skipped);
        html.leaf("p", line, "class", "muted small");
      }
    }
  }
}
