package ponder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.catalog.Natives;
import ponder.catalog.Progress;
import ponder.core.Seed;
import ponder.model.EngineException;
import ponder.store.Home;
import ponder.store.Journal;
import ponder.testkit.TinyGguf;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A process that is killed in the middle of a run and started again pays for nothing twice and
/// comes to the very result of a run that was left alone: llama.cpp on a tiny model, deterministic
/// mode, `kill -9`.
class KillTest {
  private static final int SAMPLES = 40;
  private static final int MAX_TOKENS = 48;
  private static final long PATIENCE_SECONDS = 120;

  @TempDir Path folder;
  private Path model;
  private Path natives;

  @BeforeEach
  void aTinyModel() {
    model = TinyGguf.standard().write(folder.resolve("tiny.gguf"));
    natives = natives();
  }

  @Test
  void resumesAfterFiveKillsWithTheSameResult() throws Exception {
    killAndResume(5, new Seed(5));
  }

  @Tag("nightly")
  @Test
  void resumesAfterTwentyKillsWithTheSameResult() throws Exception {
    killAndResume(20, new Seed(20));
  }

  private void killAndResume(int kills, Seed seed) throws Exception {
    JsonNode whole = finish("alone");
    Path home = Files.createDirectories(folder.resolve("killed"));

    long kept = 0;
    try (Journal journal = Journal.open(new Home(home).journal())) {
      for (int kill = 0; kill < kills; kill++) {
        Process process = start("killed");
        awaitSamples(journal, process, (long) SAMPLES * kill / kills);
        // Somewhere in the samples that follow, or in what comes before the first.
        long delay = Long.remainderUnsigned(seed.split("delay", kill).value(), 60);
        process.waitFor(delay, TimeUnit.MILLISECONDS);
        process.destroyForcibly();
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(samples(journal)).as("after kill %d", kill).isGreaterThanOrEqualTo(kept);
        kept = samples(journal);
      }
      JsonNode resumed = finish("killed");
      JsonNode again = finish("killed");

      assertThat(kept).isPositive();
      assertThat(samples(journal)).isEqualTo(SAMPLES);
      assertThat(journal.runs()).hasSize(1);
      assertThat(result(resumed)).isEqualTo(result(whole));
      assertThat(result(again)).isEqualTo(result(whole));
      assertThat(paid(whole)).isEqualTo(whole.get("spend").get("generatedTokens").asLong());
      assertThat(paid(resumed)).isLessThan(paid(whole));
      assertThat(paid(again)).isZero();
    }
  }

  private static void awaitSamples(Journal journal, Process process, long wanted)
      throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (samples(journal) < wanted && System.nanoTime() < end) {
      if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
    assertThat(samples(journal)).isGreaterThanOrEqualTo(wanted);
  }

  private static long samples(Journal journal) {
    return journal.runs().stream().mapToLong(run -> run.samples()).sum();
  }

  private static long paid(JsonNode solution) {
    return solution.get("paid").get("generatedTokens").asLong();
  }

  /// All but what differs by right: time, and what this process computed.
  private static JsonNode result(JsonNode solution) {
    ObjectNode result = (ObjectNode) solution.deepCopy();
    result.remove("paid");
    ((ObjectNode) result.get("spend")).remove("seconds");
    return result;
  }

  private Process start(String home) throws Exception {
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
                "ponder.cli.Main"));
    command.addAll(
        List.of(
            "solve",
            "How many?",
            "--json",
            "--deterministic",
            "--threads",
            "1",
            "--model",
            model.toString(),
            "--library",
            natives.toString(),
            "--n",
            "" + SAMPLES,
            "--max-tokens",
            "" + MAX_TOKENS,
            "--set",
            "wave=4"));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve(home + ".out").toFile())
            .redirectError(folder.resolve(home + ".err").toFile());
    builder.environment().put(Home.VARIABLE, folder.resolve(home).toString());
    return builder.start();
  }

  /// What a run in `home` prints, left alone.
  private JsonNode finish(String home) throws Exception {
    Process process = start(home);
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue())
        .as(Files.readString(folder.resolve(home + ".err")))
        .isIn(Ponder.DONE, Ponder.NO_ANSWER);
    return JsonMapper.shared().readTree(Files.readString(folder.resolve(home + ".out")));
  }

  /// llama.cpp's libraries: those in the folder that `PONDER_NATIVES` names, else pulled once into
  /// `.work` of the checkout. Without them a build server fails and anyone else skips the test.
  static Path natives() {
    String given = System.getenv("PONDER_NATIVES");
    if (given != null && !given.isBlank()) {
      return Path.of(given);
    }
    Home work = new Home(Path.of(System.getProperty("ponder.root"), ".work"));
    try {
      return new Natives(work, System.getenv()).pull("", Progress.NONE).library().folder();
    } catch (EngineException e) {
      if (System.getenv("CI") != null) {
        throw e;
      }
      return Assumptions.abort("llama.cpp's libraries cannot be had: " + e);
    }
  }
}
