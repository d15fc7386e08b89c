package ponder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ponder.cli.Terminal.Said;

/// Wrong usage: exit code 2, one line on the error stream that names the thing and the way out,
/// nothing on standard output.
class UsageTest {
  @TempDir Path folder;

  @Test
  void offersTheNearestCommand() {
    expect(run("generat", "x"), "ponder: Unknown command 'generat'. Maybe 'generate' was meant.");
  }

  @Test
  void offersTheNearestOption() {
    expect(
        run("generate", "x", "--temprature=1"),
        "ponder: Unknown option '--temprature'. Maybe '--temperature' was meant.");
  }

  @Test
  void namesTheMistypedOptionBeforeTheMissingOne() {
    expect(
        run("score", "--promt-file", "x", "--continuation-file", "y"),
        "ponder: Unknown option '--promt-file'. Maybe '--prompt-file' was meant.");
  }

  @Test
  void pointsToTheHelpIfNothingIsNear() {
    expect(run("zzzzzz"), "ponder: Unknown command 'zzzzzz'. Maybe see 'ponder --help'.");
  }

  @Test
  void saysThatACommandIsMissing() {
    assertThat(run().err()).startsWith("ponder: A command is missing after 'ponder'. Maybe one of");
    assertThat(run().code()).isEqualTo(2);
  }

  @Test
  void refusesAnOptionWithoutOrWithAWrongValue() {
    assertThat(run("generate", "x", "--n").err()).contains("'--n'").hasLineCount(1);
    assertThat(run("generate", "x", "--n", "many").err()).contains("'many'").contains("'--n'");
    assertThat(run("generate", "x", "--n", "many").code()).isEqualTo(2);
  }

  @Test
  void refusesNoSamplesAndColdNegativeTemperature() {
    expect(run("generate", "x", "--n", "0"), "ponder: n (0) must be at least 1.");
    expect(
        run("generate", "x", "--temperature", "-1"),
        "ponder: temperature (-1.0) must be 0 or more.");
    expect(
        run("generate", "x", "--top-p", "0"), "ponder: topP (0.0) must be above 0 and at most 1.");
    expect(run("generate", "x", "--max-tokens", "0"), "ponder: maxTokens (0) must be at least 1.");
  }

  @Test
  void refusesAnEmptyPrompt() throws Exception {
    Path empty = Files.writeString(folder.resolve("empty.txt"), "");

    expect(run("generate", ""), "ponder: The prompt (0 characters) must not be empty.");
    expect(run("generate", "-"), "ponder: The prompt (0 characters) must not be empty.");
    expect(
        run("generate", "--prompt-file", empty.toString()),
        "ponder: The prompt (0 characters) must not be empty.");
    assertThat(run("score", "--prompt-file", empty + "", "--continuation-file", empty + "").err())
        .isEqualTo(
            "ponder: --prompt-file (%s, 0 characters) must not be empty.\n".formatted(empty));
  }

  @Test
  void refusesAPromptThatIsMissingOrThere() {
    assertThat(run("generate").err()).startsWith("ponder: A prompt is missing. Maybe");
    assertThat(run("generate").code()).isEqualTo(2);
    assertThat(run("generate", "x", "--prompt-file", "y").code()).isEqualTo(2);
  }

  @Test
  void refusesBytesThatAreNoText() throws Exception {
    Path file = Files.write(folder.resolve("latin.txt"), new byte[] {'a', (byte) 0xE9, 'b'});

    expect(
        run("generate", "--prompt-file", file.toString()),
        "ponder: %s (3 bytes) must be UTF-8 text.".formatted(file));
  }

  @Test
  void namesAFileThatIsNotThere() {
    Said said = run("generate", "--prompt-file", folder.resolve("none").toString());

    assertThat(said.code()).isEqualTo(3);
    assertThat(said.err())
        .isEqualTo("ponder: There is no file '%s'.\n".formatted(folder.resolve("none")));
  }

  @Test
  void showsTheStackTraceOnlyWithDebug() {
    String missing = folder.resolve("none").toString();

    assertThat(run("generate", "--prompt-file", missing).err()).doesNotContain("\tat ");
    assertThat(run("generate", "--prompt-file", missing, "--debug").err()).contains("\tat ponder");
    assertThat(run("--debug", "generate", "--prompt-file", missing).err()).contains("\tat ponder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--n", "--temperature", "--top-p", "--max-tokens", "--seed", "--model"})
  void helpShowsEveryDefault(String option) {
    String help = run("generate", "--help").out();

    assertThat(help.substring(help.indexOf(option + "="))).contains("(default: ");
  }

  @Test
  void helpAndVersionAreAnswers() {
    assertThat(run("--help").code()).isZero();
    assertThat(run("--help").out()).startsWith("Usage: ponder").contains("generate", "score");
    assertThat(run("score", "--help").out()).startsWith("Usage: ponder score");
    assertThat(run("--version").out()).matches("ponder \\d+\\.\\d+\\.\\S+ \\(Java 2\\S+\\)\n");
  }

  private Said run(String... arguments) {
    return new Terminal(folder.resolve("home")).run(arguments);
  }

  private static void expect(Said said, String line) {
    assertThat(said.err()).isEqualTo(line + "\n");
    assertThat(said.out()).isEmpty();
    assertThat(said.code()).isEqualTo(2);
  }
}
