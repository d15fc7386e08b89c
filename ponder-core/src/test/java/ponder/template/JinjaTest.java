package ponder.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.gguf.Gguf;
import ponder.model.ChatTemplate;
import ponder.model.EngineException;
import ponder.model.Message;
import ponder.testkit.GgufWriter;
import ponder.testkit.TinyGguf;

/// What the goldens do not show: errors, bounds, and where templates come from.
class JinjaTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

  @TempDir Path folder;

  private static String render(String source) {
    return Jinja.of(source, Map.of(), CLOCK).render(Map.of());
  }

  @Test
  void contentIsNeverReadAsTemplateOrEscaped() {
    ChatTemplate template =
        Jinja.of("{% for m in messages %}{{ m.content }}{% endfor %}", Map.of(), CLOCK);
    String content = "{{ 1 + 1 }} {% if %} {# #} <b>&'\"";
    assertThat(template.render(List.of(Message.user(content)), false)).isEqualTo(content);
  }

  @Test
  void namesLineAndConstructOfWhatCannotBeRead() {
    refused("a\n{% include 'x' %}", "line 2", "'include' is not supported");
    refused("{% if x %}a", "line 1", "[elif, else, endif] is missing");
    refused("\n\n{{ 'a }}", "line 3", "string is never closed");
    refused("{{ a b }}", "line 1", "'b'");
    refused("{{ a ? b }}", "'?' means nothing");
    refused("{# a", "comment is never closed");
    refused("{% endfor %}", "'endfor'");
    refused("{{ 99999999999999999999 }}", "'99999999999999999999'");
    refused("{{ " + "(".repeat(5000) + 1 + ")".repeat(5000) + " }}", "nested more than");
    refused("{% if 1 %}".repeat(5000), "nested more than");
    refused("{{ " + "not ".repeat(5000) + "1 }}", "nested more than");
    refused("{{ " + "-".repeat(5000) + "1 }}", "nested more than");
  }

  @Test
  void namesTheLineOfWhatFails() {
    failed("\n{{ nothing.here }}", "line 2: 'nothing' is undefined");
    failed("{{ 'a' + 1 }}", "line 1: '+' does not work on a str and a int");
    failed("{{ 1 // 0 }}", "line 1");
    failed("{{ 'a' | shout }}", "filter 'shout' is not supported");
    failed("{{ 'a' is loud }}", "test 'loud' is not supported");
    failed("{{ range(1000000) }}", "too long");
    failed("{{ [1].append(2) }}", "may not change a list");
    failed("{{ 'a' * 1000000000 }}", "too much");
    failed("{% set x.y = 1 %}", "'x' is no namespace");
  }

  @Test
  void raisesTheTemplatesOwnWords() {
    assertThatThrownBy(() -> render("{{ raise_exception('Roles must alternate') }}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Roles must alternate");
  }

  @Test
  void endlessTemplatesAreStopped() {
    failed("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "levels deep");
    String loop = "{% for i in range(100000) %}";
    failed(loop + loop + "{% endfor %}{% endfor %}", "was stopped after");
    failed(
        "{% set n = namespace(x='aa') %}{% for i in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}",
        "is too much");
    failed("{{ ('a' * 1000000) | replace('a', 'a' * 1000000) }}", "is too much");
    failed("{{ range(100000) | join('a' * 1000000) }}", "is too much");
  }

  @Test
  void tellsTheTime() {
    assertThat(render("{{ strftime_now('%d %b %Y %H:%M:%S %A %%') }}"))
        .isEqualTo("02 Jan 2026 03:04:05 Friday %");
  }

  @Test
  void takesTheModelsTemplate() {
    try (Gguf tiny = Gguf.open(TinyGguf.standard().write(folder.resolve("tiny.gguf")))) {
      assertThat(Jinja.from(tiny).render(List.of(Message.user("Hi")), true))
          .isEqualTo("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n");
    }
  }

  @Test
  void aModelWithoutTemplateGetsChatMlIfItKnowsItsTokens() {
    try (Gguf gguf = vocabulary(List.of("a", "<|im_start|>", "<|im_end|>"))) {
      assertThat(Jinja.from(gguf).render(List.of(Message.system("S"), Message.user("U")), true))
          .isEqualTo(
              "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n"
                  + "<|im_start|>assistant\n");
    }
    try (Gguf gguf = vocabulary(List.of("a", "<|im_start|>"))) {
      assertThatThrownBy(() -> Jinja.from(gguf))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("no chat template")
          .hasMessageContaining("<|im_end|>");
    }
  }

  @Test
  void toolsAreRefusedByTemplatesThatTakeNone() {
    ChatTemplate plain = (messages, prompt) -> "text";
    assertThat(plain.render(List.of(), false, List.of())).isEqualTo("text");
    assertThatThrownBy(() -> plain.render(List.of(), false, List.of(Map.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tools (1)");
  }

  private Gguf vocabulary(List<String> tokens) {
    Path path = folder.resolve(tokens.size() + ".gguf");
    return Gguf.open(new GgufWriter().texts("tokenizer.ggml.tokens", tokens).write(path));
  }

  private static void refused(String source, String... words) {
    assertThatThrownBy(() -> Jinja.of(source, Map.of(), CLOCK))
        .isInstanceOf(EngineException.class)
        .hasMessageContainingAll(words);
  }

  private static void failed(String source, String words) {
    assertThatThrownBy(() -> render(source))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }
}
