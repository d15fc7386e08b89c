package ponder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.core.Seed;
import ponder.store.Home;
import ponder.testkit.TinyGguf;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// An evaluation whose process is killed again and again comes to the very results of one that was
/// left alone: llama.cpp on a tiny model, deterministic mode, `kill -9`, several problems at a
/// time.
class EvalKillTest {
  private static final int PROBLEMS = 8;
  private static final int KILLS = 3;
  private static final long PATIENCE_SECONDS = 120;

  @TempDir Path folder;
  private Path model;
  private Path natives;
  private Path data;

  @BeforeEach
  void aTinyModelAndADataSet() throws Exception {
    model = TinyGguf.standard().write(folder.resolve("tiny.gguf"));
    natives = KillTest.natives();
    data =
        Files.write(
            folder.resolve("set.jsonl"),
            IntStream.range(0, PROBLEMS)
                .mapToObj(
                    i ->
                        "{\"id\":\"q%d\",\"question\":\"How many are %d?\",\"answer\":\"%d\"}"
                            .formatted(i, i, i))
                .toList());
  }

  @Test
  void goesOnAfterKillsWithTheSameResults() throws Exception {
    killAndResume(List.of());
  }

  @Tag("nightly")
  @Test
  void goesOnAfterKillsWithoutAJournal() throws Exception {
    killAndResume(List.of("--no-journal"));
  }

  private void killAndResume(List<String> more) throws Exception {
    JsonNode whole = finish("alone", more);
    Path results = folder.resolve("killed/out/results.jsonl");
    for (int kill = 0; kill < KILLS; kill++) {
      Process process = start("killed", more);
      awaitLines(results, process, PROBLEMS * kill / KILLS);
      process.waitFor(
          Long.remainderUnsigned(new Seed(9).split("delay", kill).value(), 60),
          TimeUnit.MILLISECONDS);
      process.destroyForcibly();
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    JsonNode resumed = finish("killed", more);
    JsonNode again = finish("killed", more);

    assertThat(lines("killed")).isEqualTo(lines("alone"));
    assertThat(resumed.get("curve")).isEqualTo(whole.get("curve"));
    assertThat(resumed.get("accuracy")).isEqualTo(whole.get("accuracy"));
    assertThat(tokens(resumed, "spend")).isEqualTo(tokens(whole, "spend"));
    assertThat(tokens(resumed, "paid")).isLessThan(tokens(whole, "paid"));
    assertThat(tokens(again, "paid")).isZero();
    assertThat(folder.resolve("killed/out/waiting.jsonl")).doesNotExist();
  }

  private static long tokens(JsonNode summary, String key) {
    return summary.get(key).get("generatedTokens").asLong();
  }

  /// The results without what differs by right: times, and what a process computed.
  private List<JsonNode> lines(String name) throws Exception {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(name + "/out/results.jsonl"))) {
      ObjectNode node = (ObjectNode) JsonMapper.shared().readTree(line);
      node.remove(List.of("paid", "seconds"));
      ((ObjectNode) node.get("spend")).remove("seconds");
      lines.add(node);
    }
    return lines;
  }

  private static void awaitLines(Path results, Process process, int wanted) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (System.nanoTime() < end) {
      long lines =
          Files.exists(results)
              ? Files.readString(results).chars().filter(it -> it == '\n').count()
              : 0;
      if (lines >= wanted || process.waitFor(5, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  private Process start(String name, List<String> more) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xlog:disable",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "ponder.cli.Main",
                "eval",
                "--dataset",
                data.toString(),
                "--out",
                folder.resolve(name).resolve("out").toString(),
                "--json",
                "--deterministic",
                "--threads",
                "1",
                "--parallel",
                "3",
                "--model",
                model.toString(),
                "--library",
                natives.toString(),
                "--n",
                "6",
                "--max-tokens",
                "48"));
    command.addAll(more);
    Files.createDirectories(folder.resolve(name));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve(name + ".out").toFile())
            .redirectError(folder.resolve(name + ".err").toFile());
    builder.environment().put(Home.VARIABLE, folder.resolve(name).resolve("home").toString());
    return builder.start();
  }

  private JsonNode finish(String name, List<String> more) throws Exception {
    Process process = start(name, more);
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue())
        .as(Files.readString(folder.resolve(name + ".err")))
        .isEqualTo(Ponder.DONE);
    return JsonMapper.shared().readTree(Files.readString(folder.resolve(name + ".out")));
  }
}
