package ponder.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnsTest {
  @TempDir Path temporary;

  private Row row(String json, String... columns) {
    try {
      DataFolder folder = new DataFolder(temporary);
      return folder.open(folder.write("x.jsonl", json), columns).rows().getFirst();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void takesTheResultFromAWorkedSolution() {
    Row row =
        row(
            """
            {"question":"q","answer":"4 + 4 = <<4+4=8>>8.\\nSo #### is no end.\\n#### 1,008"}""",
            "answer=answer~after:####,solution=answer~before:####~drop:<<...>>");
    assertThat(row.answer()).isEqualTo("1,008");
    assertThat(row.solution()).isEqualTo("4 + 4 = 8.\nSo #### is no end.");
    assertThat(row.extra()).isEmpty();
  }

  @Test
  void saysWhenTheMarkIsMissing() {
    assertThatThrownBy(
            () -> row("{\"question\":\"q\",\"answer\":\"8\"}", "answer=answer~after:####"))
        .hasMessageContaining("its answer cannot be read: there is no '####' in it");
    assertThatThrownBy(
            () -> row("{\"question\":\"q\",\"answer\":\"8 ####\"}", "answer=answer~after:####"))
        .hasMessageContaining("its answer is empty after 'answer~after:####'");
  }

  @Test
  void readsInsideObjectsAndLists() {
    String json =
        """
        {"id":7,"data":{"q":"why","a":[{"text":"so"}]},"data.q":"whole name"}""";
    assertThat(row(json, "question=data.a.0.text,answer=data.q").answer()).isEqualTo("whole name");
    assertThat(row(json, "question=data.a.0.text,answer=data.q").id()).isEqualTo("7");
    assertThatThrownBy(() -> row(json, "question=data.a.1.text,answer=data.q"))
        .hasMessageContaining("there is no column 'data.a.1.text'");
  }

  @Test
  void joinsColumns() {
    Row row =
        row(
            "{\"Body\":\"Two birds. \",\"Question\":\"How many?\",\"Answer\":2.0}",
            "question=Body|Question",
            "answer=Answer");
    assertThat(row.question()).isEqualTo("Two birds. How many?");
    assertThat(row.answer()).isEqualTo("2.0");
  }

  @ParameterizedTest
  @CsvSource({"true,yes", "1,yes", "'\"Yes\"',yes", "false,no", "0,no"})
  void saysYesAndNo(String value, String said) {
    String json = "{\"question\":\"q\",\"label\":%s}".formatted(value);
    assertThat(row(json, "answer=label~yes-no").answer()).isEqualTo(said);
  }

  @Test
  void keepsTheDigitsOfNumbers() {
    assertThat(row("{\"question\":\"q\",\"answer\":12345678901234567890.10}").answer())
        .isEqualTo("12345678901234567890.10");
    assertThat(row("{\"question\":\"q\",\"answer\":1e3}").answer()).isEqualTo("1000");
    assertThat(row("{\"question\":\"q\",\"answer\":1e400}").answer()).isEqualTo("1E+400");
  }

  @Test
  void aNamedColumnMustBeThere() {
    String json = "{\"question\":\"q\",\"answer\":\"a\"}";
    assertThat(row(json).solution()).isNull();
    assertThatThrownBy(() -> row(json, "solution=work")).hasMessageContaining("it has no solution");
    assertThatThrownBy(() -> row(json, "id=key")).hasMessageContaining("it has no id");
  }

  @Test
  void printsAsItIsRead() {
    Columns columns =
        Columns.parse(
            List.of("answer=a~after:x, y", "question=q.r,id=key , options=A|B c|D~shuffle"));
    assertThat(columns)
        .hasToString("id=key,question=q.r,answer=a~after:x, y,options=A|B c|D~shuffle");
    assertThat(Columns.parse(List.of(columns.toString()))).hasToString(columns.toString());
    assertThat(Columns.parse(List.of("answer=b")).over(columns))
        .hasToString("id=key,question=q.r,answer=b,options=A|B c|D~shuffle");
    assertThat(Columns.USUAL).hasToString("");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "question",
        "question=",
        "question=a|",
        "qestion=prompt",
        "question=a,question=b",
        "answer=a~after:",
        "answer=a~afer:x",
        "answer=a~drop:<<",
        "answer=a~index:2",
        "answer=a~shuffle"
      })
  void refusesWhatIsNoMapping(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Columns.parse(List.of(text)))
        .withMessageMatching("(?s)(column|rule) \\(.*");
  }

  @Test
  void offersTheNearestField() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Columns.parse(List.of("qestion=prompt")))
        .withMessageContaining("Maybe 'question' was meant");
  }
}
