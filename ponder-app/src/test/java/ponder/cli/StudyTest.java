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

/// `ponder bench study` on a scripted model.
class StudyTest {
  @TempDir Path folder;
  private Path model;
  private Path sums;
  private Path words;
  private Path out;

  @BeforeEach
  void aModelAndTwoDataSets() throws IOException {
    model =
        ScriptedEngine.write(
            folder.resolve("script.gguf"), "A, D: \\boxed{4}", "C or \\boxed{the Eiffel Tower}");
    sums =
        Files.writeString(
            folder.resolve("sums.jsonl"),
            """
            {"id":"a","question":"What is 2+2?","answer":"4"}
            {"id":"b","question":"What is 2+3?","answer":"5"}
            """);
    words =
        Files.writeString(
            folder.resolve("words.jsonl"),
            """
            {"id":"a","question":"What is the number of corners of a square?","answer":"four"}
            {"id":"b","question":"What comes after three?","answer":"4"}
            {"id":"c","question":"Which tower stands in Paris?","answer":"Eiffel Tower"}
            """);
    out = folder.resolve("study");
  }

  private Said study(String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "bench",
                "study",
                "--dataset",
                sums.toString(),
                "--dataset",
                words.toString(),
                "--short",
                words.toString(),
                "--model",
                model.toString(),
                "--engine",
                "scripted",
                "--method",
                "greedy",
                "--method",
                "self-consistency n=4",
                "--method",
                "self-refine rounds=1",
                "--out",
                out.toString()));
    all.addAll(List.of(more));
    return new Terminal(folder.resolve("home")).run(all.toArray(String[]::new));
  }

  @Test
  void runsEveryMethodOnEveryDataSet() throws IOException {
    Said said = study("--json", "--patterns");

    assertThat(said.code()).as(said.err()).isZero();
    JsonNode json = said.json();
    assertThat(json.at("/datasets/0/grading").asString()).isEqualTo("math");
    assertThat(json.at("/datasets/0/problems").asInt()).isEqualTo(2);
    assertThat(json.at("/datasets/0/runs/0/accuracy/0").asDouble()).isEqualTo(0.5);
    assertThat(json.at("/datasets/0/runs/0").has("f1")).isFalse();
    assertThat(json.at("/datasets/1/grading").asString()).isEqualTo("short");
    assertThat(json.at("/datasets/1/runs/0/exact/0").asDouble()).isBetween(0.33, 0.34);
    // Refined to the tower: one of three.
    assertThat(json.at("/datasets/1/runs/2/f1/0").asDouble()).isBetween(0.33, 0.34);
    assertThat(json.at("/datasets/1/runs/2/f1Difference/0").asDouble()).isZero();
    assertThat(json.at("/datasets/0/runs/0/patterns/systematic analysis/0").asDouble())
        .isEqualTo(1);
    assertThat(json.at("/datasets/0/runs/0/patterns/divide and conquer/0").asDouble()).isZero();
    assertThat(json.at("/datasets/0/runs/0/patterns/self-refinement/0").asDouble()).isEqualTo(1);
    assertThat(json.at("/means/0/mean").asDouble()).isBetween(0.41, 0.42);
    assertThat(out.resolve("patterns/words/greedy.jsonl"))
        .hasContent(
            """
        {"id":"a","patterns":["systematic analysis","self-refinement"]}
        {"id":"b","patterns":["systematic analysis","self-refinement"]}
        {"id":"c","patterns":["systematic analysis","self-refinement"]}
        """);
    assertThat(Files.readString(out.resolve("study.html")))
        .contains("F1 of words, 3 problems")
        .contains("./sums/compare.html")
        .contains("Patterns of reasoning on words");
    assertThat(out.resolve("sums/compare.html")).isNotEmptyFile();
    assertThat(
            JsonNode.class
                .cast(
                    new tools.jackson.databind.json.JsonMapper()
                        .readTree(Files.readString(out.resolve("sums/greedy/eval.json"))))
                .get("budget")
                .asString())
        .isEqualTo("4096tok");
  }

  @Test
  void theSameCommandFindsWhatIsDone() throws IOException {
    study("--patterns");
    String page = Files.readString(out.resolve("study.html"));
    String results = Files.readString(out.resolve("words/greedy/results.jsonl"));

    Said again = study("--patterns");

    assertThat(again.code()).isZero();
    assertThat(again.out()).contains("METHOD").contains("words (F1)").contains("3 of 3");
    assertThat(Files.readString(out.resolve("study.html"))).isEqualTo(page);
    assertThat(Files.readString(out.resolve("words/greedy/results.jsonl"))).isEqualTo(results);
  }

  @Test
  void repliesWithoutALabelAreCounted() {
    model = ScriptedEngine.write(folder.resolve("mute.gguf"), "I cannot say \\boxed{4}");

    Said said = study("--patterns", "--json");

    assertThat(said.json().at("/datasets/0/runs/0/labelled").asInt()).isZero();
    assertThat(said.json().at("/datasets/0/runs/0/labelFaults").asInt()).isEqualTo(2);
    assertThat(said.json().at("/datasets/0/runs/0/patterns").isEmpty()).isTrue();
    assertThat(study("--patterns").out()).contains("0 of 2");
  }

  @Test
  void refusesWhatCannotBe() throws IOException {
    assertThat(study("--judge", "x").err()).contains("--judge (x) labels patterns");
    assertThat(study("--short", "other").err())
        .contains("--short (other) is none of the data sets");
    assertThat(study("--dataset", sums.toString()).err()).contains("is given twice");
    assertThat(study("--budget", "many").err()).contains("budget (many)");
    assertThat(out).doesNotExist();
    Files.createDirectories(out.resolve("mine"));
    assertThat(study().err()).contains("no part of this study: [mine]");
  }

  @Test
  void endsWithTheCodeOfAnEvaluationThatFails() {
    Said said = study("--method", "agent tasks=0");

    assertThat(said.code()).isEqualTo(Ponder.USAGE);
    assertThat(said.err()).contains("tasks (0)");
    assertThat(out.resolve("study.json")).doesNotExist();
  }
}
