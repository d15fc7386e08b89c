package ponder.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChoicesTest {
  private static final String SPREAD =
      "question=q,answer=right,options=right|wrong 1|wrong 2|wrong 3~shuffle";

  @TempDir Path temporary;
  private DataFolder folder;

  @BeforeEach
  void start() {
    folder = new DataFolder(temporary);
  }

  private Row row(String json, String columns) throws Exception {
    return folder.open(folder.write("x.jsonl", json), columns).rows().getFirst();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[[\"A\",\"red\"],[\"B\",\"blue\"]]",
        "{\"label\":[\"A\",\"B\"],\"text\":[\"red\",\"blue\"]}",
        "[{\"label\":\"A\",\"text\":\"red\"},{\"label\":\"B\",\"text\":\"blue\"}]",
        "{\"A\":\"red\",\"B\":\"blue\"}",
        "[\"red\",\"blue\"]"
      })
  void readsEveryUsualForm(String options) throws Exception {
    for (String answer : new String[] {"\"B\"", "\"blue\""}) {
      if (answer.equals("\"B\"") && options.startsWith("[\"red")) {
        continue;
      }
      Row row =
          row(
              "{\"question\":\"Which?\",\"answer\":%s,\"o\":%s}".formatted(answer, options),
              "options=o");
      assertThat(row.question()).isEqualTo("Which?\nA) red\nB) blue");
      assertThat(row.answer()).isEqualTo("B");
    }
  }

  @Test
  void namesOptionsByLettersWhateverTheirLabels() throws Exception {
    Row row =
        row(
            "{\"question\":\"q\",\"answer\":2,\"o\":{\"label\":[\"1\",\"2\"],\"text\":[\"2\",\"x\"]}}",
            "options=o");
    assertThat(row.answer()).isEqualTo("B");
  }

  @Test
  void countsFromZeroOrOne() throws Exception {
    String json = "{\"question\":\"q\",\"answer\":1,\"o\":[\"1\",\"2\",\"0\"]}";
    assertThat(row(json, "options=o,answer=answer~index:0").answer()).isEqualTo("B");
    assertThat(row(json, "options=o,answer=answer~index:1").answer()).isEqualTo("A");
    String beyond = json.replace(":1,", ":3,");
    assertThatThrownBy(() -> row(beyond, "options=o,answer=answer~index:0"))
        .hasMessageContaining("no number of an option");
  }

  @Test
  void refusesWhatIsNoChoice() {
    String json = "{\"question\":\"q\",\"answer\":\"x\",\"o\":%s}";
    assertThatThrownBy(() -> row(json.formatted("[\"x\"]"), "options=o"))
        .hasMessageContaining("it has 1 options and not 2 to 26");
    assertThatThrownBy(() -> row(json.formatted("[\"x\",\"\"]"), "options=o"))
        .hasMessageContaining("one of its options is empty");
    assertThatThrownBy(() -> row(json.formatted("[\"y\",\"z\"]"), "options=o"))
        .hasMessageContaining("its answer names 0 of its 2 options");
    assertThatThrownBy(() -> row(json.formatted("[\"x\",\"x\"]"), "options=o"))
        .hasMessageContaining("its answer names 2 of its 2 options");
    assertThatThrownBy(() -> row(json.formatted("\"x, y\""), "options=o"))
        .hasMessageContaining("its options are no list");
  }

  @Test
  void shufflesByTheIdAlone() throws Exception {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      text.append(
          "{\"id\":\"r%d\",\"q\":\"q\",\"right\":\"yes\",\"wrong 1\":\"a\",\"wrong 2\":\"b\",\"wrong 3\":\"c\"}\n"
              .formatted(i));
    }
    List<Row> rows = folder.open(folder.write("x.jsonl", text.toString()), SPREAD).rows();

    Set<String> letters = new HashSet<>();
    for (Row row : rows) {
      assertThat(row.question()).contains(row.answer() + ") yes");
      assertThat(row.question().lines().skip(1).map(it -> it.substring(3)))
          .containsExactlyInAnyOrder("yes", "a", "b", "c");
      letters.add(row.answer());
    }
    assertThat(letters).containsExactlyInAnyOrder("A", "B", "C", "D");
    String last = text.toString().lines().toList().getLast();
    assertThat(row(last, SPREAD)).isEqualTo(rows.getLast());
  }
}
