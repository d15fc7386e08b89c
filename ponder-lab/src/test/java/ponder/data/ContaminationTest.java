package ponder.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.model.EngineException;
import ponder.store.Home;
import ponder.testkit.Dice;
import ponder.testkit.Law;

class ContaminationTest {
  @TempDir Path temporary;
  private DataFolder folder;

  @BeforeEach
  void start() {
    folder = new DataFolder(temporary);
  }

  private Path set(String name, List<String> questions) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < questions.size(); i++) {
      text.append(
          "{\"id\":\"%s%d\",\"question\":\"%s\",\"answer\":\"1\"}\n"
              .formatted(name, i, questions.get(i)));
    }
    return folder.write(name + ".jsonl", text.toString());
  }

  private Contamination compare(Path a, Path b, int most) {
    return folder.sets().compare(DataFolder.query(a), DataFolder.query(b), most);
  }

  @Test
  void eightWordsInARowOverlapAndSevenDoNot() throws Exception {
    Path a = set("a", List.of("A b c d e f g h", "one two three four five six seven"));
    Path b =
        set("b", List.of("x a, B c d - e f g: H y", "zero one two three four five six seven 8"));

    Contamination both = compare(a, b, 5);

    assertThat(both.a()).isEqualTo(new Contamination.Side("a.jsonl", 2, 0, 1, 0.5));
    assertThat(both.b()).isEqualTo(new Contamination.Side("b.jsonl", 2, 0, 1, 0.5));
    assertThat(both.pairs()).containsExactly(new Contamination.Pair("a0", "b0", 1, 1, false, 0, 0));
    assertThat(both.clean()).isFalse();
  }

  @Test
  void sameQuestionsAreFoundHoweverShort() throws Exception {
    Path a = set("a", List.of("What is 2  + 3?", "x"));
    Path b = set("b", List.of("what is 2 + 3?", "What is 2 - 3?"));

    Contamination both = compare(a, b, 5);

    assertThat(both.pairs()).containsExactly(new Contamination.Pair("a0", "b0", 0, 1, true, 0, 0));
    assertThat(both.a().same()).isEqualTo(1);
    assertThat(both.b().overlapping()).isEqualTo(1);
    assertThat(compare(a, set("c", List.of("y")), 5).clean()).isTrue();
  }

  @Test
  void agreesWithAPlainCount() {
    Law.forAll(
        "contamination is what a plain count finds, whichever set is larger",
        40,
        seed -> {
          Dice dice = new Dice(seed);
          List<String> left = questions(dice, dice.between(1, 12));
          List<String> right = questions(dice, dice.between(1, 12));

          Contamination both = compare(set("a", left), set("b", right), 200);

          assertThat(both.a().overlapping()).isEqualTo(touched(left, right));
          assertThat(both.b().overlapping()).isEqualTo(touched(right, left));
          assertThat(both.pairs())
              .allSatisfy(
                  pair -> {
                    Set<String> shared = grams(left.get((int) pair.rowA()));
                    shared.retainAll(grams(right.get((int) pair.rowB())));
                    assertThat(pair.a()).isEqualTo("a" + pair.rowA());
                    assertThat(pair.b()).isEqualTo("b" + pair.rowB());
                    assertThat(pair.shared()).isEqualTo(shared.size());
                  });
          Contamination turned =
              compare(temporary.resolve("b.jsonl"), temporary.resolve("a.jsonl"), 200);
          assertThat(turned.a()).isEqualTo(both.b());
          assertThat(turned.pairs()).hasSameSizeAs(both.pairs());
        });
  }

  private static List<String> questions(Dice dice, int count) {
    List<String> questions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<String> words = new ArrayList<>();
      int length = dice.between(5, 24);
      for (int k = 0; k < length; k++) {
        words.add(dice.chance(85) ? "w" : "v");
      }
      questions.add(String.join(" ", words));
    }
    return questions;
  }

  private static long touched(List<String> these, List<String> others) {
    return these.stream()
        .filter(
            one ->
                others.stream()
                    .anyMatch(
                        other -> {
                          Set<String> shared = grams(one);
                          shared.retainAll(grams(other));
                          return !shared.isEmpty() || one.equals(other);
                        }))
        .count();
  }

  private static Set<String> grams(String question) {
    List<String> words = List.of(question.split(" "));
    Set<String> grams = new HashSet<>();
    for (int i = 0; i + 8 <= words.size(); i++) {
      grams.add(String.join(" ", words.subList(i, i + 8)));
    }
    return grams;
  }

  @Test
  void rowsWithoutAnswersTakePart() throws Exception {
    Path a = set("a", List.of("the one question"));
    Path b =
        folder.write("b.jsonl", "{\"text\":\"The one  question\"}\n{\"text\":\"\"}\nnonsense\n");
    Contamination both =
        folder.sets().compare(DataFolder.query(a), DataFolder.query(b, "question=text"), 3);
    assertThat(both.b()).isEqualTo(new Contamination.Side("b.jsonl", 1, 1, 1, 1));
  }

  @Test
  void wordsOfJapaneseAreItsCharacters() {
    assertThat(Words.of("ｘ＝２ 東京タワー").hashes()).hasSize(2 + 2 + 3);
    assertThat(Words.of("X = 2").hashes()).isEqualTo(Words.of("x=２").hashes());
    assertThat(Words.of("").hashes()).isEmpty();
    assertThat(Words.of("(3 - x)").whole()).isNotEqualTo(Words.of("3 - (x)").whole());
    assertThat(Words.of(" A b\n").whole())
        .isEqualTo(Words.of("a  B").whole())
        .isNotEqualTo(Words.of("ab").whole());
  }

  @Test
  void inspectionNamesWhatIsWrong() throws Exception {
    Path file =
        folder.write(
            "x.jsonl",
            """
            {"id":"a","question":"What?","answer":"1","solution":"s","level":2}
            nonsense
            {"id":"b","question":" ","answer":"1"}
            {"id":"c","question":"Who?","answer":""}
            {"id":"a","question":"Where?","answer":"1"}
            {"id":"d","question":"  WHAT?","answer":"2"}
            """);

    Inspection look = folder.sets().inspect(DataFolder.query(file), 4);

    assertThat(look.rows()).isEqualTo(6);
    assertThat(look.usable()).isEqualTo(2);
    assertThat(look.solutions()).isEqualTo(1);
    assertThat(look.columns()).containsEntry("question", 5L).containsEntry("level", 1L);
    assertThat(look.counts())
        .isEqualTo(
            Map.of(
                Inspection.Kind.BROKEN, 1L,
                Inspection.Kind.EMPTY_QUESTION, 1L,
                Inspection.Kind.EMPTY_ANSWER, 1L,
                Inspection.Kind.REPEATED_ID, 1L,
                Inspection.Kind.REPEATED_QUESTION, 1L));
    assertThat(look.findings())
        .extracting(Inspection.Finding::where)
        .containsExactly("Line 2", "Line 3", "Line 4", "Line 5");
    assertThat(look.findings().getLast())
        .isEqualTo(
            new Inspection.Finding(
                Inspection.Kind.REPEATED_ID, "Line 5", "a", "its id (a) stands in line 1 already"));
    assertThat(look.clean()).isFalse();
    assertThat(folder.sets().inspect(DataFolder.query(set("y", List.of("q", "r"))), 4).clean())
        .isTrue();
  }

  @Test
  void workedExamplesAreNeverAsked() throws Exception {
    Home home = new Home(temporary.resolve("home"));
    Path train =
        folder.write(
            "train.jsonl",
            """
            {"id":"0","question":"No solution?","answer":"1"}
            {"id":"1","question":"First?","answer":"1","solution":"so 1"}
            {"id":"2","question":"Second?","answer":"2","solution":"so 2"}
            {"id":"3","question":"Third?","answer":"3","solution":"so 3"}
            """);
    DataSets sets = folder.sets();
    WorkedExamples two = WorkedExamples.of(sets.open(DataFolder.query(train)), 2);
    assertThat(two.rows()).extracting(Row::id).containsExactly("1", "2");

    two.apartFrom(sets.open(DataFolder.query(set("test", List.of("Other?")))));
    two.apartFrom(sets.open(DataFolder.query(train).withSelection(new Selection(3, 1, null))));
    DataSet same = sets.open(DataFolder.query(set("same", List.of("Other?", "SECOND?"))));
    assertThatThrownBy(() -> two.apartFrom(same))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("Worked example 2 of train.jsonl is the evaluated problem same1");
    DataSet overlapping =
        sets.open(DataFolder.query(train).withSelection(new Selection(2, 1, null)));
    assertThatThrownBy(() -> two.apartFrom(overlapping)).hasMessageContaining("--offset");

    Path file = two.write(home);
    assertThat(Files.readAllLines(file))
        .containsExactly(
            "{\"id\":\"1\",\"question\":\"First?\",\"solution\":\"so 1\",\"answer\":\"1\"}",
            "{\"id\":\"2\",\"question\":\"Second?\",\"solution\":\"so 2\",\"answer\":\"2\"}");
    assertThat(two.write(home)).isEqualTo(file);
    assertThatThrownBy(() -> WorkedExamples.refuseAsked(sets, file, 2, same))
        .hasMessageContaining("is the evaluated problem same1");
    WorkedExamples.refuseAsked(sets, file, 1, same);
    assertThatThrownBy(() -> WorkedExamples.of(sets.open(DataFolder.query(train)), 4))
        .hasMessageContaining("has 3 rows to show as worked examples, and 4 are wanted");
  }
}
