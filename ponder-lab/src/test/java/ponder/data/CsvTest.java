package ponder.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.model.EngineException;
import ponder.testkit.Dice;
import ponder.testkit.Law;

class CsvTest {
  @TempDir Path temporary;
  private DataFolder folder;

  @BeforeEach
  void start() {
    folder = new DataFolder(temporary);
  }

  @Test
  void readsQuotesCommasAndLineBreaks() throws Exception {
    String text =
        "id,question,answer,note\r\na,\"say \"\"x,y\"\"\r\nthen stop\",\"1,5\",\r\n\r\nb,plain 5\" pipe,2,\"\"\r\n";

    DataSet data = folder.open(folder.write("x.csv", text));

    assertThat(data.rows())
        .containsExactly(
            new Row("a", "say \"x,y\"\nthen stop", "1,5", null, Map.of("note", "")),
            new Row("b", "plain 5\" pipe", "2", null, Map.of("note", "")));
    assertThat(folder.open(folder.write("y.csv.gz", DataFolder.packed(text))).rows())
        .isEqualTo(data.rows());
  }

  @Test
  void findsTheSeparatorInTheHeader() throws Exception {
    List<Row> rows = List.of(new Row("0", "q, r", "1;2", null, Map.of()));
    assertThat(folder.open(folder.write("x.tsv", "question\tanswer\nq, r\t1;2\n")).rows())
        .isEqualTo(rows);
    assertThat(folder.open(folder.write("x.csv", "\"question\";\"answer\"\nq, r;\"1;2\"")).rows())
        .isEqualTo(rows);
  }

  @Test
  void namesTheLineWhereABrokenRecordBegins() throws Exception {
    String head = "question,answer\n\"two\nlines\",1\n";
    Path few = folder.write("few.csv", head + "q\nr,2\n");
    assertThatThrownBy(() -> folder.open(few))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("Line 4")
        .hasMessageContaining("it has 1 of the header's 2 columns");
    assertThat(folder.sets().open(DataFolder.query(few).skippingBad()).rows())
        .extracting(Row::id)
        .containsExactly("0", "2");
    Path open = folder.write("open.csv", head + "\"q,1\nr,2\n");
    assertThatThrownBy(() -> folder.open(open))
        .hasMessageContaining("Line 4")
        .hasMessageContaining("a quote is opened and not closed");
    Path stray = folder.write("stray.csv", head + "\"q\"x,1\n");
    assertThatThrownBy(() -> folder.open(stray)).hasMessageContaining("closed within a cell");
  }

  @Test
  void namesTheLineThatIsNotUtf8() throws Exception {
    byte[] text =
        "question,answer\n\"a\nb\",1\n\"c\n\u00e9\",2\nd,3\n".getBytes(StandardCharsets.ISO_8859_1);
    Path file = folder.write("x.csv", text);
    assertThatThrownBy(() -> folder.open(file))
        .hasMessageContaining("Line 4")
        .hasMessageContaining("not UTF-8");
    assertThat(folder.sets().open(DataFolder.query(file).skippingBad()).rows())
        .extracting(Row::question)
        .containsExactly("a\nb", "d");
  }

  @Test
  void refusesAHeaderWithAColumnTwiceAndAFileWithoutRows() throws Exception {
    Path twice = folder.write("x.csv", "question,answer,answer\n");
    assertThatThrownBy(() -> folder.open(twice)).hasMessageContaining("'answer' twice");
    Path none = folder.write("y.csv", "question,answer\n");
    assertThatThrownBy(() -> folder.open(none)).hasMessageContaining("is empty");
  }

  @Test
  void readsWhatWasWritten() {
    Law.forAll(
        "CSV cells read as they were written",
        200,
        seed -> {
          Dice dice = new Dice(seed);
          List<String> cells = new ArrayList<>();
          for (int i = 0; i < 6; i++) {
            cells.add(cell(dice));
          }
          StringBuilder text = new StringBuilder("id,question,answer\n");
          for (int i = 0; i < cells.size(); i += 2) {
            text.append(i).append(',').append(quoted(cells.get(i))).append(',');
            text.append(quoted(cells.get(i + 1))).append('\n');
          }

          DataSet data = folder.open(folder.write("law.csv", text.toString()));

          List<String> read = new ArrayList<>();
          data.rows().forEach(row -> read.addAll(List.of(row.question(), row.answer())));
          assertThat(read).isEqualTo(cells);
        });
  }

  private static String cell(Dice dice) {
    StringBuilder cell = new StringBuilder("c");
    int length = dice.below(8);
    for (int k = 0; k < length; k++) {
      cell.append("\",\n;a \u00e9\t".charAt(dice.below(8)));
    }
    return cell.append("e").toString();
  }

  private static String quoted(String cell) {
    return '"' + cell.replace("\"", "\"\"") + '"';
  }
}
