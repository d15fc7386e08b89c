package ponder.report;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.core.Event;
import ponder.core.Trace;
import ponder.store.EventJson;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The page of one trace, or of many to choose from. Of a single trace, what it came to and the
/// path that won are plain HTML, readable without a script and on paper; the tree is drawn by
/// `trace.js` from the data behind it.
final class TracePage {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final List<TraceReport.Source> sources;

  TracePage(List<TraceReport.Source> sources) {
    this.sources = List.copyOf(sources);
  }

  void write(Path file) {
    Trace first = sources.getFirst().trace().get();
    new Page(title(first), List.of("page.css", "trace.css"), List.of("page.js", "trace.js"))
        .write(file, out -> body(first, out));
  }

  private String title(Trace first) {
    Event.@Nullable Started start = first.start();
    if (sources.size() > 1) {
      return "%s of %s"
          .formatted(
              Amount.count(sources.size(), "trace"), start == null ? "a run" : start.method());
    }
    return start == null
        ? "Trace " + sources.getFirst().name()
        : "%s on %s".formatted(start.method(), start.model());
  }

  private void body(Trace first, Writer out) throws IOException {
    var html = new Markup(out);
    head(html, first);
    html.open("main", "id", "main");
    workspace(html);
    if (sources.size() == 1) {
      came(html, first);
      path(html, first);
    }
    html.raw(
        "<noscript><p class=\"notes\">The tree is drawn by the script in this page.</p></noscript>");
    html.close();
    html.raw("<footer>Written by Ponder. This page asks for nothing outside itself.</footer>\n");
    for (TraceReport.Source source : sources) {
      element(source, source == sources.getFirst() ? first : source.trace().get(), out);
    }
  }

  private void head(Markup html, Trace first) {
    html.open("header").open("div");
    html.leaf("h1", title(first));
    html.leaf("p", "", "class", "muted", "id", "about");
    html.close();
    html.raw("<button id=\"theme\" class=\"screen\" type=\"button\" hidden></button>\n");
    html.close();
  }

  /// What the script fills; hidden until it runs.
  private void workspace(Markup html) {
    html.open("div", "id", "work", "class", "work screen", "hidden", "");
    html.open("div", "class", "tools");
    if (sources.size() > 1) {
      html.raw("<select id=\"pick\" aria-label=\"Problem\"></select>\n");
    }
    html.raw(
        """
        <input id="search" type="search" placeholder="Search texts, answers, reasons" aria-label="Search the nodes">
        <span id="found" class="muted small" aria-live="polite"></span>
        <span class="group">
        <button type="button" id="fit" title="Show all (0)">All</button>
        <button type="button" id="winner" title="Go to what won (w)">★ Winner</button>
        <button type="button" id="closer" aria-label="Closer" title="Closer (+)">+</button>
        <button type="button" id="farther" aria-label="Farther" title="Farther (-)">−</button>
        <label><input id="dead" type="checkbox" checked> given up</label>
        </span>
        """);
    html.close();
    html.raw(
        """
        <div class="split">
        <div class="stage"><canvas id="tree" tabindex="0" role="application" aria-label="Tree. Arrow keys move between nodes: left to the parent, right to what follows, up and down among those of the same depth. Space folds, w goes to the winner, plus and minus zoom, slash searches."></canvas>
        <p class="keys muted small">drag, wheel or pinch · arrow keys · <kbd>space</kbd> folds · <kbd>w</kbd> winner · <kbd>/</kbd> search · <kbd>0</kbd> all</p></div>
        <section id="panel" class="panel" aria-live="polite" aria-label="The chosen node" tabindex="-1"></section>
        </div>
        """);
    html.close();
  }

  private static void came(Markup html, Trace trace) {
    Event.@Nullable Started start = trace.start();
    if (start != null) {
      html.leaf("h2", "Question");
      html.leaf("div", start.problem().question(), "class", "said", "dir", "auto");
    }
    html.leaf("h2", "What it came to");
    html.open("dl", "class", "facts");
    Event.@Nullable Finished end = trace.end();
    if (end == null) {
      fact(html, "end", "the run was cut off");
    } else {
      fact(html, "answer", end.answer() == null ? "none" : end.answer());
      fact(html, "why", end.why() + (end.anytime() ? " (ended early)" : ""));
      fact(html, "generated", Amount.count(end.spend().generatedTokens(), "token"));
      fact(html, "time", Amount.seconds(end.spend().seconds()));
    }
    if (start != null) {
      fact(html, "seed", Long.toString(start.seed()));
      fact(html, "run", start.run());
    }
    html.close();
    if (!trace.warnings().isEmpty()) {
      html.open("ul", "class", "notes");
      trace.warnings().forEach(warning -> html.leaf("li", warning));
      html.close();
    }
  }

  private static void fact(Markup html, String name, String value) {
    html.leaf("dt", name).leaf("dd", value, "dir", "auto");
  }

  private static void path(Markup html, Trace trace) {
    List<Trace.Node> path = trace.path(trace.winner());
    if (path.size() < 2) {
      return;
    }
    html.leaf("h2", "The path that won");
    html.open("ol", "class", "path");
    for (Trace.Node node : path.subList(1, path.size())) {
      html.open("li");
      html.leaf(
          "div",
          "node %d, %s%s".formatted(node.id(), node.proposer(), scores(node)),
          "class",
          "muted small");
      html.leaf("div", node.text().strip(), "class", "said", "dir", "auto");
      html.close();
    }
    html.close();
  }

  private static String scores(Trace.Node node) {
    var scores = new StringBuilder();
    node.scores()
        .forEach(
            (by, score) -> scores.append(", ").append(by).append(' ').append(Amount.rough(score)));
    return scores.toString();
  }

  private void element(TraceReport.Source source, Trace trace, Writer out) throws IOException {
    out.write(
        "<script type=\"application/json\" class=\"trace\" data-name=\"%s\" data-number=\"%d\" data-verdict=\"%s\">"
            .formatted(Markup.escape(source.name()), source.number(), source.verdict()));
    var safe = new ScriptWriter(out);
    safe.write(MAPPER.writeValueAsString(data(source, trace)));
    safe.finish();
    out.write("</script>\n");
  }

  /// The keys are explained at the head of `trace.js`, which reads them.
  private static ObjectNode data(TraceReport.Source source, Trace trace) {
    ObjectNode data = MAPPER.createObjectNode();
    data.put("verdict", source.verdict());
    Event.@Nullable Started start = trace.start();
    if (start != null) {
      data.put("q", start.problem().question())
          .put("method", start.method())
          .put("model", start.model())
          .put("seed", Long.toString(start.seed()))
          .put("run", start.run());
    }
    Event.@Nullable Finished end = trace.end();
    data.put("ended", end != null).put("won", trace.winner());
    if (end != null) {
      data.put("a", end.answer()).put("why", end.why()).put("early", end.anytime());
      data.set("spend", EventJson.spend(end.spend()));
    }
    ArrayNode warnings = data.putArray("warnings");
    trace.warnings().forEach(warnings::add);
    ArrayNode nodes = data.putArray("nodes");
    trace.nodes().forEach(node -> put(nodes.addObject(), node));
    return data;
  }

  private static void put(ObjectNode to, Trace.Node node) {
    to.put("p", node.parent()).put("by", node.proposer());
    text(to, "x", node.text());
    if (node.tokens() > 0) {
      to.put("t", node.tokens());
      to.put("l", Double.isFinite(node.logprob()) ? node.logprob() : null);
    }
    text(to, "f", node.finish());
    text(to, "a", node.answer());
    text(to, "d", node.pruned());
    if (!node.scores().isEmpty()) {
      ObjectNode scores = to.putObject("s");
      node.scores().forEach(scores::put);
    }
    if (node.visits() > 0) {
      to.put("n", node.visits()).put("v", node.value());
    }
  }

  private static void text(ObjectNode to, String key, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      to.put(key, value);
    }
  }
}
