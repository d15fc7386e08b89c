package ponder.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.core.Seed;
import ponder.model.EngineException;
import ponder.testkit.HardLines;
import ponder.testkit.Law;
import tools.jackson.databind.JsonNode;

class ReportTest {
  private static final String HOSTILE =
      "</script><script>alert(1)</script><img src=x onerror=alert(2)><!--\u2028\u0000\u0007 \" ' &amp;";

  @TempDir Path root;

  private PageParts page(Path folder) throws IOException {
    Report.write(folder);
    return new PageParts(Files.readString(folder.resolve("report.html")));
  }

  private Folder ordinary(String name) {
    return new Folder(root.resolve(name), false)
        .problem("What is 2+2?", "4", List.of("4", "5", "4"), List.of("four", "five", "also four"))
        .problem("What is 3*3?", "9", List.of("6", "9", "6"), List.of("six", "nine", "six again"));
  }

  @Test
  void tellsWhatWasRunAndWhatCameOut() throws IOException {
    PageParts page = page(ordinary("plain").write());

    assertThat(page.markup().replace('\u00a0', ' '))
        .contains("<h1>self-consistency with vote on toys</h1>")
        .contains("50.0 %", "95 % interval 40.0 to 60.0 %, from 2 problems")
        .contains("30.0 % (20.0 to 40.0)", "80.0 % (70.0 to 90.0)")
        .contains("ponder eval --dataset toys --limit 100 --offset 5 --sample 20@3 --model toy")
        .contains(
            "--seed 7 --set n=3 --set &#39;wait-text=a &#39;\\&#39;&#39;b&#39;\\&#39;&#39;&#39;")
        .contains("d1", "r1", "x1", "2.50e12", "33.3 %", "12.5 s");
    JsonNode first = page.rows().getFirst();
    assertThat(first.get("q").asString()).isEqualTo("What is 2+2?");
    assertThat(first.get("v").asString()).isEqualTo("correct");
    assertThat(first.get("k").asInt()).isEqualTo(2);
    assertThat(first.get("m").asString()).isEqualTo("yny");
    assertThat(first.get("trace").asString()).isEqualTo("traces/00000.jsonl");
    JsonNode second = page.rows().get(1);
    assertThat(second.get("v").asString()).isEqualTo("wrong");
    assertThat(second.get("g").asInt()).isEqualTo(1);
    JsonNode detail = page.detail(1);
    assertThat(detail.get("won").asInt()).isEqualTo(1);
    assertThat(detail.get("nodes").get(2).get("text").asString()).isEqualTo("nine");
    assertThat(detail.get("c").get(1).get(4).asString()).isEqualTo("9");
  }

  @Test
  void hostileTextStaysText() {
    Law.forAll(
        "whatever a model says is data in its page",
        25,
        seed -> {
          // Files in UTF-8 keep no half pairs.
          byte[] line = HardLines.of(new Seed(seed), 1).getFirst().getBytes(StandardCharsets.UTF_8);
          String text = HOSTILE + new String(line, StandardCharsets.UTF_8);
          Path folder =
              new Folder(root.resolve("hostile" + seed), false)
                  .problem(text, text, List.of(text), List.of(text))
                  .failed(text)
                  .write(text, text);

          PageParts page = page(folder);

          assertThat(page.markup().toLowerCase(Locale.ROOT))
              .doesNotContain("<img", "onerror=alert(2)>", "<!--", "alert(1)</");
          assertThat(page.raw("script", "").size()).isEqualTo(2 * 2 + 1);
          assertThat(page.rows().getFirst().get("a").asString()).isEqualTo(text);
          assertThat(page.rows().get(1).get("f").asString()).isEqualTo(text);
          assertThat(page.detail(0).get("nodes").get(1).get("text").asString()).isEqualTo(text);
        });
  }

  @Test
  void aMegabyteIsKeptWhole() throws IOException {
    String long1 = (HOSTILE + "x".repeat(1000)).repeat(1000);

    PageParts page =
        page(
            new Folder(root.resolve("long"), false)
                .problem("q", "1", List.of("1"), List.of(long1))
                .write());

    assertThat(page.detail(0).get("nodes").get(1).get("text").asString()).isEqualTo(long1);
  }

  @Test
  void asksForNothingAndAllowsOnlyItsOwnScriptAndStyle() throws Exception {
    PageParts page = page(ordinary("policy").write());

    assertThat(page.html().replace("http://www.w3.org/2000/svg", ""))
        .doesNotContain("http:", "https:", "url(", "@import", "src=");
    String script = page.raw("script", "").getLast();
    assertThat(page.policy())
        .startsWith("default-src 'none'; ")
        .contains("script-src 'sha256-%s'".formatted(hash(script)))
        .contains("style-src 'sha256-%s'".formatted(hash(page.raw("style", "").getFirst())))
        .doesNotContain("unsafe");
    assertThat(script)
        .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(");
    assertThat(page.markup()).doesNotContain(" style=", " onclick=", " onload=", "{{");
  }

  private static String hash(String text) throws Exception {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void redactedPagesHoldNoText() throws IOException {
    PageParts page =
        page(
            new Folder(root.resolve("redacted"), true)
                .problem("SECRET question", "SECRET 4", List.of("SECRET 4", "SECRET 5"), List.of())
                .write());

    assertThat(page.html()).doesNotContain("SECRET");
    assertThat(page.markup()).contains("Redacted: ", "--redact --out FOLDER");
    assertThat(page.rows().getFirst().get("m").asString()).isEqualTo("yn");
    assertThat(page.rows().getFirst().has("k")).isFalse();
    assertThat(page.detail(0).has("nodes")).isFalse();
    assertThat(page.detail(0).get("note").asString()).contains("redacted");
  }

  @Test
  void textsBeyondTheLimitAreLeftOutAndNamed() throws IOException {
    Path folder =
        new Folder(root.resolve("large"), false)
            .problem("q0", "1", List.of("1"), List.of("short"))
            .problem("q1", "1", List.of("1"), List.of("x".repeat(5000)))
            .problem("q2", "1", List.of("1"), List.of("short"))
            .write();

    Report.Made made = Report.write(folder, 3000);

    PageParts page = new PageParts(Files.readString(folder.resolve("report.html")));
    assertThat(made.warnings()).anyMatch(it -> it.startsWith("The texts of 1 problem did not fit"));
    assertThat(page.markup()).contains("The texts of 1 problem are not in this page");
    assertThat(page.detail(0).has("nodes")).isTrue();
    assertThat(page.detail(1).has("nodes")).isFalse();
    assertThat(page.detail(1).get("note").asString()).contains("traces/00001.jsonl");
    assertThat(page.rows().get(1).get("q").asString()).isEqualTo("q1");
    assertThat(page.detail(2).has("nodes")).isTrue();
  }

  @Test
  void brokenTracesAreToldAndDoNotStopTheReport() throws IOException {
    Path folder = ordinary("broken").write();
    Files.writeString(folder.resolve("traces/00001.jsonl"), "{\"event\":\"no such\"}\n");

    Report.Made made = Report.write(folder);

    PageParts page = new PageParts(Files.readString(folder.resolve("report.html")));
    assertThat(made.warnings()).contains("The trace of 1 problem cannot be read.");
    assertThat(page.detail(1).get("note").asString()).contains("00001.jsonl cannot be read");
    assertThat(page.detail(1).get("c").size()).isEqualTo(3);
  }

  @Test
  void equalFoldersGiveEqualPages() throws IOException {
    Path one = ordinary("one").write();
    Path two = ordinary("two").write();
    Report.write(one);
    Report.write(two);
    Report.write(two);

    assertThat(two.resolve("report.html")).hasSameBinaryContentAs(one.resolve("report.html"));
    assertThat(two.resolve("curve.svg")).hasSameBinaryContentAs(one.resolve("curve.svg"));
  }

  @Test
  void refusesAFolderWithoutASummary() throws IOException {
    Path folder = ordinary("unfinished").write();
    Files.delete(folder.resolve("summary.json"));

    assertThatThrownBy(() -> Report.write(folder))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("has not come to its end");
  }
}
