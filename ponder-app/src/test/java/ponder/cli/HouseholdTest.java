package ponder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.catalog.Catalogue;
import ponder.catalog.TorchLibraries;
import ponder.cli.Terminal.Said;
import ponder.store.Home;
import tools.jackson.databind.JsonNode;

/// The commands around models, natives and the journal, where nothing can be fetched.
class HouseholdTest {
  @TempDir Path folder;

  @Test
  void listsTheCatalogue() {
    JsonNode models = run("models", "list", "--json").json().get("models");
    String table = run("models", "list").out();

    assertThat(models.get(0).get("name").asString()).isEqualTo("smollm2-135m");
    assertThat(models.get(0).get("installed").asBoolean()).isFalse();
    assertThat(table).contains("smollm2-135m *", "98.4 MB", "no");
  }

  @Test
  void theHelpNamesTheDefaultModel() {
    String preferred = Catalogue.load(new Home(folder)).preferred().name();

    assertThat(run("solve", "--help").out().replaceAll("\\s+", " "))
        .contains("(default: " + preferred);
  }

  @Test
  void showsAModelAndOffersTheNearest() {
    assertThat(run("models", "info", "smollm2-135m", "--json").json().get("sha256").asString())
        .hasSize(64);
    assertThat(run("models", "info", "smollm2-135m").out()).contains("Apache-2.0", "pypi:");

    Said said = run("models", "info", "smolm2-135m");
    assertThat(said.code()).isEqualTo(3);
    assertThat(said.err()).contains("Maybe 'smollm2-135m' was meant.").hasLineCount(1);
  }

  @Test
  void removesAModelThatIsThere() throws Exception {
    Path file = folder.resolve("home/models/SmolLM2-135M-Instruct.Q4_1.gguf");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "GGUF");

    assertThat(run("models", "rm", "smollm2-135m").code()).isZero();
    assertThat(file).doesNotExist();
    assertThat(run("models", "rm", "smollm2-135m").code()).isEqualTo(3);
  }

  @Test
  void refusesToWriteAModelAsATypeThatThereIsNot() {
    Said said = run("models", "requantize", "smollm2-135m", "--type", "q9");
    assertThat(said.code()).isEqualTo(2);
    assertThat(said.err()).contains("q9", "q8_0").hasLineCount(1);
  }

  @Test
  void refusesToExportWhatCannotBeMeant() {
    Said type = run("models", "export", "smollm2-135m", "--out", "x", "--dtype", "int8");
    assertThat(type.code()).isEqualTo(2);
    assertThat(type.err()).contains("int8", "bfloat16").hasLineCount(1);

    Said scales =
        run(
            "models",
            "export",
            "smollm2-135m",
            "--out",
            "x",
            "--adapter",
            "a",
            "--scale",
            "1",
            "--scale",
            "2");
    assertThat(scales.code()).isEqualTo(2);
    assertThat(scales.err()).contains("2 times --scale for 1 adapters").hasLineCount(1);
  }

  @Test
  void withoutPipNoModelCanBeFetchedAndTheErrorSaysSo() {
    Said said = run("models", "pull", "smollm2-135m");

    assertThat(said.code()).isEqualTo(3);
    assertThat(said.out()).isEmpty();
    assertThat(said.err()).contains("pip").contains("Maybe");
    assertThat(said.err().lines().filter(line -> line.startsWith("ponder: "))).hasSize(1);
  }

  @Test
  void withoutNpmNoNativesCanBeFetchedAndTheErrorSaysSo() {
    Said said = run("natives", "pull");

    assertThat(said.code()).isEqualTo(3);
    assertThat(said.err()).contains("npm").contains("Maybe");
    assertThat(run("natives", "info").code()).isEqualTo(3);
    assertThat(run("natives", "list", "--json").json().get("natives").size()).isPositive();
  }

  @Test
  void aHomeThatCannotBeWrittenIsNamedWithTheWayOut() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");

    Said said = new Terminal(file.resolve("home")).run("models", "pull", "smollm2-135m");

    assertThat(said.code()).isEqualTo(3);
    assertThat(said.err()).contains("PONDER_HOME").contains("Maybe");
  }

  @Test
  void doctorNamesWhatIsMissingAndTheCommandThatGetsIt() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    for (String tool : new String[] {"npm", "pip3"}) {
      Files.writeString(bin.resolve(tool), "#!/bin/sh\n");
      assertThat(bin.resolve(tool).toFile().setExecutable(true)).isTrue();
    }
    Terminal equipped = new Terminal(folder.resolve("home")).with("PATH", bin.toString());

    Said bare = run("doctor", "--json");
    Said said = equipped.run("doctor", "--json");

    assertThat(bare.code()).isEqualTo(3);
    assertThat(check(bare, "natives").get("state").asString()).isEqualTo("broken");
    assertThat(said.code()).isZero();
    assertThat(said.json().get("healthy").asBoolean()).isTrue();
    assertThat(check(said, "npm").get("state").asString()).isEqualTo("ok");
    assertThat(check(said, "maven").get("remedy").asString()).contains("install maven");
    assertThat(check(said, "natives").get("remedy").asString()).isEqualTo("ponder natives pull");
    assertThat(check(said, "torch").get("state").asString()).isEqualTo("missing");
    assertThat(check(said, "torch").get("remedy").asString())
        .isEqualTo("ponder natives pull torch");
    assertThat(check(said, "gpu").get("detail").asString()).isNotEmpty();
    assertThat(check(said, "model").get("remedy").asString())
        .isEqualTo("ponder models pull smollm2-135m");
    assertThat(said.json().get("tokensPerSecond").isNull()).isTrue();
    assertThat(folder.resolve("home")).doesNotExist();
    assertThat(equipped.run("doctor").out()).contains("ponder natives pull", "java");
  }

  @Test
  void doctorDoesNotMissLlamaWhereLibtorchIs() throws Exception {
    Path libtorch =
        folder.resolve("home/natives/torch-" + TorchLibraries.version() + "-cuda/ponder-stamp");
    Files.createDirectories(libtorch.getParent());
    Files.createFile(libtorch);

    JsonNode natives = check(run("doctor", "--quick", "--json"), "natives");

    assertThat(natives.get("state").asString()).isEqualTo("missing");
    assertThat(natives.get("detail").asString()).contains("--engine llama");
  }

  private static JsonNode check(Said said, String name) {
    for (JsonNode check : said.json().get("checks")) {
      if (check.get("name").asString().equals(name)) {
        return check;
      }
    }
    throw new AssertionError("no check " + name + " in " + said.out());
  }

  @Test
  void benchTreeMeasuresNodesBlockByBlock() {
    Said said =
        run(
            "bench", "tree", "--nodes", "60", "--block", "20", "--runs", "2", "--set", "steps=5",
            "--json");

    assertThat(said.code()).as(said.err()).isZero();
    JsonNode json = said.json();
    assertThat(json.get("method").asString()).isEqualTo("mcts");
    assertThat(json.get("settings").get("steps").asString()).isEqualTo("5");
    assertThat(json.get("blocks")).hasSize(3);
    for (JsonNode block : json.get("blocks")) {
      assertThat(block.get("micros").get("runs")).hasSize(2);
      assertThat(block.get("micros").get("min").asDouble()).isPositive();
      assertThat(block.get("bytes").get("runs")).hasSize(2);
    }
    assertThat(json.get("blocks").get(2).get("upTo").asInt()).isEqualTo(60);
    assertThat(json.get("growth").get("runs")).hasSize(2);
  }

  @Test
  void benchTreeRefusesWhatItCannotMeasure() {
    assertThat(run("bench", "tree", "--nodes", "50", "--block", "20").err())
        .contains("--block (20) must divide --nodes (50)", "Maybe --nodes 60 was meant.");
    assertThat(run("bench", "tree", "--method", "greedy", "--nodes", "20", "--block", "20").code())
        .isNotZero();
  }

  @Test
  void benchPrintsMinimumMedianAndMaximumOfItsRuns() {
    Path model = ScriptedEngine.write(folder.resolve("script.gguf"), "a b c d");
    String[] command = {
      "bench",
      "engine",
      "--engine",
      "scripted",
      "--model",
      model + "",
      "--runs",
      "2",
      "--n",
      "3",
      "--prompt-tokens",
      "9",
      "--max-tokens",
      "4",
      "--prefix-tokens",
      "30"
    };

    Said said = run(command);

    assertThat(said.code()).isZero();
    assertThat(said.out()).contains("MEDIAN", "prefill", "decode, one sample", "n=3");
    assertThat(said.err()).contains("run 2 of 2 done");
    assertThat(run("bench", "engine", "--runs", "0").code()).isEqualTo(2);
  }

  @Test
  void benchMeasuresOnlyTheCasesAskedFor() {
    Path model = ScriptedEngine.write(folder.resolve("script.gguf"), "a b c d");
    String[] command = {"bench", "engine", "--engine", "scripted", "--model", model + "", "--case"};

    Said unknown = run(with(command, "trash"));
    Said lacking = run(with(command, "thrash"));

    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("--case (trash) is unknown. Maybe 'thrash' was meant");
    assertThat(lacking.code()).isEqualTo(2);
    assertThat(lacking.err()).contains("Engine scripted has no setting 'reuse'");
  }

  private static String[] with(String[] command, String last) {
    String[] longer = Arrays.copyOf(command, command.length + 1);
    longer[command.length] = last;
    return longer;
  }

  @Test
  void listsAndRemovesRuns() {
    Path model = ScriptedEngine.write(folder.resolve("script.gguf"), "It is \\boxed{4}");
    assertThat(run("journal", "ls").out()).isEmpty();
    assertThat(folder.resolve("home")).doesNotExist();
    String run =
        run("solve", "2+2?", "--engine", "scripted", "--model", model + "", "--n", "2", "--json")
            .json()
            .get("run")
            .asString();

    JsonNode listed = run("journal", "ls", "--json").json().get("runs");
    assertThat(listed).hasSize(1);
    assertThat(listed.get(0).get("id").asString()).isEqualTo(run);
    assertThat(listed.get(0).get("samples").asInt()).isEqualTo(2);
    assertThat(run("journal", "ls").out()).contains(run, "finished", "2+2?");

    assertThat(run("journal", "gc").out()).isEmpty();
    assertThat(run("journal", "gc", "--older-than", "0s", "--dry-run").out()).contains(run);
    assertThat(run("journal", "ls").out()).contains(run);
    assertThat(run("journal", "gc", "--older-than", "0s").err()).contains("1 runs");
    assertThat(run("journal", "ls").out()).isEmpty();
  }

  @Test
  void refusesATimeOrSizeThatIsNone() {
    Stream.of("--older-than=soon", "--max-size=large", "--older-than=3y")
        .forEach(
            option -> {
              Said said = run("journal", "gc", option);
              assertThat(said.code()).isEqualTo(2);
              assertThat(said.err()).contains("such as").hasLineCount(1);
            });
  }

  @Test
  void groupsNeedACommand() {
    assertThat(run("models").code()).isEqualTo(2);
    assertThat(run("models").err())
        .startsWith(
            "ponder: A command is missing after 'ponder models'. Maybe one of [list, pull, ")
        .endsWith("] was meant.\n");
    assertThat(run("models", "pul").err()).contains("Maybe 'pull' was meant.");
  }

  private Said run(String... arguments) {
    return new Terminal(folder.resolve("home")).run(arguments);
  }
}
