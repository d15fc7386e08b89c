package ponder.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.core.Grading;
import ponder.core.LabelledProblem;
import ponder.core.Problem;
import ponder.model.EngineException;
import ponder.store.FileHash;

class DataSetTest {
  private static final String TWO =
      """
      {"id": "a", "question": "1 + 1?", "answer": "2", "solution": "1 + 1 = 2", "level": 3}

      {"question": "2 + 2?", "answer": 4, "solution": null, "tags": ["x", {"y": 1}], "none": null}
      """;

  @TempDir Path temporary;
  private DataFolder folder;

  @BeforeEach
  void start() {
    folder = new DataFolder(temporary);
  }

  @Test
  void readsRowsWithTheirExtraColumns() throws Exception {
    Path file = folder.write("two.jsonl", TWO);

    DataSet data = folder.open(file);

    assertThat(data.name()).isEqualTo("two.jsonl");
    assertThat(data.sha256()).isEqualTo(FileHash.compute(file));
    assertThat(data.restricted()).isFalse();
    assertThat(data.columns()).isEmpty();
    assertThat(data.rows())
        .containsExactly(
            new Row("a", "1 + 1?", "2", "1 + 1 = 2", Map.of("level", "3")),
            new Row("1", "2 + 2?", "4", null, Map.of("tags", "[\"x\",{\"y\":1}]")));
    assertThat(data.problems().getFirst())
        .isEqualTo(new LabelledProblem(new Problem("a", "1 + 1?"), "2", "1 + 1 = 2"));
  }

  @Test
  void knowsWhatKindOfAnswersItsRowsHave() throws Exception {
    String choice =
        "{\"question\": \"Which?\", \"answer\": \"b\", \"choices\": {\"label\": [\"a\", \"b\"], \"text\": [\"no\", \"yes\"]}}\n";
    DataSet choices = folder.open(folder.write("c.jsonl", choice));

    assertThat(folder.open(folder.write("two.jsonl", TWO)).grading()).isEqualTo("math");
    assertThat(choices.grading()).isEqualTo("choice");
    assertThat(choices.rows())
        .containsExactly(new Row("0", "Which?\nA) no\nB) yes", "B", null, Map.of()));
    assertThat(choices.problems().getFirst().problem().grading())
        .isEqualTo(new Grading.Choice(List.of("no", "yes")));
    assertThat(folder.open(folder.write("m.jsonl", choice + TWO)).grading()).isEqualTo("math");
    assertThat(choices.withGrading("short").problems().getFirst().problem().grading())
        .isEqualTo(Grading.SHORT);
    Path other = folder.write("o.jsonl", choice.replace("\"answer\": \"b\"", "\"answer\": \"7\""));
    assertThat(folder.open(other).rows().getFirst().extra()).containsKey("choices");
    Path said = folder.write("s.jsonl", choice.replace("}}", "}, \"grading\": \"short\"}"));
    assertThat(folder.open(said).grading()).isEqualTo("short");
    Path wrong = folder.write("w.jsonl", choice.replace("}}", "}, \"grading\": \"prose\"}"));
    assertThatThrownBy(() -> folder.open(wrong)).hasMessageContaining("grading (prose)");
    Path both = folder.write("b.jsonl", choice.replace("}}", "}, \"grading\": \"short\"}") + TWO);
    assertThatThrownBy(() -> folder.open(both)).hasMessageContaining("different gradings");
  }

  @Test
  void readsPackedFilesWhateverTheirName() throws Exception {
    DataSet plain = folder.open(folder.write("two.jsonl", TWO));
    for (String name : new String[] {"two.jsonl.gz", "two"}) {
      DataSet packed = folder.open(folder.write(name, DataFolder.packed(TWO)));
      assertThat(packed.rows()).isEqualTo(plain.rows());
      assertThat(packed.sha256()).isNotEqualTo(plain.sha256());
    }
  }

  @Test
  void readsAJsonList() throws Exception {
    String text =
        "[\n {\"question\": \"q\",\n \"answer\": 1.50},\n {\"question\": \"r\", \"answer\": true}]";

    DataSet data = folder.open(folder.write("list.json", text));

    assertThat(data.rows())
        .containsExactly(
            new Row("0", "q", "1.50", null, Map.of()), new Row("1", "r", "true", null, Map.of()));
  }

  @Test
  void namesTheLineInAJsonList() throws Exception {
    Path broken =
        folder.write("l.json", "[\n {\"question\": \"q\", \"answer\": 1},\n 7,\n nonsense]");
    assertThatThrownBy(() -> folder.open(broken))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("Line 3")
        .hasMessageContaining("no JSON object");
    assertThatThrownBy(() -> folder.sets().open(DataFolder.query(broken).skippingBad()))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("is no JSON in line 4");
  }

  @Test
  void namesTheLineThatIsNoJson() throws Exception {
    Path file = folder.write("x.jsonl", TWO + "{\"question\": \"q\", \"answer\" 1}\n");
    assertThatThrownBy(() -> folder.open(file))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("Line 4 of " + file)
        .hasMessageContaining("no JSON")
        .hasMessageContaining("--skip-bad");
    Path twice = folder.write("y.jsonl", "{\"question\": \"q\", \"answer\": 1, \"answer\": 2}");
    assertThatThrownBy(() -> folder.open(twice)).hasMessageContaining("Duplicate");
    Path glued = folder.write("z.jsonl", "{\"question\": \"q\", \"answer\": 1} {}");
    assertThatThrownBy(() -> folder.open(glued)).hasMessageContaining("Line 1");
  }

  @Test
  void namesBothLinesOfAnIdThatComesTwice() throws Exception {
    String row = "{\"id\": \"a\", \"question\": \"q\", \"answer\": \"1\"}\n";
    Path file = folder.write("x.jsonl", row + "\n" + row);
    assertThatThrownBy(() -> folder.open(file))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("Line 3")
        .hasMessageContaining("its id (a) stands in line 1 already");
  }

  @Test
  void rowNumberAsIdCanMeetAnOwnId() throws Exception {
    Path file =
        folder.write(
            "x.jsonl",
            "{\"id\": 1, \"question\": \"q\", \"answer\": \"1\"}\n{\"question\": \"r\", \"answer\": \"1\"}");
    assertThatThrownBy(() -> folder.open(file)).hasMessageContaining("its id (1) stands in line 1");
  }

  @Test
  void listsTheColumnsWhereOneIsMissing() throws Exception {
    Path file = folder.write("x.jsonl", "{\"prompt\": \"q\", \"answers\": \"1\"}");
    assertThatThrownBy(() -> folder.open(file))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(
            "it has no question: there is no column 'question', but prompt, answers");
    assertThatThrownBy(() -> folder.open(file, "question=prompt"))
        .hasMessageContaining("it has no answer")
        .hasMessageContaining("'answers' may be meant");
    assertThat(folder.open(file, "question=prompt,answer=answers").rows()).hasSize(1);
  }

  @Test
  void refusesEmptyQuestionsAndAnswers() throws Exception {
    Path file = folder.write("x.jsonl", "{\"question\": \"q\", \"answer\": \" \"}");
    assertThatThrownBy(() -> folder.open(file)).hasMessageContaining("its answer is empty");
    Path none = folder.write("y.jsonl", "{\"question\": null, \"answer\": \"1\"}");
    assertThatThrownBy(() -> folder.open(none)).hasMessageContaining("its question is empty");
    Path list = folder.write("z.jsonl", "{\"question\": [\"q\"], \"answer\": \"1\"}");
    assertThatThrownBy(() -> folder.open(list))
        .hasMessageContaining("its question is a list and no text");
  }

  @Test
  void skipsBadRowsAndKeepsTheFilesHashAndTheOthersNumbers() throws Exception {
    Path file =
        folder.write(
            "x.jsonl",
            "{\"question\": \"q\", \"answer\": \"1\"}\nnonsense\n{\"question\": \"r\", \"answer\": \"2\"}\n");

    DataSet data = folder.sets().open(DataFolder.query(file).skippingBad());

    assertThat(data.rows()).extracting(Row::id).containsExactly("0", "2");
    assertThat(data.skipped())
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.where()).isEqualTo("Line 2");
              assertThat(row.why()).startsWith("it is no JSON");
            });
    assertThat(data.sha256()).isEqualTo(FileHash.compute(file));
    DataSet second =
        folder
            .sets()
            .open(DataFolder.query(file).skippingBad().withSelection(new Selection(1, 2, null)));
    assertThat(second.rows()).extracting(Row::question).containsExactly("r");
  }

  @Test
  void saysWhenThereAreNoRows() throws Exception {
    Path empty = folder.write("x.jsonl", "\n \n");
    assertThatThrownBy(() -> folder.open(empty))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("is empty");
    Path file = folder.write("y.jsonl", TWO);
    assertThatThrownBy(
            () ->
                folder.sets().open(DataFolder.query(file).withSelection(new Selection(2, 5, null))))
        .hasMessageContaining("has 2 rows, none of them from number 2 on");
    Path bad = folder.write("z.jsonl", "nonsense\n");
    assertThatThrownBy(() -> folder.sets().open(DataFolder.query(bad).skippingBad()))
        .hasMessageContaining("No row")
        .hasMessageContaining("line 1");
    assertThatThrownBy(() -> folder.open(temporary.resolve("none.jsonl")))
        .isInstanceOf(EngineException.class);
    assertThatThrownBy(() -> folder.open(temporary)).isInstanceOf(EngineException.class);
  }

  @Test
  void takesAPieceWithoutLookingAtTheRest() throws Exception {
    Path file = folder.write("x.jsonl", "nonsense\n" + TWO + "nonsense\n");
    DataSet data =
        folder.sets().open(DataFolder.query(file).withSelection(new Selection(1, 2, null)));
    assertThat(data.rows()).extracting(Row::id).containsExactly("a", "2");
  }

  @Test
  void namesTheLineThatIsNotUtf8() throws Exception {
    byte[] text =
        (TWO + "{\"question\": \"caf\u00e9\", \"answer\": \"1\"}\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    Path file = folder.write("x.jsonl", text);
    assertThatThrownBy(() -> folder.open(file))
        .hasMessageContaining("Line 4")
        .hasMessageContaining("not UTF-8");
    assertThat(folder.sets().open(DataFolder.query(file).skippingBad()).rows()).hasSize(2);
  }

  @Test
  void readsMarkedTextAndRefusesWhatHasNoMark() throws Exception {
    String text = TWO.replace("1 + 1?", "1 \u00d7 \uD83D\uDE00?");
    DataSet plain = folder.open(folder.write("plain.jsonl", text));
    for (var charset :
        new java.nio.charset.Charset[] {
          StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE
        }) {
      Path marked = folder.write("marked.jsonl", ("\uFEFF" + text).getBytes(charset));
      assertThat(folder.open(marked).rows()).isEqualTo(plain.rows());
    }
    Path bare = folder.write("bare.jsonl", text.getBytes(StandardCharsets.UTF_16LE));
    assertThatThrownBy(() -> folder.open(bare))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("looks like UTF-16 without a mark");
    Path wide =
        folder.write(
            "wide.jsonl", ("\uFEFF" + text).getBytes(java.nio.charset.Charset.forName("UTF-32LE")));
    assertThatThrownBy(() -> folder.open(wide)).hasMessageContaining("UTF-32");
  }

  @Test
  void saysThatAPackedFileIsTornOrDamaged() throws Exception {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      text.append(
          "{\"question\": \"%s\", \"answer\": \"1\"}\n"
              .formatted(Long.toHexString(ponder.core.Seed.mix(i))));
    }
    byte[] packed = DataFolder.packed(text.toString());
    Path torn = folder.write("torn.jsonl.gz", Arrays.copyOf(packed, packed.length / 2));
    assertThatThrownBy(() -> folder.sets().open(DataFolder.query(torn).skippingBad()))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("ends in the middle, in line ");
    byte[] damaged = packed.clone();
    Arrays.fill(damaged, 1000, 1100, (byte) 0xff);
    Path bad = folder.write("bad.jsonl.gz", damaged);
    assertThatThrownBy(() -> folder.open(bad)).isInstanceOf(EngineException.class);
  }

  @Test
  void refusesWhatIsNoDataSet() throws Exception {
    Path text = folder.write("x.txt", "hello");
    assertThatThrownBy(() -> folder.open(text))
        .hasMessageContaining("is no data set that is known");
    Path pointer =
        folder.write("y.jsonl", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
    assertThatThrownBy(() -> folder.open(pointer)).hasMessageContaining("git lfs pull");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                folder
                    .sets()
                    .open(
                        new DataQuery(
                            text.toString(), "test", Columns.USUAL, Selection.EVERYTHING, false)))
        .withMessageContaining("split (test) is for data sets with a name");
  }
}
