package ponder.report;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import ponder.core.Spend;
import ponder.eval.EvalPlan;
import ponder.eval.Summary;
import ponder.plot.Chart;
import ponder.stats.CurvePoint;

/// The page of one evaluation. What it came to is plain HTML, readable without a script; the list
/// of problems is drawn by `report.js` from the data behind it.
final class ReportPage {
  private static final String[][] COLUMNS = {
    {"number", "#"},
    {"verdict", "Verdict"},
    {"problem", "Problem"},
    {"answer", "Answer"},
    {"reference", "Reference"},
    {"votes", "Votes"},
    {"right", "Right candidates"},
    {"tokens", "Tokens"},
    {"seconds", "Seconds"}
  };
  private static final String[][] FILTERS = {
    {"all", "All"},
    {"correct", "✓ Right"},
    {"wrong", "✗ Wrong"},
    {"undecided", "? Undecided"},
    {"failed", "! Failed"},
    {"missed", "Right candidate missed"}
  };

  private static final Map<String, String> GRADINGS =
      Map.of(
          "math", "compared as mathematics",
          "short", "a few words; right if they match exactly",
          "choice", "one of the options in the question");

  private final EvalPlan plan;
  private final Summary summary;
  private final ReportData data;

  ReportPage(EvalPlan plan, Summary summary, ReportData data) {
    this.plan = plan;
    this.summary = summary;
    this.data = data;
  }

  void write(Path file) {
    new Page(title(), List.of("page.css", "report.css"), List.of("page.js", "report.js"))
        .write(file, this::body);
  }

  private String title() {
    return "%s on %s".formatted(method(), plan.dataset());
  }

  private String method() {
    return plan.verifier().isEmpty() || plan.verifier().equals("none")
        ? plan.method()
        : plan.method() + " with " + plan.verifier();
  }

  private void body(Writer out) throws IOException {
    var html = new Markup(out);
    head(html);
    html.open("main", "id", "main");
    html.open("div", "class", "head");
    headline(html);
    what(html);
    html.close();
    notes(html);
    curve(html);
    cost(html);
    setup(html);
    failures(html);
    problems(html);
    html.close();
    foot(html);
    data.write(out);
  }

  private void head(Markup html) {
    html.open("header").open("div");
    html.leaf("h1", title());
    html.leaf(
        "p",
        "%s · %s · seed %d"
            .formatted(plan.model(), Amount.count(plan.problems(), "problem"), plan.seed()),
        "class",
        "muted");
    html.close();
    html.raw("<button id=\"theme\" class=\"screen\" type=\"button\" hidden></button>\n");
    html.close();
  }

  private void headline(Markup html) {
    html.open("section", "class", "card", "aria-label", "Accuracy");
    html.leaf("h2", "Problems solved");
    html.leaf("div", Amount.percent(summary.accuracy().mean()), "class", "large");
    html.leaf(
        "div",
        String.format(
            Locale.ROOT,
            "95 %% interval %.1f to %.1f %%, from %s problems",
            100 * summary.accuracy().low(),
            100 * summary.accuracy().high(),
            Amount.whole(summary.problems())),
        "class",
        "muted");
    html.raw(Gauge.svg(summary.accuracy(), summary.single(), summary.oracle()));
    html.open("dl", "class", "facts");
    if (summary.f1() != null) {
      fact(html, "F1 of the answers' words", Amount.interval(summary.f1()));
    }
    fact(html, "◁ floor: one sample", Amount.interval(summary.single()));
    fact(html, "▷ oracle: any sample right", Amount.interval(summary.oracle()));
    double room = summary.oracle().mean() - summary.single().mean();
    if (room > 0) {
      fact(
          html,
          "selection found",
          String.format(
              Locale.ROOT,
              "%.0f %% of what lies between",
              100 * (summary.accuracy().mean() - summary.single().mean()) / room));
    }
    html.close().close();
  }

  private void what(Markup html) {
    html.open("section", "class", "card", "aria-label", "What was run");
    html.leaf("h2", "What was run");
    html.open("dl", "class", "facts");
    fact(html, "model", "%s on %s".formatted(plan.model(), plan.engine()));
    fact(html, "method", method());
    fact(html, "data", "%s, %s".formatted(plan.dataset(), plan.rows()));
    fact(html, "answers", GRADINGS.getOrDefault(plan.grading(), plan.grading()));
    fact(html, "budget", plan.budget().isEmpty() ? "none" : plan.budget() + " a problem");
    Spend spend = summary.spend();
    double problems = summary.problems();
    fact(html, "tokens a problem", Amount.rough(spend.generatedTokens() / problems) + " generated");
    fact(html, "wall time", Amount.seconds(summary.seconds()));
    fact(
        html,
        "outcomes",
        "%d right, %d undecided, %d without an answer, %d failed"
            .formatted(
                Math.round(summary.accuracy().mean() * problems),
                summary.undecided(),
                summary.unanswered(),
                summary.failures().size()));
    html.close().close();
  }

  private static void fact(Markup html, String name, String value) {
    html.leaf("dt", name).leaf("dd", value);
  }

  /// What a reader must know before believing a number.
  private void notes(Markup html) {
    List<String> notes = new ArrayList<>();
    if (plan.redacted()) {
      notes.add("Redacted: this page has no questions, answers or generated texts.");
    }
    if (data.leftOut() > 0) {
      notes.add(
          "The texts of %s are not in this page, which takes in %s of them at most; they are in traces/ beside it. Rows, votes and scores are all here."
              .formatted(Amount.count(data.leftOut(), "problem"), Amount.bytes(Report.MOST_TEXT)));
    }
    if (summary.undecided() > 0) {
      notes.add(
          "The grader could not decide %s; that counts as not right."
              .formatted(Amount.count(summary.undecided(), "answer")));
    }
    if (summary.anytime() > 0) {
      notes.add("The budget ended %s early.".formatted(Amount.count(summary.anytime(), "problem")));
    }
    if (notes.isEmpty() && summary.failures().isEmpty()) {
      return;
    }
    html.open("ul", "class", "notes");
    if (!summary.failures().isEmpty()) {
      html.leaf(
          "li",
          "%s failed; that counts as not right. See the failures below."
              .formatted(Amount.count(summary.failures().size(), "problem")),
          "class",
          "fault");
    }
    notes.forEach(note -> html.leaf("li", note));
    html.close();
  }

  private void curve(Markup html) {
    if (summary.curve().isEmpty()) {
      return;
    }
    Chart chart = CurveChart.of(plan, summary);
    html.leaf("h2", "Scaling curve");
    Figures.write(html, chart, "curve");
    html.open("details").leaf("summary", "The curve in numbers, with 95 % intervals");
    html.open("div", "class", "scroll", "tabindex", "0").open("table");
    html.raw("<thead><tr>");
    for (String column :
        new String[] {
          "samples", "majority_vote", "pred_weighted", "pred_naive", "pass_at", "generated_tokens"
        }) {
      html.leaf("th", column, "scope", "col", "class", "number");
    }
    html.raw("</tr></thead>\n<tbody>\n");
    for (CurvePoint point : summary.curve()) {
      html.raw("<tr>");
      for (String cell :
          new String[] {
            Amount.whole(point.n()),
            Amount.interval(point.majorityVote()),
            Amount.interval(point.predWeighted()),
            Amount.interval(point.predNaive()),
            Amount.interval(point.passAt()),
            Amount.rough(point.generatedTokens())
          }) {
        html.leaf("td", cell, "class", "number");
      }
      html.raw("</tr>\n");
    }
    html.raw("</tbody>").close().close().close();
  }

  private void cost(Markup html) {
    html.leaf("h2", "Cost");
    html.open("div", "class", "scroll", "tabindex", "0").open("table");
    html.raw("<thead><tr><th scope=\"col\"></th>");
    for (String column :
        new String[] {"all problems", "a problem", "computed by the last process"}) {
      html.leaf("th", column, "scope", "col", "class", "number");
    }
    html.raw("</tr></thead>\n<tbody>\n");
    Spend spend = summary.spend();
    Spend paid = summary.paid();
    row(html, "generated tokens", spend.generatedTokens(), paid.generatedTokens());
    row(html, "prompt tokens", spend.promptTokens(), paid.promptTokens());
    cells(
        html,
        "of these found in the cache",
        Amount.part(spend.cachedPromptTokens(), spend.promptTokens()),
        "",
        Amount.part(paid.cachedPromptTokens(), paid.promptTokens()));
    row(html, "scored tokens", spend.scoredTokens(), paid.scoredTokens());
    row(html, "calls of models", spend.calls(), paid.calls());
    cells(
        html,
        "floating-point operations",
        Amount.flops(spend.flops()),
        Amount.flops(spend.flops() / summary.problems()),
        paid.flops() > 0 || spend.flops() == 0 ? Amount.flops(paid.flops()) : "0");
    cells(
        html,
        "seconds, summed over problems",
        Amount.seconds(spend.seconds()),
        Amount.seconds(spend.seconds() / summary.problems()),
        Amount.seconds(paid.seconds()));
    cells(html, "wall time of the last process", "", "", Amount.seconds(summary.seconds()));
    cells(html, "generated tokens a second", "", "", Amount.rough(summary.tokensPerSecond()));
    var batching = summary.batching();
    if (batching != null) {
      cells(
          html,
          "batch in use, of %d sequences".formatted(batching.width()),
          "",
          "",
          Amount.percent(batching.share()));
    }
    html.raw("</tbody>").close().close();
    html.leaf(
        "p",
        "What was found in the journal of an earlier process counts as used, and is not computed again.",
        "class",
        "muted small");
  }

  private void row(Markup html, String name, double spend, double paid) {
    cells(
        html,
        name,
        Amount.whole(spend),
        Amount.rough(spend / summary.problems()),
        Amount.whole(paid));
  }

  private static void cells(Markup html, String name, String... values) {
    html.raw("<tr>").leaf("th", name, "scope", "row");
    for (String value : values) {
      html.leaf("td", value, "class", "number");
    }
    html.raw("</tr>\n");
  }

  private void setup(Markup html) {
    html.leaf("h2", "To repeat it");
    html.open("div", "class", "command").leaf("code", Command.of(plan)).close();
    html.open("details").leaf("summary", "Every setting, and hashes");
    html.open("dl", "class", "facts");
    new TreeMap<>(plan.settings()).forEach((name, value) -> fact(html, name, value));
    fact(html, "verifier", plan.verifier());
    fact(html, "aggregation", plan.aggregation());
    fact(html, "seed", String.valueOf(plan.seed()));
    fact(html, "engine", "%s, %s".formatted(plan.engine(), plan.build()));
    fact(html, "weights", plan.weights());
    if (!plan.judge().isEmpty()) {
      fact(html, "verifier's model", plan.judge());
    }
    fact(html, "data", "%s, SHA-256 %s".formatted(plan.dataset(), plan.datasetSha256()));
    fact(html, "rows", "%s; SHA-256 of their ids %s".formatted(plan.rows(), plan.rowsSha256()));
    fact(html, "results", "SHA-256 " + summary.resultsSha256());
    fact(html, "Ponder", plan.version());
    html.close().close();
  }

  private void failures(Markup html) {
    if (summary.failures().isEmpty()) {
      return;
    }
    html.leaf("h2", "Failures");
    html.open("table").raw("<thead><tr><th scope=\"col\">problem</th>");
    html.raw("<th scope=\"col\">what went wrong</th></tr></thead>\n<tbody>\n");
    for (var failure : summary.failures()) {
      html.raw("<tr>").leaf("td", failure.id()).leaf("td", failure.message()).raw("</tr>\n");
    }
    html.raw("</tbody>").close();
  }

  private void problems(Markup html) {
    html.leaf("h2", "Problems");
    html.raw("<noscript><p>The list of problems needs JavaScript.</p></noscript>\n");
    html.open("div", "class", "needs-script", "hidden", "");
    html.open("div", "class", "tools screen");
    html.open("div", "class", "group", "role", "group", "aria-label", "Show");
    for (String[] filter : FILTERS) {
      html.leaf(
          "button",
          filter[1],
          "type",
          "button",
          "data-filter",
          filter[0],
          "aria-pressed",
          String.valueOf(filter[0].equals("all")));
    }
    html.close();
    html.raw(
        "<input type=\"search\" id=\"search\" placeholder=\"Search ( / )\" aria-label=\"Search questions, answers and ids\">\n");
    html.raw("<label class=\"sorting\">Sort by <select id=\"sorting\"></select></label>\n");
    html.raw(
        plan.redacted()
            ? "<input type=\"checkbox\" id=\"deep\" hidden>\n"
            : "<label><input type=\"checkbox\" id=\"deep\">in candidates' texts too</label>\n");
    html.close();
    html.raw("<p class=\"count\" id=\"count\" role=\"status\"></p>\n");
    html.open("table", "class", "problems").raw("<thead><tr>");
    for (String[] column : COLUMNS) {
      html.open("th", "scope", "col", "class", "c-" + column[0], "data-key", column[0]);
      html.leaf("button", column[1], "type", "button").close();
    }
    html.raw("</tr></thead>\n<tbody></tbody>").close();
    html.raw("<button id=\"more\" class=\"more screen\" type=\"button\" hidden></button>\n");
    html.leaf(
        "p",
        "Keys: / searches, ↑ ↓ or j k go from problem to problem, Enter opens, Esc closes. Candidates: a full box is right, an outlined one wrong, a faint one has no answer.",
        "class",
        "muted small screen");
    html.close();
  }

  private void foot(Markup html) {
    html.open("footer");
    html.text(
        "Made by Ponder %s from the evaluation's folder alone. This page holds all it shows and asks for nothing outside itself."
            .formatted(summary.version()));
    html.close();
  }
}
