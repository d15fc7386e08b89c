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

/// `ponder compare`, running evaluations on a scripted model and on folders that are there.
class CompareTest {
  @TempDir Path folder;
  private Path model;
  private Path data;
  private Path out;

  @BeforeEach
  void aModelAndAData() throws IOException {
    model =
        ScriptedEngine.write(
            folder.resolve("script.gguf"),
            "I say \\boxed{5}",
            "Two and two. \\boxed{4}",
            "It is \\boxed{4}",
            "So \\boxed{4}");
    data =
        Files.writeString(
            folder.resolve("problems.jsonl"),
            """
            {"id":"a","question":"What is 2+2?","answer":"4"}
            {"id":"b","question":"What is 2+3?","answer":"5"}
            {"id":"c","question":"What is 1+3?","answer":"4"}
            """);
    out = folder.resolve("story");
  }

  private Said compare(String... arguments) {
    List<String> all = new ArrayList<>(List.of("compare"));
    all.addAll(List.of(arguments));
    return new Terminal(folder.resolve("home")).run(all.toArray(String[]::new));
  }

  private Said story(String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--dataset",
                data.toString(),
                "--model",
                model.toString(),
                "--set",
                "engine=scripted",
                "--method",
                "greedy",
                "--method",
                "self-consistency n=4",
                "--out",
                out.toString()));
    all.addAll(List.of(more));
    return compare(all.toArray(String[]::new));
  }

  @Test
  void runsTheMethodsAndComparesThem() {
    Said said = story("--json");

    assertThat(said.err()).contains("evaluation 2 of 2");
    assertThat(said.code()).isZero();
    assertThat(said.out()).hasLineCount(1);
    JsonNode json = said.json();
    assertThat(json.get("problems").asInt()).isEqualTo(3);
    assertThat(json.get("baseline").asString()).isEqualTo("greedy");
    assertThat(json.at("/runs/1/name").asString()).isEqualTo("self-consistency_n=4");
    assertThat(json.at("/runs/0/accuracy").asDouble()).isBetween(0.33, 0.34);
    assertThat(json.at("/runs/1/accuracy").asDouble()).isBetween(0.66, 0.67);
    assertThat(json.at("/differences/0/better").asInt()).isEqualTo(2);
    assertThat(json.at("/differences/0/worse").asInt()).isEqualTo(1);
    assertThat(json.at("/differences/0/withinNoise").asBoolean()).isTrue();
    for (String name : List.of("compare.json", "compare.svg", "compare.html")) {
      assertThat(out.resolve(name)).isNotEmptyFile();
    }
    assertThat(out.resolve("greedy/summary.json")).isNotEmptyFile();
  }

  @Test
  void theSameCommandFindsWhatIsDone() throws IOException {
    story();
    String before = Files.readString(out.resolve("greedy/summary.json"));

    Said again = story("--price", "prompt=1,generated=2");

    assertThat(again.code()).isZero();
    assertThat(Files.readString(out.resolve("greedy/summary.json"))).isEqualTo(before);
    assertThat(again.out()).contains("MONEY").contains("within noise").contains("AGAINST greedy");
  }

  @Test
  void comparesFoldersAtOneCost() {
    story();

    Said said =
        compare(
            out.resolve("greedy").toString(),
            out.resolve("self-consistency_n=4").toString(),
            "--baseline",
            "self-consistency_n=4",
            "--at",
            "5tok");

    assertThat(said.code()).isZero();
    assertThat(said.out()).contains("At 5 generated tokens per problem:").contains("SAMPLES");
  }

  @Test
  void refusesWhatCannotBe() throws IOException {
    assertThat(compare().code()).isEqualTo(Ponder.USAGE);
    assertThat(compare().err()).contains("at least two");
    assertThat(compare("--method", "greedy").err()).contains("--method needs --out");
    assertThat(compare("x", "y", "--limit", "3").err())
        .contains("--limit is for evaluations that are yet to run");
    assertThat(compare("x", "--method", "greedy", "--out", out.toString()).err())
        .contains("--method runs new ones");
    assertThat(story("--method", "greedy").err()).contains("--method (greedy) is given twice");
    assertThat(story("--method", "best-of-n 8").err()).contains("cannot be read at '8'");
    assertThat(story("--at", "5calls").err()).contains("at (5calls)");
    assertThat(out).doesNotExist();
    Files.createDirectories(out.resolve("mine"));
    assertThat(story().err()).contains("no part of this comparison: [mine]");
    assertThat(compare(out.toString(), folder.toString()).code()).isEqualTo(Ponder.FAILED);
  }

  @Test
  void endsWithTheCodeOfAnEvaluationThatFails() {
    Said said = story("--method", "self-consistency n=0");

    assertThat(said.code()).isEqualTo(Ponder.USAGE);
    assertThat(said.err()).contains("n (0)");
    assertThat(out.resolve("compare.json")).doesNotExist();
  }
}
