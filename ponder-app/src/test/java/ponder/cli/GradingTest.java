package ponder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.cli.Terminal.Said;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `ponder eval`, `compare` and `solve` on answers of words and on choices, by a scripted model.
class GradingTest {
  @TempDir Path folder;
  private Path model;
  private Path words;
  private Path out;

  @BeforeEach
  void aModelThatBoxesNothing() throws IOException {
    model =
        ScriptedEngine.write(
            folder.resolve("script.gguf"),
            "Let me think. The answer is the Eiffel Tower.",
            "**Eiffel tower**",
            "Tower of London",
            "It is the big tower of Paris");
    words =
        Files.writeString(
            folder.resolve("towers.jsonl"),
            """
            {"id":"a","question":"Which tower stands in Paris?","answer":"Eiffel Tower"}
            {"id":"b","question":"Which tower leans?","answer":"Leaning Tower of Pisa"}
            """);
    out = folder.resolve("out");
  }

  private Said ponder(String command, String... arguments) {
    List<String> all =
        new ArrayList<>(List.of(command, "--model", model + "", "--set", "engine=scripted"));
    all.addAll(List.of(arguments));
    return new Terminal(folder.resolve("home")).run(all.toArray(String[]::new));
  }

  private Said eval(Path data, String... more) {
    List<String> all =
        new ArrayList<>(List.of("--dataset", data + "", "--n", "4", "--out", out + ""));
    all.addAll(List.of(more));
    return ponder("eval", all.toArray(String[]::new));
  }

  private static JsonNode line(Path file, int index) throws IOException {
    return new JsonMapper().readTree(Files.readAllLines(file).get(index));
  }

  @Test
  void shortAnswersAreVotedOnAndMeasuredByWords() throws IOException {
    Said said = eval(words, "--grading", "short", "--json", "--checked");

    assertThat(said.code()).as(said.err()).isZero();
    JsonNode json = said.json();
    assertThat(json.get("grading").asString()).isEqualTo("short");
    assertThat(json.get("accuracy").asDouble()).isEqualTo(0.5);
    assertThat(json.get("unanswered").asInt()).isZero();
    // 1 for the first, "eiffel tower" against four words for the second: 2 * 1 / (2 + 4).
    assertThat(json.get("f1").asDouble()).isBetween(0.666, 0.667);
    assertThat(json.get("f1_ci95")).hasSize(2);
    JsonNode first = line(out.resolve("results.jsonl"), 0);
    assertThat(first.get("f1").asDouble()).isEqualTo(1);
    assertThat(first.get("why").asString()).isEqualTo("2 of 4 votes");
    assertThat(first.at("/candidates/1/class").asInt()).isZero();
    assertThat(first.at("/candidates/1/correct").asBoolean()).isTrue();
    assertThat(first.at("/candidates/3/class").asInt()).isEqualTo(2);
    assertThat(Files.readString(out.resolve("eval.json"))).contains("\"grading\" : \"short\"");
    assertThat(Files.readString(out.resolve("report.html")))
        .contains("F1 of the answers&#39; words", "--grading short")
        .contains("right if they match exactly");
    assertThat(Files.readString(out.resolve("traces/00000.jsonl")))
        .contains("\"grading\":\"short\"");
  }

  @Test
  void theTerminalShowsF1() {
    assertThat(eval(words, "--grading", "short").out()).contains("F1 of its words", "66.7 %");
  }

  @Test
  void redactedResultsKeepF1() throws IOException {
    Said said = eval(words, "--grading", "short", "--redact", "--json");

    assertThat(said.json().get("f1").asDouble()).isBetween(0.666, 0.667);
    assertThat(Files.readString(out.resolve("results.jsonl"))).doesNotContain("Eiffel");
  }

  @Test
  void theRowsMaySayWhatTheirAnswersAre() throws IOException {
    Path data =
        Files.writeString(
            folder.resolve("said.jsonl"),
            "{\"question\":\"Which?\",\"answer\":\"Eiffel Tower\",\"grading\":\"short\"}\n");

    assertThat(eval(data, "--json").json().get("f1").asDouble()).isEqualTo(1);
  }

  @Test
  void wordsComparedAsMathematicsAreTold() {
    Said math = eval(words);
    Said other = eval(words, "--grading", "short");

    assertThat(math.err()).contains("most answers of towers.jsonl are words", "--grading short");
    assertThat(other.code()).isEqualTo(Ponder.USAGE);
    assertThat(other.err()).contains("grading (math) is now short");
    assertThat(eval(words, "--grading", "shrt").err())
        .contains("grading (shrt) must be one of [math, short, choice]. Maybe 'short' was meant");
  }

  @Test
  void choicesAreGradedByOption() throws IOException {
    model =
        ScriptedEngine.write(
            folder.resolve("choices.gguf"),
            "I weigh them. The answer is (B).",
            "B) new york",
            "\\boxed{bank}",
            "I cannot tell");
    Path data =
        Files.writeString(
            folder.resolve("choices.jsonl"),
            """
            {"id":"a","question":"Where?","answer":"B","choices":[["A","bank"],["B","new york"]]}
            {"id":"b","question":"And where?","answer":"A","choices":[["A","bank"],["B","mall"]]}
            """);

    Said said = eval(data, "--json", "--checked");

    assertThat(said.code()).as(said.err()).isZero();
    assertThat(said.json().get("grading").asString()).isEqualTo("choice");
    assertThat(said.json().has("f1")).isFalse();
    assertThat(said.json().get("accuracy").asDouble()).isEqualTo(0.5);
    assertThat(said.json().at("/oracle/accuracy").asDouble()).isEqualTo(1);
    assertThat(Files.readString(out.resolve("traces/00000.jsonl"))).contains("A) bank\\nB) new");
    JsonNode first = line(out.resolve("results.jsonl"), 0);
    assertThat(first.at("/candidates/1/class").asInt()).isZero();
    assertThat(first.at("/candidates/2/class").asInt()).isEqualTo(1);
    assertThat(first.at("/candidates/3/class").asInt()).isEqualTo(-1);
  }

  @Test
  void comparisonsShowF1() {
    Said said =
        ponder(
            "compare",
            "--dataset",
            words + "",
            "--grading",
            "short",
            "--out",
            out + "",
            "--method",
            "greedy",
            "--method",
            "self-consistency n=4",
            "--json");

    assertThat(said.code()).as(said.err()).isZero();
    assertThat(said.json().get("grading").asString()).isEqualTo("short");
    assertThat(said.json().at("/runs/1/f1").asDouble()).isBetween(0.666, 0.667);
    assertThat(
            new Terminal(folder.resolve("home"))
                .run("compare", out + "/greedy", out + "/self-consistency_n=4")
                .out())
        .contains("F1", "66.7 %");
    assertThat(out.resolve("compare.html")).content().contains("F1 of words");
  }

  @Test
  void solveVotesByWords() {
    Said said =
        ponder("solve", "Which tower?", "--grading", "short", "--n", "4", "--json", "--checked");

    assertThat(said.json().get("answer").asString()).isEqualTo("the Eiffel Tower");
    assertThat(said.json().at("/candidates/1/score").asDouble()).isEqualTo(0.5);
    assertThat(ponder("solve", "Which tower?", "--grading", "short", "--n", "4").out())
        .contains("Votes:  2 for the Eiffel Tower");
    assertThat(ponder("solve", "Which tower?", "--n", "4").out()).doesNotContain("2 for");
  }
}
