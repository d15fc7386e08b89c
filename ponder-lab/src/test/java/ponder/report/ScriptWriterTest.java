package ponder.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import ponder.core.Seed;
import ponder.testkit.HardLines;
import ponder.testkit.Law;
import tools.jackson.databind.json.JsonMapper;

class ScriptWriterTest {
  private static final String HOSTILE =
      "</script><script>alert(1)</script><!-- --> ]]> &lt; \u2028 \u2029 \u0000 \u0007 \u007f \u0085"
          + " \ufeff \ufffe \uffff \ufdd0 \ud800 \udc00 \ud83f\udffe 😀 \\u003c \"'`${}";

  private static final JsonMapper MAPPER = new JsonMapper();

  @Test
  void givesBackWhatWasWrittenAndHoldsNoMarkup() {
    Law.forAll(
        "data in a page are the data that were put in",
        300,
        seed -> {
          String text = HardLines.of(new Seed(seed), 1).getFirst() + HOSTILE;
          String json = MAPPER.writeValueAsString(MAPPER.createObjectNode().put("t", text));

          String safe = safe(json, 1 + (int) (seed >>> 60));

          assertThat(safe).doesNotContain("<", ">", "&", "\u2028", "\u2029", "\ufeff", "\u007f");
          // Through bytes, as a file would go.
          byte[] bytes = safe.getBytes(StandardCharsets.UTF_8);
          assertThat(MAPPER.readTree(bytes).get("t").asString()).isEqualTo(text);
        });
  }

  @Test
  void leavesHarmlessTextAsItIs() throws Exception {
    String json = "{\"t\":\"Grüße, 漢字 😀, x^2 + 1 = \\\\frac{1}{2}\\n\"}";

    assertThat(safe(json, 3)).isEqualTo(json);
  }

  @Test
  void escapesHalfAPairAtTheEnd() throws Exception {
    assertThat(safe("a\ud83d", 1)).isEqualTo("a\\ud83d");
  }

  /// Written in pieces of `size`.
  private static String safe(String json, int size) throws Exception {
    var out = new StringWriter();
    var writer = new ScriptWriter(out);
    for (int at = 0; at < json.length(); at += size) {
      writer.write(json, at, Math.min(size, json.length() - at));
    }
    writer.finish();
    return out.toString();
  }
}
