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
import tools.jackson.databind.JsonNode;

/// `ponder generate` and `ponder score` on a scripted model.
class GenerateTest {
  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void aModel() {
    model = ScriptedEngine.write(folder.resolve("script.gguf"), "One, two", "Three");
  }

  @Test
  void jsonHasTheAgreedKeys() {
    Said said = run("generate", "Count", "--n", "2", "--json");

    assertThat(said.code()).isZero();
    assertThat(said.out()).hasLineCount(1);
    JsonNode json = said.json();
    assertThat(json.propertyNames()).containsExactly("completions", "usage");
    JsonNode first = json.get("completions").get(0);
    assertThat(first.propertyNames()).containsExactly("text", "tokens", "logprobs", "finish");
    assertThat(first.get("text").asString()).isEqualTo("One, two");
    assertThat(first.get("finish").asString()).isEqualTo("eos");
    assertThat(first.get("tokens")).hasSize(first.get("logprobs").size());
    assertThat(first.get("logprobs").get(0).asDouble()).isNegative();
    assertThat(json.get("usage").propertyNames())
        .containsExactly("promptTokens", "cachedPromptTokens", "generatedTokens", "scoredTokens");
    assertThat(json.get("completions").get(1).get("text").asString()).isEqualTo("Three");
  }

  @Test
  void stopsAtTheStopTextAndAtTheLength() {
    JsonNode stopped = run("generate", "x", "--stop", ", ", "--json").json();
    JsonNode cut = run("generate", "x", "--max-tokens", "3", "--json").json();

    assertThat(stopped.get("completions").get(0).get("text").asString()).isEqualTo("One");
    assertThat(stopped.get("completions").get(0).get("finish").asString()).isEqualTo("stop");
    assertThat(cut.get("completions").get(0).get("text").asString()).isEqualTo("One");
    assertThat(cut.get("completions").get(0).get("finish").asString()).isEqualTo("length");
  }

  @Test
  void rawTakesTheTextAsItStandsAndChatPutsItIntoTheTemplate() throws Exception {
    Path prompt = Files.writeString(folder.resolve("p.txt"), "ab\n");

    JsonNode raw = run("generate", "--prompt-file", prompt + "", "--raw", "--json").json();
    JsonNode chat = run("generate", "--prompt-file", prompt + "", "--json").json();
    JsonNode typed = run("generate", "ab", "--json").json();

    assertThat(raw.get("usage").get("promptTokens").asInt()).isEqualTo(3);
    assertThat(chat.get("usage").get("promptTokens").asInt())
        .isEqualTo(typed.get("usage").get("promptTokens").asInt())
        .isGreaterThan(3);
  }

  @Test
  void printsTheTextAndNothingElseOnTheOutput() {
    Said one = run("generate", "x");
    Said two = run("generate", "x", "--n", "2");

    assertThat(one.out()).isEqualTo("One, two\n");
    assertThat(one.err()).contains("ended by eos").hasLineCount(1);
    assertThat(two.out()).isEqualTo("--- sample 0 ---\nOne, two\n--- sample 1 ---\nThree\n");
  }

  @Test
  void readsStandardInput() {
    Said said =
        new Terminal(folder.resolve("home"))
            .typing("ab")
            .run("generate", "-", "--raw", "--json", "--engine", "scripted", "--model", model + "");

    assertThat(said.json().get("usage").get("promptTokens").asInt()).isEqualTo(2);
  }

  @Test
  void aPromptBeyondTheContextIsAModelError() {
    Said said = run("generate", "x".repeat(5000), "--json");

    assertThat(said.code()).isEqualTo(3);
    assertThat(said.err()).contains("does not fit into the context");
    assertThat(said.out()).isEmpty();
  }

  @Test
  void anInterruptedGenerationSaysSo() {
    Terminal terminal = new Terminal(folder.resolve("home"));
    terminal.interrupt().cancel();

    Said said = terminal.run("generate", "x", "--engine", "scripted", "--model", model + "");

    assertThat(said.code()).isEqualTo(130);
    assertThat(said.err()).contains("ponder: interrupted.");
  }

  @Test
  void scoresEachTokenAndTheirSum() throws Exception {
    Path prompt = Files.writeString(folder.resolve("p.txt"), "ab");
    Path continuation = Files.writeString(folder.resolve("c.txt"), "cde\n");

    Said said =
        run(
            "score",
            "--prompt-file",
            prompt + "",
            "--continuation-file",
            continuation + "",
            "--json");
    Said shown =
        run("score", "--prompt-file", prompt + "", "--continuation-file", continuation + "");

    assertThat(said.code()).isZero();
    JsonNode json = said.json();
    assertThat(json.propertyNames()).containsExactly("tokens", "logprobs", "sum");
    assertThat(json.get("tokens")).hasSize(4);
    assertThat(json.get("logprobs").get(3).asDouble()).isEqualTo(-0.5);
    assertThat(json.get("sum").asDouble()).isEqualTo(-2.0);
    assertThat(shown.out()).hasLineCount(5).contains("\\n").endsWith("sum of 4 tokens\n");
  }

  private Said run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--engine", "scripted", "--model", model.toString()));
    return new Terminal(folder.resolve("home")).run(all.toArray(String[]::new));
  }
}
