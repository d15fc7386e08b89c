package ponder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class DataTest {
  private static final String ROWS =
      """
      {"id":"a","question":"How many eggs are left in the basket at noon?","answer":"3","solution":"s"}
      {"id":"b","question":"What is 2 + 2?","answer":"4"}
      """;

  @TempDir Path folder;
  private Path file;
  private Path home;

  @BeforeEach
  void start() throws Exception {
    file = Files.writeString(folder.resolve("rows.jsonl"), ROWS);
    home = Files.createDirectories(folder.resolve("home"));
  }

  private Terminal.Said run(Object... arguments) {
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = arguments[i].toString();
    }
    return new Terminal(home).run(texts);
  }

  private void catalogue(String split) throws Exception {
    Files.writeString(
        home.resolve("datasets.yaml"),
        """
        datasets:
          - name: eggs
            summary: About eggs.
            licence: ours
            restricted: true
            splits:
              - %s
        """
            .formatted(split));
  }

  @Test
  void listsNamedSetsAndWhetherTheyAreHere() throws Exception {
    catalogue("{name: test, path: %s}".formatted(file));
    Terminal.Said said = run("data", "list");
    assertThat(said.code()).isZero();
    assertThat(said.out()).contains("gsm8k ").containsPattern("eggs \\* +test +test +About eggs");
    JsonNode last =
        run("data", "list", "--json").json().get("datasets").values().stream()
            .reduce((a, b) -> b)
            .orElseThrow();
    assertThat(last.get("name").asString()).isEqualTo("eggs");
    assertThat(last.get("restricted").asBoolean()).isTrue();
    assertThat(last.get("splits").get(0).get("installed").asBoolean()).isTrue();
  }

  @Test
  void showsWhatAFileHolds() {
    Terminal.Said said = run("data", "info", file);
    assertThat(said.code()).isZero();
    assertThat(said.out())
        .contains("ROWS       2, usable 2")
        .contains("COLUMN     solution (in 1 rows)");
    JsonNode content = run("data", "info", file, "--json").json().get("content");
    assertThat(content.get("file").asString()).isEqualTo(file.toString());
    assertThat(content.get("rows").asInt()).isEqualTo(2);
  }

  @Test
  void showsANamedSetThatIsNotHere() {
    Terminal.Said said = run("data", "info", "aime24");
    assertThat(said.code()).isZero();
    assertThat(said.out()).contains("not to be published").contains("no: ponder data pull aime24");
  }

  @Test
  void pullsACopyAndChecksIt() throws Exception {
    catalogue("{name: test, file: e.jsonl, sources: [\"%s\"]}".formatted(file));
    Terminal.Said said = run("data", "pull", "eggs");
    assertThat(said.code()).isZero();
    Path copy = home.resolve("datasets/eggs/e.jsonl");
    assertThat(said.out()).isEqualTo(copy + System.lineSeparator());
    assertThat(copy).hasContent(ROWS);
    assertThat(said.err()).contains("no hash is known for eggs:test");
    assertThat(
            run("data", "pull", "eggs:test", "--json")
                .json()
                .get("files")
                .get(0)
                .get("already")
                .asBoolean())
        .isTrue();
    assertThat(run("data", "check", "eggs").code()).isZero();
  }

  @Test
  void namesWhatIsNotKnown() {
    assertThat(run("data", "pull", "gsm-8k").err()).contains("Maybe 'gsm8k' was meant");
    assertThat(run("data", "pull", "gsm8k", "--split", "tset"))
        .satisfies(
            said -> {
              assertThat(said.code()).isEqualTo(2);
              assertThat(said.err()).contains("Maybe 'test' was meant");
            });
    assertThat(run("data", "check", folder.resolve("none.jsonl")).code()).isEqualTo(3);
    assertThat(run("data", "check", file, "--column", "qestion=x").code()).isEqualTo(2);
  }

  @Test
  void checkTellsByItsExitCode() throws Exception {
    assertThat(run("data", "check", file).code()).isZero();
    Path bad = Files.writeString(folder.resolve("bad.jsonl"), ROWS + ROWS);
    Terminal.Said said = run("data", "check", bad, "--show", "1");
    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out())
        .contains("bad.jsonl: 4 rows, 2 usable; repeated ids: 2")
        .contains("Line 3 (a): its id (a) stands in line 1 already")
        .contains("and 1 more");
  }

  @Test
  void checkComparesTwoSetsWithoutShowingTexts() throws Exception {
    Path other =
        Files.writeString(
            folder.resolve("other.csv"),
            "id,prompt,answer\nx,\"So how many eggs are left in the basket at noon, then?\",3\ny,what is 2 + 2?,4\n");
    String[] columns = {"--column-b", "question=prompt"};
    Terminal.Said said = run("data", "check", file, other, columns[0], columns[1]);
    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out())
        .contains(
            "rows.jsonl: 2 of 2 questions (100.00 %) share 8 words in a row with the other set, 1 are the same")
        .containsPattern("b +y +same +100 %")
        .containsPattern("a +x +3 +100 %")
        .doesNotContain("basket");
    Terminal.Said texts = run("data", "check", file, other, columns[0], columns[1], "--texts");
    assertThat(texts.out()).contains("a: How many eggs").contains("x: So how many eggs");
    JsonNode json = run("data", "check", file, other, columns[0], columns[1], "--json").json();
    assertThat(json.get("clean").asBoolean()).isFalse();
    assertThat(json.get("sets").get(0).get("clean")).isNull();
    assertThat(json.get("contamination").get("b").get("share").asDouble()).isEqualTo(1);
    assertThat(json.get("contamination").get("pairs")).hasSize(2);
    assertThat(json.get("texts")).isEmpty();
  }
}
