package ponder.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ponder.testkit.Dice;
import ponder.testkit.Law;

class SelectionTest {
  @TempDir Path temporary;
  private DataFolder folder;

  @BeforeEach
  void start() {
    folder = new DataFolder(temporary);
  }

  private List<String> ids(List<String> rows, Selection selection) throws Exception {
    StringBuilder text = new StringBuilder();
    for (String id : rows) {
      text.append("{\"id\":\"%s\",\"question\":\"q\",\"answer\":\"a\"}\n".formatted(id));
    }
    Path file = folder.write("law.jsonl", text.toString());
    return folder.sets().open(DataFolder.query(file).withSelection(selection)).rows().stream()
        .map(Row::id)
        .toList();
  }

  private static List<String> names(Dice dice, int count) {
    Set<String> names = new HashSet<>();
    while (names.size() < count) {
      names.add("r" + dice.below(10_000));
    }
    return new ArrayList<>(names.stream().sorted().toList());
  }

  private static Selection sample(int count, long seed) {
    return new Selection(0, Selection.ALL, new Selection.Sample(count, seed));
  }

  @Test
  void pieceIsTheFilesRowsInOrder() {
    Law.forAll(
        "offset and limit cut a piece",
        30,
        seed -> {
          Dice dice = new Dice(seed);
          List<String> rows = names(dice, dice.between(1, 30));
          int offset = dice.below(rows.size());
          int limit = dice.between(1, 40);
          assertThat(ids(rows, new Selection(offset, limit, null)))
              .isEqualTo(rows.subList(offset, Math.min(rows.size(), offset + limit)));
        });
  }

  @Test
  void largerSampleHoldsTheSmaller() {
    Law.forAll(
        "samples grow",
        30,
        seed -> {
          Dice dice = new Dice(seed);
          List<String> rows = names(dice, 30);
          int small = dice.between(1, 29);
          List<String> few = ids(rows, sample(small, seed));
          List<String> more = ids(rows, sample(small + 1, seed));
          assertThat(few).hasSize(small).isSubsetOf(rows);
          assertThat(more).hasSize(small + 1).containsAll(few);
          assertThat(rows.stream().filter(more::contains)).isEqualTo(more);
        });
  }

  @Test
  void rowAddedTakesOnePlaceAtMost() {
    Law.forAll(
        "adding a row shifts one at most",
        30,
        seed -> {
          Dice dice = new Dice(seed);
          List<String> rows = names(dice, 31);
          List<String> before = new ArrayList<>(rows);
          String added = before.remove(dice.below(31));
          List<String> old = ids(before, sample(10, seed));
          List<String> now = ids(rows, sample(10, seed));
          Set<String> gone = new HashSet<>(old);
          now.forEach(gone::remove);
          assertThat(gone).hasSizeLessThanOrEqualTo(1);
          assertThat(now.contains(added)).isEqualTo(!gone.isEmpty());
        });
  }

  @Test
  void sampleDoesNotDependOnTheFilesOrder() throws Exception {
    List<String> rows = names(new Dice(3), 30);
    List<String> turned = new ArrayList<>(rows);
    Collections.reverse(turned);
    assertThat(ids(turned, sample(7, 1)))
        .containsExactlyInAnyOrderElementsOf(ids(rows, sample(7, 1)));
    assertThat(ids(rows, sample(7, 2))).isNotEqualTo(ids(rows, sample(7, 1)));
    assertThat(ids(rows, sample(99, 1))).isEqualTo(rows);
  }

  @Test
  void sampleIsDrawnFromThePiece() throws Exception {
    List<String> rows = names(new Dice(4), 30);
    assertThat(ids(rows, new Selection(10, 10, new Selection.Sample(5, 0))))
        .hasSize(5)
        .isSubsetOf(rows.subList(10, 20));
  }

  @Test
  void everyRowIsSampledAboutEquallyOften() throws Exception {
    List<String> rows = names(new Dice(5), 10);
    int[] often = new int[10];
    for (int seed = 0; seed < 400; seed++) {
      Selection.Sample sample = new Selection.Sample(3, seed);
      rows.stream()
          .sorted((a, b) -> Long.compareUnsigned(sample.draw(a), sample.draw(b)))
          .limit(3)
          .forEach(row -> often[rows.indexOf(row)]++);
    }
    // 120 expected, standard deviation about 9.
    assertThat(java.util.Arrays.stream(often).boxed())
        .allSatisfy(count -> assertThat(count).isBetween(80, 160));
  }

  @Test
  void printsAsItIsRead() {
    assertThat(Selection.Sample.parse("100")).isEqualTo(new Selection.Sample(100, 0));
    assertThat(Selection.Sample.parse("5@-7"))
        .isEqualTo(new Selection.Sample(5, -7))
        .hasToString("5@-7");
    assertThat(new Selection.Sample(3, 0)).hasToString("3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "x", "5@", "5@x", "5%", "1@99999999999999999999"})
  void refusesWhatIsNoSample(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Selection.Sample.parse(text))
        .withMessageStartingWith("sample (");
  }

  @Test
  void refusesImpossiblePieces() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Selection(-1, 1, null));
    assertThatIllegalArgumentException().isThrownBy(() -> new Selection(0, 0, null));
  }
}
