package ponder.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.core.Event;
import tools.jackson.databind.json.JsonMapper;

class JsonLineTest {
  @TempDir Path folder;

  @Test
  void leavesWholeTextAsItIs() {
    String json = "{\"text\":\"caf\u00e9 \ud83d\ude00 \u6570\"}";

    assertThat(JsonLine.encodable(json)).isSameAs(json);
  }

  @Test
  void escapesEachHalfOfAPair() {
    String text = "\ude00a\ud83d\ude00b\ud800\ud83d\ude00\ud800";
    String json = new JsonMapper().writeValueAsString(text);

    String encodable = JsonLine.encodable(json);

    assertThat(encodable).isEqualTo("\"\\ude00a\ud83d\ude00b\\ud800\ud83d\ude00\\ud800\"");
    assertThat(new JsonMapper().readValue(encodable, String.class)).isEqualTo(text);
  }

  @Test
  void tracesKeepTextsThatUtf8CannotHold() {
    Event closed = new Event.Closed(0, "x\ud800", 1, -0.5, "stop", null);
    Path file = folder.resolve("trace.jsonl");
    try (TraceFile trace = TraceFile.create(file)) {
      trace.accept(new Event.Opened(0, -1, "problem"));
      trace.accept(closed);
    }

    assertThat(Files.exists(file)).isTrue();
    assertThat(TraceFile.read(file).nodes())
        .extracting(node -> List.of(node.text(), node.finish()))
        .containsExactly(List.of("x\ud800", "stop"));
  }
}
