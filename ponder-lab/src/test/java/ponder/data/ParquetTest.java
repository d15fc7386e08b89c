package ponder.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.model.EngineException;

class ParquetTest {
  @TempDir Path temporary;
  private DataFolder folder;

  @BeforeEach
  void start() {
    folder = new DataFolder(temporary);
  }

  private Path parquet(String name, String query) throws Exception {
    Path file = temporary.resolve(name);
    try (var connection = DriverManager.getConnection("jdbc:duckdb:");
        var statement = connection.createStatement()) {
      statement.execute("COPY (%s) TO '%s' (FORMAT parquet)".formatted(query, file));
    }
    return file;
  }

  @Test
  void readsTextsNumbersAndChoices() throws Exception {
    Path file =
        parquet(
            "x.parquet",
            """
            SELECT 'a' AS id, 'Which?' AS question, {'label': ['A', 'B'], 'text': ['no', 'yes']} AS choices,
              'B' AS answerKey, 1.5::DOUBLE AS weight, NULL::VARCHAR AS empty
            UNION ALL
            SELECT 'b', 'Or which?', {'label': ['A', 'B'], 'text': ['one', 'two']}, 'A', 2, 'x'
            ORDER BY id
            """);

    DataSet data = folder.open(file, "answer=answerKey,options=choices");

    assertThat(data.rows())
        .containsExactly(
            new Row("a", "Which?\nA) no\nB) yes", "B", null, Map.of("weight", "1.5")),
            new Row(
                "b",
                "Or which?\nA) one\nB) two",
                "A",
                null,
                Map.of("weight", "2.0", "empty", "x")));
  }

  @Test
  void keepsTheFilesOrderAndStopsEarly() throws Exception {
    Path file =
        parquet(
            "many.parquet", "SELECT 'q' || range AS question, range AS answer FROM range(100000)");
    DataSet data =
        folder.sets().open(DataFolder.query(file).withSelection(new Selection(50_000, 3, null)));
    assertThat(data.rows()).extracting(Row::answer).containsExactly("50000", "50001", "50002");
  }

  @Test
  void namesTheRow() throws Exception {
    Path file =
        parquet("x.parquet", "SELECT * FROM (VALUES ('q', '1'), ('r', '')) AS t(question, answer)");
    assertThatThrownBy(() -> folder.open(file))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("Row 2 of ")
        .hasMessageContaining("its answer is empty");
  }

  @Test
  void refusesADamagedFile() throws Exception {
    Path file = folder.write("x.parquet", "PAR1 and then nothing of use, not even an end");
    assertThatThrownBy(() -> folder.open(file))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("The Parquet file " + file);
  }

  @Test
  void takesAPathLiterally() throws Exception {
    Path plain = parquet("plain.parquet", "SELECT 'q' AS question, '1' AS answer");
    Path odd = temporary.resolve("a*[b]?'c.parquet");
    Files.copy(plain, odd);
    Files.copy(plain, temporary.resolve("aXb0'c.parquet"));
    assertThat(folder.open(odd).rows()).hasSize(1);
  }
}
