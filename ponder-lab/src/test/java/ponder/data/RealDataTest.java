package ponder.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import ponder.store.Home;

/// Real data sets; the folder with Ponder's own copies is named by PONDER_DATA.
@Tag("nightly")
@EnabledIfEnvironmentVariable(named = "PONDER_DATA", matches = ".+")
class RealDataTest {
  @TempDir Path temporary;

  private static Path data() {
    return Path.of(Objects.requireNonNull(System.getenv("PONDER_DATA")));
  }

  private DataSets sets() {
    return new DataSets(new Home(temporary), Map.of());
  }

  @Test
  void everyFileCanBeInspected() throws IOException {
    try (Stream<Path> files = Files.walk(data())) {
      List<Path> all =
          files.filter(file -> file.toString().matches(".*\\.(jsonl|jsonl\\.gz|csv)")).toList();
      assertThat(all).hasSizeGreaterThan(10);
      for (Path file : all) {
        Inspection look = sets().inspect(DataQuery.of(file.toString()), 3);
        assertThat(look.rows()).as(file.toString()).isPositive();
        if (data().relativize(file).toString().matches("(math|qa)/.*")) {
          assertThat(look.counts().keySet())
              .as(file.toString())
              .doesNotContain(Inspection.Kind.BROKEN, Inspection.Kind.REPEATED_ID);
        }
      }
    }
  }

  @Test
  void trainingAndTestProblemsShareFewPhrases() {
    Contamination both =
        sets()
            .compare(
                DataQuery.of(data().resolve("math/gsm8k_train.jsonl.gz").toString()),
                DataQuery.of(data().resolve("math/gsm8k_test_dev.jsonl").toString()),
                3);
    // Counted by another program too.
    assertThat(both.a())
        .isEqualTo(new Contamination.Side("gsm8k_train.jsonl.gz", 7473, 0, 54, 54 / 7473.0));
    assertThat(both.b())
        .isEqualTo(new Contamination.Side("gsm8k_test_dev.jsonl", 660, 0, 41, 41 / 660.0));
  }

  @Test
  void choicesOfCommonSenseBecomeLetters() {
    DataSet data =
        sets()
            .open(
                DataQuery.of(data().resolve("qa/commonsenseqa_dev_dev.jsonl").toString())
                    .withColumns(Columns.parse(List.of("options=choices"))));
    assertThat(data.rows())
        .hasSize(611)
        .allSatisfy(
            row -> {
              assertThat(row.answer()).matches("[A-E]");
              assertThat(row.question().lines().filter(it -> it.matches("[A-E]\\) .+"))).hasSize(5);
            });
  }
}
