package ponder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.cli.Terminal.Said;
import ponder.testkit.ScriptedModel;
import ponder.testkit.ScriptedServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

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
    assertThat(read(out.resolve("sums/greedy/eval.json")).get("budget").asString())
        .isEqualTo("4096tok");
  }

  private static JsonNode read(Path file) throws IOException {
    return new JsonMapper().readTree(Files.readString(file));
  }

  /// The whole of it over HTTP: mathematics and short answers, on a server that says the same to
  /// everybody.
  @Test
  void studyJsonHoldsExactMatchF1AndCosts() throws IOException {
    ScriptedModel says =
        new ScriptedModel(
            (prompt, sample) ->
                prompt.contains("Which of these patterns")
                    ? "A, C"
                    : prompt.contains("2+")
                        ? "It is \\boxed{4}."
                        : "I recall it.\nThe answer is the Eiffel Tower.");
    try (ScriptedServer server = ScriptedServer.start(ScriptedServer.Kind.VLLM, says)) {
      Said said =
          new Terminal(folder.resolve("home"))
              .run(
                  "bench",
                  "study",
                  "--dataset",
                  sums + "",
                  "--dataset",
                  words + "",
                  "--short",
                  words + "",
                  "--engine",
                  "http",
                  "--endpoint",
                  server.endpoint(),
                  "--model",
                  "scripted",
                  "--method",
                  "greedy",
                  "--method",
                  "self-consistency n=2",
                  "--budget",
                  "4000tok",
                  "--patterns",
                  "--out",
                  out + "");
      assertThat(said.code()).as(said.err()).isZero();
      assertThat(said.err())
          .containsPattern("labels: 10 calls, \\d+ prompt tokens, \\d+ generated");
    }
    JsonNode study = read(out.resolve("study.json"));
    assertThat(study.propertyNames())
        .containsExactly("command", "version", "datasets", "means", "labelSpend", "labelPaid");
    JsonNode maths = study.at("/datasets/0");
    JsonNode ofWords = study.at("/datasets/1");
    assertThat(maths.propertyNames())
        .containsExactly("name", "dataset", "datasetSha256", "problems", "grading", "runs");
    assertThat(ofWords.get("grading").asString()).isEqualTo("short");
    assertThat(ofWords.at("/runs/1").propertyNames())
        .containsExactly(
            "name",
            "method",
            "verifier",
            "budget",
            "accuracy",
            "difference",
            "tokens",
            "calls",
            "seconds",
            "flops",
            "exact",
            "f1",
            "f1Difference",
            "labelled",
            "labelFaults",
            "labelSpend",
            "labelPaid",
            "patterns");
    assertThat(maths.at("/runs/0").propertyNames()).doesNotContain("exact", "f1");
    assertThat(maths.at("/runs/0/accuracy/0").asDouble()).isEqualTo(0.5);
    assertThat(maths.at("/runs/0/tokens").asDouble()).isPositive();
    assertThat(maths.at("/runs/0/calls").asDouble()).isEqualTo(1);
    // "eiffel tower" is right for one of three and shares no word with the others.
    assertThat(ofWords.at("/runs/1/exact/0").asDouble()).isBetween(0.33, 0.34);
    assertThat(ofWords.at("/runs/1/accuracy/0")).isEqualTo(ofWords.at("/runs/1/exact/0"));
    assertThat(ofWords.at("/runs/1/f1/0").asDouble()).isBetween(0.33, 0.34);
    assertThat(ofWords.at("/runs/1/labelled").asInt()).isEqualTo(3);
    assertThat(ofWords.at("/runs/1/labelSpend/calls").asLong()).isEqualTo(3);
    assertThat(study.at("/labelSpend/calls").asLong()).isEqualTo(10);
    assertThat(study.at("/labelSpend/generatedTokens"))
        .isEqualTo(study.at("/labelPaid/generatedTokens"));
    assertThat(study.at("/labelSpend/generatedTokens").asLong()).isPositive();
    assertThat(study.at("/labelSpend/promptTokens").asLong())
        .isGreaterThan(study.at("/labelSpend/generatedTokens").asLong());
  }

  @Test
  void labelsFoundInTheJournalAreUsedAndNotPaid() throws IOException {
    JsonNode first = study("--patterns", "--json").json();
    JsonNode again = study("--patterns", "--json").json();

    assertThat(again.at("/labelSpend")).isEqualTo(first.at("/labelSpend"));
    assertThat(first.at("/labelPaid/generatedTokens").asLong()).isPositive();
    assertThat(again.at("/labelPaid/generatedTokens").asLong()).isZero();
  }

  private Said secret(String... more) throws IOException {
    Path home = Files.createDirectories(folder.resolve("home"));
    Files.writeString(
        home.resolve("datasets.yaml"),
        """
        datasets:
          - name: secret
            restricted: true
            splits:
              - name: test
                path: %s
        """
            .formatted(sums));
    List<String> all =
        new ArrayList<>(
            List.of(
                "bench",
                "study",
                "--dataset",
                "secret",
                "--model",
                model + "",
                "--engine",
                "scripted",
                "--method",
                "greedy",
                "--method",
                "self-consistency n=2",
                "--patterns",
                "--out",
                out + ""));
    all.addAll(List.of(more));
    return new Terminal(home).run(all.toArray(String[]::new));
  }

  @Test
  void textsThatMustNotBeKeptAreLabelledInMemory() throws IOException {
    Said said = secret();

    assertThat(said.code()).as(said.err()).isZero();
    assertThat(said.out()).contains("Patterns of reasoning on secret:").contains("2 of 2");
    JsonNode run = read(out.resolve("study.json")).at("/datasets/0/runs/1");
    assertThat(run.get("labelled").asInt()).isEqualTo(2);
    assertThat(run.has("labelsSkipped")).isFalse();
    assertThat(run.at("/patterns/systematic analysis/0").asDouble()).isEqualTo(1);
    assertThat(out.resolve("secret/greedy/traces")).doesNotExist();
    try (Stream<Path> files = Files.walk(out)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain("What is 2+", "A, D: ");
      }
    }
  }

  @Test
  void whatTheJournalDoesNotHoldAnyMoreIsNotLabelledAndThatIsTold() throws IOException {
    assertThat(secret().code()).isZero();
    try (Stream<Path> files = Files.walk(folder.resolve("home/journal"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }

    Said said = secret();

    assertThat(said.code()).as(said.err()).isZero();
    assertThat(said.out()).contains("Patterns of reasoning on secret: not labelled, no problem");
    JsonNode run = read(out.resolve("study.json")).at("/datasets/0/runs/0");
    assertThat(run.get("labelsSkipped").asString()).contains("no problem has a trace");
    assertThat(run.at("/labelSpend/calls").asLong()).isZero();
    assertThat(out.resolve("study.html")).content().contains("Not labelled: no problem");
  }

  @Test
  void aJudgeOfItsOwnLabelsThemToo() throws IOException {
    Path other = ScriptedEngine.write(folder.resolve("judge.gguf"), "B");

    Said said = secret("--judge", other + "", "--json");

    assertThat(said.code()).as(said.err()).isZero();
    assertThat(said.json().at("/datasets/0/runs/0/patterns/method reuse/0").asDouble())
        .isEqualTo(1);
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
  void aTextTooLongForTheJudgeIsLeftOutAndThatIsTold() throws IOException {
    Files.writeString(
        sums,
        """
        {"id":"a","question":"What is 2+2?","answer":"4"}
        {"id":"b","question":"What is 2+3? %s","answer":"5"}
        """
            .formatted("Mind the sum. ".repeat(150)));

    Said said = study("--patterns", "--set", "cells=3000");

    assertThat(said.code()).as(said.err()).isZero();
    String told = "1 of 2 texts are too long for the judge's context";
    assertThat(said.err()).containsOnlyOnce("greedy: " + told);
    JsonNode study = read(out.resolve("study.json"));
    assertThat(study.at("/datasets/0/runs/0/labelled").asInt()).isEqualTo(1);
    assertThat(study.at("/datasets/0/runs/0/labelsSkipped").asString()).isEqualTo(told);
    assertThat(study.at("/datasets/1/runs/0/labelled").asInt()).isEqualTo(3);
    assertThat(study.at("/datasets/1/runs/0").has("labelsSkipped")).isFalse();
    assertThat(Files.readString(out.resolve("study.html"))).contains("Left out of greedy: 1 of 2");
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
