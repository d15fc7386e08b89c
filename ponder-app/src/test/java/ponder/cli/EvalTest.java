package ponder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.cli.Terminal.Said;
import ponder.eval.EvalProgress;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `ponder eval` on a scripted model: of four samples two say 4, one says 5, one nothing; the right
/// answers of the six problems are 4, 5, 4, 5, 4, 5.
class EvalTest {
  @TempDir Path folder;
  private Path home;
  private Path model;
  private Path data;
  private Path out;

  @BeforeEach
  void aModelAndADataSet() throws IOException {
    home = folder.resolve("home");
    out = folder.resolve("out");
    model =
        ScriptedEngine.write(
            folder.resolve("script.gguf"),
            "Two and two. \\boxed{4}",
            "I say \\boxed{5}",
            "Hm.",
            "It is \\boxed{4}");
    data =
        Files.write(
            folder.resolve("sums.jsonl"),
            IntStream.range(0, 6)
                .mapToObj(
                    i ->
                        "{\"id\":\"s%d\",\"question\":\"sum %d?\",\"answer\":\"%d\"}"
                            .formatted(i, i, 4 + i % 2))
                .toList());
  }

  private Said eval(String... arguments) {
    return new Terminal(home).run(arguments(arguments));
  }

  private String[] arguments(String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of("eval", "--engine", "scripted", "--model", model + "", "--dataset", data + ""));
    all.addAll(List.of(arguments));
    return all.toArray(String[]::new);
  }

  @Test
  void summaryHasTheAgreedKeysAndIsWhatJsonPrints() throws IOException {
    Said said = eval("--out", out + "", "--n", "4", "--seed", "3", "--json", "--checked");

    assertThat(said.code()).as(said.err()).isZero();
    assertThat(said.out()).hasLineCount(1);
    JsonNode json = said.json();
    assertThat(json.propertyNames())
        .startsWith(
            "model",
            "engine",
            "method",
            "verifier",
            "dataset",
            "datasetSha256",
            "problems",
            "accuracy",
            "ci95",
            "seed",
            "spend",
            "paid",
            "curve",
            "failures");
    assertThat(json.get("curve").get(0).propertyNames())
        .startsWith(
            "n", "majority_vote", "pred_naive", "pred_weighted", "pass_at", "generated_tokens");
    assertThat(json.get("dataset").asString()).isEqualTo("sums.jsonl");
    assertThat(json.get("problems").asInt()).isEqualTo(6);
    assertThat(json.get("accuracy").asDouble()).isEqualTo(0.5);
    assertThat(json.get("ci95")).hasSize(2);
    assertThat(json.get("seed").asInt()).isEqualTo(3);
    assertThat(json.get("oracle").get("accuracy").asDouble()).isEqualTo(1);
    assertThat(json.get("single").get("accuracy").asDouble()).isEqualTo((0.5 + 0.25) / 2);
    assertThat(new JsonMapper().readTree(Files.readString(out.resolve("summary.json"))))
        .isEqualTo(json);
  }

  @Test
  void anEvaluationGoesOnWithItsEngineWhateverAutoWouldTake() {
    assertThat(eval("--out", out + "", "--n", "4").code()).isZero();

    String[] command = arguments("--out", out + "", "--n", "4", "--json");
    command[2] = "auto";
    Said again = new Terminal(home).run(command);

    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.json().get("engine").asString()).isEqualTo("scripted");
    assertThat(again.err()).doesNotContain("holds another evaluation", "auto takes");
  }

  @Test
  void theFolderHoldsWhatWasPromised() throws IOException {
    Said said = eval("--out", out + "", "--n", "4");

    assertThat(said.code()).isZero();
    assertThat(said.out())
        .contains("self-consistency with scripted on 6 problems of sums.jsonl", "SAMPLES")
        .contains("the answer, by vote", "50.0 %", "37.5 %", "100.0 %");
    assertThat(said.err()).contains("report.html");
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files.map(it -> it.getFileName().toString()))
          .containsExactlyInAnyOrder(
              ".lock",
              "eval.json",
              "results.jsonl",
              "traces",
              "summary.json",
              "curve.svg",
              "curve.png",
              "report.html");
    }
    assertThat(Files.readAllLines(out.resolve("results.jsonl"))).hasSize(6);
    assertThat(out.resolve("traces/00005.jsonl")).exists();
    assertThat(Files.readString(out.resolve("eval.json"))).doesNotContain(folder.toString());
  }

  @Test
  void theSameCommandAgainComputesNothing() {
    JsonNode first = eval("--out", out + "", "--n", "4", "--json").json();
    JsonNode again = eval("--out", out + "", "--n", "4", "--json").json();
    JsonNode elsewhere = eval("--out", out + "2", "--n", "4", "--json").json();

    assertThat(first.get("paid").get("generatedTokens").asLong()).isPositive();
    assertThat(again.get("paid").get("generatedTokens").asLong()).isZero();
    assertThat(elsewhere.get("paid").get("generatedTokens").asLong()).isZero();
    assertThat(again.get("curve")).isEqualTo(first.get("curve"));
    assertThat(elsewhere.get("curve")).isEqualTo(first.get("curve"));
    assertThat(elsewhere.get("spend").get("generatedTokens"))
        .isEqualTo(first.get("spend").get("generatedTokens"));
  }

  @Test
  void reportsAreMadeAgainFromTheFolder() throws IOException {
    eval("--out", out + "", "--n", "4");
    Files.delete(out.resolve("report.html"));

    Said said = new Terminal(home).run("report", out + "");
    Said nothing = new Terminal(home).run("report", folder + "");

    assertThat(said.code()).isZero();
    assertThat(out.resolve("report.html")).exists();
    assertThat(nothing.code()).isEqualTo(3);
    assertThat(nothing.err()).contains("holds no evaluation");
  }

  @Test
  void otherSettingsAreRefusedBeforeTheModelIsOpened() {
    eval("--out", out + "", "--n", "4");
    model = folder.resolve("nowhere.gguf");

    Said said = eval("--out", out + "", "--n", "2", "--limit", "3");

    assertThat(said.code()).isEqualTo(2);
    assertThat(said.err())
        .contains("n (4) is now 2", "problems (6) is now 3", "all from number 0 on")
        .hasLineCount(1);
  }

  @Test
  void wrongInputIsToldAndWritesNothing() throws IOException {
    Said many = eval("--out", out + "", "--limit", "9");
    Said draw = eval("--out", out + "", "--sample", "9");
    Said nowhere = eval();
    Said parallel = eval("--out", out + "", "--parallel", "few");
    Said unknown = eval("--out", out + "", "--method", "guess");
    Files.writeString(data, "{\"id\":\"a\",\"question\":\"b?\"}\n");
    Said unanswered = eval("--out", out + "");
    Files.writeString(data, "");
    Said empty = eval("--out", out + "");

    assertThat(many.code()).isEqualTo(2);
    assertThat(many.err()).contains("--limit (9) is more than the 6 rows that sums.jsonl has");
    assertThat(draw.err()).contains("--sample (9) is more than the 6 rows");
    assertThat(nowhere.code()).isEqualTo(2);
    assertThat(nowhere.err()).contains("--out is missing");
    assertThat(parallel.err()).contains("--parallel (few) must be auto or a number");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unanswered.code()).isEqualTo(3);
    assertThat(unanswered.err()).contains("answer");
    assertThat(empty.code()).isEqualTo(3);
    assertThat(empty.err()).contains("is empty");
    assertThat(out).doesNotExist();
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    Said said = eval("--out", file.resolve("below") + "");

    assertThat(said.code()).isEqualTo(3);
    assertThat(said.err()).contains(file.resolve("below") + " cannot be written").hasLineCount(1);
  }

  @Test
  void dryRunEstimatesTheWholeWithoutAFolder() {
    Said said = eval("--n", "8", "--dry-run", "--json");
    JsonNode real = eval("--out", out + "", "--n", "8", "--json").json();

    assertThat(said.code()).as(said.err()).isZero();
    JsonNode json = said.json();
    assertThat(json.get("problems").asInt()).isEqualTo(6);
    assertThat(json.get("samples").asInt()).isEqualTo(48);
    double tokens = real.get("spend").get("generatedTokens").asDouble();
    assertThat(json.get("spend").get("generatedTokens").asDouble())
        .isBetween(0.7 * tokens, 1.3 * tokens);
    assertThat(real.get("paid").get("generatedTokens").asDouble()).isLessThan(tokens);
    assertThat(eval("--n", "4", "--dry-run").out()).contains("AT MOST", "from 6 of 6 problems");
  }

  @Test
  void anotherEvaluationsSamplesCanBeReused() {
    eval("--out", out + "", "--n", "4", "--method", "best-of-n", "--verifier", "logprob");
    String[] judged = {
      "--method", "best-of-n", "--verifier", "vote", "--n", "4", "--out", out + "2", "--json"
    };
    List<String> reusing = new ArrayList<>(List.of(judged));
    reusing.addAll(List.of("--reuse", out + ""));

    Said said = eval(reusing.toArray(String[]::new));

    assertThat(said.code()).as(said.err()).isZero();
    assertThat(said.json().get("paid").get("generatedTokens").asLong()).isZero();
    assertThat(eval("--out", out + "3", "--reuse", "zzzz").code()).isEqualTo(3);
  }

  @Test
  void theOracleIsGivenTheAnswers() {
    JsonNode json =
        eval(
                "--out",
                out + "",
                "--method",
                "best-of-n",
                "--verifier",
                "oracle",
                "--n",
                "4",
                "--json")
            .json();

    assertThat(json.get("accuracy").asDouble()).isEqualTo(1);
  }

  @Test
  void redactedFoldersHoldNoTexts() throws IOException {
    Said said = eval("--out", out + "", "--n", "4", "--redact");

    assertThat(said.code()).isZero();
    try (Stream<Path> files = Files.walk(out)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain("Two and two", "sum 1?", "boxed");
      }
    }
    assertThat(out.resolve("traces")).doesNotExist();
  }

  @Test
  void aConfigurationMayHoldEverything() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("eval.yaml"),
            "dataset: %s\nout: %s\nmethod: best-of-n\nn: 2\nlimit: 3\n".formatted(data, out));

    Said said =
        new Terminal(home)
            .run(
                "eval",
                "--engine",
                "scripted",
                "--model",
                model + "",
                "--config",
                config + "",
                "--set",
                "mode=naive",
                "--json");

    assertThat(said.code()).as(said.err()).isZero();
    assertThat(said.json().get("problems").asInt()).isEqualTo(3);
    assertThat(said.json().get("method").asString()).isEqualTo("best-of-n");
  }

  @Test
  void anInterruptedEvaluationSaysHowToGoOn() {
    Terminal terminal = new Terminal(home);
    terminal.interrupt().cancel();

    Said said = terminal.run(arguments("--out", out + "", "--n", "4"));

    assertThat(said.code()).isEqualTo(130);
    assertThat(said.err())
        .contains("ponder: interrupted; 0 of 6 problems are done and kept in " + out)
        .contains("Run the same command again to go on.");
    assertThat(eval("--out", out + "", "--n", "4").code()).isZero();
  }

  @Test
  void oneLineTellsHowFarItIs() {
    assertThat(EvalView.line(new EvalProgress(50, 0, 0, 0, 0, 1, 100, 0)))
        .isEqualTo("0 of 50 problems, 100 tokens/s");
    assertThat(EvalView.line(new EvalProgress(50, 12, 2, 5, 1, 100, 21_000, 0.971)))
        .isEqualTo(
            "12 of 50 problems, 41.7 % ± 24.4 % right, 1 failed, 210 tokens/s, batch 97 % full, 6 min left");
    assertThat(EvalView.time(45.4)).isEqualTo("45 s");
    assertThat(EvalView.time(7_500)).isEqualTo("2 h 5 min");
  }

  @Test
  void benchSearchJudgesOnePoolByAllVerifiers() {
    Said said =
        new Terminal(home)
            .run(
                "bench",
                "search",
                "--engine",
                "scripted",
                "--model",
                model + "",
                "--dataset",
                data + "",
                "--n",
                "4",
                "--verifier",
                "logprob",
                "--verifier",
                "oracle",
                "--json");

    assertThat(said.code()).as(said.err()).isZero();
    JsonNode runs = said.json().get("runs");
    assertThat(runs).hasSize(2);
    assertThat(runs.get(0).propertyNames())
        .containsExactly(
            "method",
            "verifier",
            "settings",
            "samples",
            "accuracy",
            "unanswered",
            "anytime",
            "thinkingTokens",
            "mostThinkingTokens",
            "spend",
            "paid",
            "judging",
            "times",
            "seconds");
    assertThat(runs.get(0).get("times").propertyNames())
        .containsExactly("decode", "scoring", "overhead");
    assertThat(runs.get(0).get("accuracy").propertyNames())
        .containsExactly(
            "answer", "single", "majority_vote", "pred_naive", "pred_weighted", "pass_at");
    assertThat(runs.get(0).get("accuracy").get("answer").get(0).asDouble()).isEqualTo(0.5);
    assertThat(runs.get(1).get("accuracy").get("answer").get(0).asDouble()).isEqualTo(1);
    assertThat(runs.get(1).get("paid").get("generatedTokens").asLong()).isZero();
  }
}
