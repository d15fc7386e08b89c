package ponder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.cli.Terminal.Said;

/// Options from `--config` and `--set`: the later and nearer wins, every unknown key is named.
class ConfigTest {
  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void aModel() {
    model = ScriptedEngine.write(folder.resolve("script.gguf"), "It is \\boxed{4}");
  }

  @Test
  void readsYamlAndJson() throws Exception {
    Path yaml = config("c.yaml", "n: 3\nseed: 5\nmin-p: 0.1\n");
    Path json = config("c.json", "{\"n\": 3, \"seed\": 5, \"min-p\": 0.1}");

    Said fromYaml = solve("--config", yaml.toString());
    Said fromJson = solve("--config=" + json);

    assertThat(fromYaml.json().get("candidates")).hasSize(3);
    assertThat(fromYaml.json().get("seed").asInt()).isEqualTo(5);
    assertThat(fromJson.json().get("run")).isEqualTo(fromYaml.json().get("run"));
  }

  @Test
  void setGoesBeforeTheFileAndFlagsBeforeBoth() throws Exception {
    Path file = config("c.yaml", "n: 3\nseed: 5\nmethod: greedy\n");

    Said said =
        solve(
            "--config",
            file.toString(),
            "--set",
            "n=4",
            "--set",
            "seed=6",
            "--seed",
            "7",
            "--method",
            "self-consistency");

    assertThat(said.json().get("candidates")).hasSize(4);
    assertThat(said.json().get("seed").asInt()).isEqualTo(7);
  }

  @Test
  void setReachesOptionsAndTheMethodsSettings() {
    Said said = solve("--set", "n=2", "--set", "system=Be brief.", "--set", "no-journal=true");

    assertThat(said.json().get("candidates")).hasSize(2);
    assertThat(folder.resolve("home/journal")).doesNotExist();
  }

  @Test
  void setReachesTheEnginesSettings() throws Exception {
    Path file = config("c.yaml", "cells: 10\n");

    assertThat(solve("--set", "cells=10").err()).contains("the context (10 tokens)");
    assertThat(solve("--config", file.toString()).err()).contains("the context (10 tokens)");
    Terminal terminal = new Terminal(folder.resolve("home"));
    String[] generate = {"generate", "x", "--engine", "scripted", "--model", model + "", "--set"};
    String[] right = java.util.Arrays.copyOf(generate, generate.length + 1);
    right[generate.length] = "cells=10";
    String[] wrong = right.clone();
    wrong[generate.length] = "celsl=10";
    assertThat(terminal.run(right).err()).contains("the context (10 tokens)");
    assertThat(terminal.run(wrong).err())
        .isEqualTo("ponder: Unknown for engine scripted: celsl (10); maybe 'cells' was meant.\n");
  }

  @Test
  void namesEveryUnknownKeyWithTheNearest() throws Exception {
    Path file = config("c.yaml", "n: 3\ntemprature: 1\nzzzzzz: 2\n");

    Said said = solve("--config", file.toString(), "--set", "sed=1");

    assertThat(said.code()).isEqualTo(2);
    assertThat(said.err())
        .isEqualTo(
            "ponder: Unknown for method self-consistency: temprature (1); maybe 'temperature' was"
                + " meant, zzzzzz (2), sed (1); maybe 'seed' was meant. Maybe see 'ponder solve"
                + " --help'.\n");
  }

  @Test
  void refusesAWrongValueAsTheFlagWould() throws Exception {
    Path file = config("c.yaml", "seed: soon\n");

    Said said = solve("--config", file.toString());

    assertThat(said.code()).isEqualTo(2);
    assertThat(said.err()).contains("'soon'").contains("'--seed'").hasLineCount(1);
    assertThat(solve("--set", "no-journal=perhaps").err())
        .isEqualTo("ponder: no-journal (perhaps) must be true or false.\n");
  }

  @Test
  void refusesAFileThatIsNoListOfKeys() throws Exception {
    for (String content : List.of("- a\n- b\n", "n: {deep: 1}\n", "n: [1\n", "just text\n")) {
      Said said = solve("--config", config("c.yaml", content).toString());

      assertThat(said.code()).as(content).isEqualTo(2);
      assertThat(said.err()).as(content).startsWith("ponder: --config (").hasLineCount(1);
    }
    assertThat(solve("--config", folder.resolve("none.yaml").toString()).code()).isEqualTo(3);
  }

  @Test
  void anEmptyFileSaysNothing() throws Exception {
    assertThat(solve("--n", "2", "--config", config("c.yaml", "").toString()).code()).isZero();
  }

  private Path config(String name, String content) throws Exception {
    return Files.writeString(folder.resolve(name), content);
  }

  private Said solve(String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of("solve", "2+2?", "--engine", "scripted", "--model", model + "", "--json"));
    all.addAll(List.of(arguments));
    return new Terminal(folder.resolve("home")).run(all.toArray(String[]::new));
  }
}
