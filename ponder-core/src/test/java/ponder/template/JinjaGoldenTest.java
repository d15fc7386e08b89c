package ponder.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Compares texts with those of transformers 5.23.0 and Jinja 3.1.6, made by
/// `src/test/goldens/template_goldens.py`, which also tells where the templates come from.
class JinjaGoldenTest {
  private static final Map<String, String> SPECIAL =
      Map.of("bos_token", "<s>", "eos_token", "</s>");

  @Test
  void textsAreThoseOfTransformers() throws IOException {
    JsonNode templates = read("templates.json");
    Map<String, Jinja> compiled = new HashMap<>();
    int compared = 0;
    for (JsonNode golden : unpacked("goldens.json.gz")) {
      String name = golden.get("template").asString();
      Jinja template =
          compiled.computeIfAbsent(
              name, n -> Jinja.of(templates.get(n).asString(), SPECIAL, Clock.systemUTC()));
      Map<String, Object> variables =
          JsonMapper.shared()
              .convertValue(golden.get("variables"), new TypeReference<Map<String, Object>>() {});
      if (golden.has("text")) {
        assertThat(template.render(variables))
            .as("%s of %s", name, variables)
            .isEqualTo(golden.get("text").asString());
      } else {
        assertThatThrownBy(() -> template.render(variables))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(golden.get("message").asString());
      }
      compared++;
    }
    assertThat(compared).isEqualTo(282);
  }

  private static JsonNode unpacked(String name) throws IOException {
    try (InputStream packed = JinjaGoldenTest.class.getResourceAsStream(name);
        InputStream in = new GZIPInputStream(packed)) {
      return JsonMapper.shared().readTree(in);
    }
  }

  private static JsonNode read(String name) throws IOException {
    try (InputStream in = JinjaGoldenTest.class.getResourceAsStream(name)) {
      return JsonMapper.shared().readTree(in);
    }
  }
}
