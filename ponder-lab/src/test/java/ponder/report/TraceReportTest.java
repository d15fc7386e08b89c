package ponder.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.core.Event;
import ponder.core.Problem;
import ponder.core.Spend;
import ponder.model.EngineException;
import ponder.store.TraceFile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The page of traces: one file, asking for nothing, with whatever a model wrote as data.
class TraceReportTest {
  private static final String EVIL =
      "</script><script>alert(1)</script><!-- <img src=x onerror=alert(2)> \u2028 &amp; \ud800";

  @TempDir Path folder;

  @Test
  void holdsNothingOfAModelAsMarkupAndAsksForNothingOutside() throws Exception {
    String page = page(trace("a.jsonl", EVIL));

    assertThat(page)
        .doesNotContain("<script>alert", "<img", "src=\"", "https://")
        .hasSizeGreaterThan(9_000);
    assertThat(page).contains("default-src 'none'", "script-src 'sha256-");
    assertThat(page.split("<script", -1)).as("data and the page's own").hasSize(3);
    JsonNode data = data(page).getFirst();
    assertThat(data.get("nodes").get(1).get("x").asString()).startsWith(EVIL.replace("\ud800", ""));
    assertThat(data.get("q").asString()).startsWith(EVIL.replace("\ud800", ""));
  }

  @Test
  void tellsTheWinningPathWithoutAScript() throws Exception {
    String page = page(trace("a.jsonl", "So it is."));

    assertThat(page).contains("The path that won", "node 1, step 0, judge 0.50", "So it is.");
    assertThat(data(page).getFirst().get("won").asInt()).isEqualTo(1);
    assertThat(page).isEqualTo(page(trace("a.jsonl", "So it is.")));
  }

  @Test
  void takesInSeveralAndLeavesOutWholeOnesBeyondItsRoom() throws Exception {
    List<TraceReport.Source> both =
        List.of(trace("a.jsonl", "one"), trace("b.jsonl", "two ".repeat(500)));
    Path out = folder.resolve("page.html");

    assertThat(TraceReport.write(both, out).warnings()).isEmpty();
    assertThat(data(Files.readString(out))).hasSize(2);
    assertThat(TraceReport.write(both, out, 2_000).warnings())
        .singleElement()
        .asString()
        .contains("1 trace did not fit");
    assertThat(data(Files.readString(out))).hasSize(1);
  }

  @Test
  void aFolderThatIsNoEvaluationAndAFileThatIsNotThereAreNamed() {
    assertThatThrownBy(() -> TraceReport.ofFolder(folder)).isInstanceOf(EngineException.class);
    assertThatThrownBy(() -> TraceReport.ofFile(folder.resolve("none.jsonl")))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("none.jsonl");
  }

  private String page(TraceReport.Source source) throws Exception {
    Path out = folder.resolve("page.html");
    TraceReport.write(List.of(source), out);
    return Files.readString(out);
  }

  private static List<JsonNode> data(String page) {
    Matcher matcher =
        Pattern.compile("class=\"trace\"[^>]*>(.*?)</script>", Pattern.DOTALL).matcher(page);
    return matcher.results().map(it -> JsonMapper.shared().readTree(it.group(1))).toList();
  }

  private TraceReport.Source trace(String name, String text) {
    Path file = folder.resolve(name);
    try (TraceFile trace = TraceFile.create(file)) {
      trace.accept(new Event.Started("r", new Problem("p", text), "beam", "tiny", 1));
      trace.accept(new Event.Opened(0, -1, "problem"));
      trace.accept(new Event.Opened(1, 0, "step 0"));
      trace.accept(new Event.Closed(1, text, 3, -1, "eos", "4"));
      trace.accept(new Event.Scored(1, "judge", 0.5));
      trace.accept(new Event.Finished(1, "4", "alone", false, Spend.NONE, Spend.NONE));
    }
    return TraceReport.ofFile(file);
  }
}
