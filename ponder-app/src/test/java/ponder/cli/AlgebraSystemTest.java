package ponder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import ponder.cli.Terminal.Said;
import ponder.grade.Profile;
import ponder.grade.Verdict;

/// `ponder grade --cas` with made-up Pythons.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "The stand-in Pythons are shell scripts")
@Timeout(60)
class AlgebraSystemTest {
  private static final String READY = "echo '{\"ready\":true,\"bounded\":true}'\n";

  /// Numbers its answers as it numbers the questions, from 1 in each process.
  private static final String ANSWERS =
      READY + "while read line; do n=${line%%%%,*}; echo \"{\\\"number\\\":${n#?},%s}\"; done";

  private static final String SUM = "\\\\sum_{k=1}^{\\\\infty}\\\\frac{1}{k^2}";
  private static final String OPEN =
      "{\"answer\":\"" + SUM + "\",\"reference\":\"\\\\frac{\\\\pi^2}{6}\"}\n";
  private static final String PLAIN = "{\"answer\":\"7\",\"reference\":\"7\"}\n";
  private static final String UNREADABLE = "{\"answer\":\"\\\\frac{\",\"reference\":\"7\"}\n";

  @TempDir Path folder;

  @Test
  void asksOnlyWhatIsUndecidedAndKeepsTheOrder() throws Exception {
    Said said = grade(answering("equal"), PLAIN + OPEN + UNREADABLE + PLAIN, "--json");

    assertThat(said.out().lines())
        .satisfiesExactly(
            line -> assertThat(line).contains("correct").doesNotContain("cas"),
            line ->
                assertThat(line)
                    .startsWith("{\"verdict\":\"correct\",\"reason\":\"cas\",\"path\":\"")
                    .endsWith(">cas\"}"),
            line -> assertThat(line).contains("undecided").doesNotContain("cas"),
            line -> assertThat(line).contains("correct").doesNotContain("cas"));
    assertThat(said.code()).isZero();
    assertThat(said.err()).isEmpty();
  }

  @Test
  void withoutItNothingIsAsked() {
    Said said = new Terminal(folder).typing(OPEN).run("grade", "--json");

    assertThat(said.out()).contains("undecided").doesNotContain("cas");
  }

  @Test
  void differentIsWrongAndUnknownStaysUndecided() throws Exception {
    assertThat(grade(answering("different"), OPEN, "--json").out())
        .contains("\"wrong\",\"reason\":\"cas\"");
    assertThat(grade(answering("unknown"), OPEN, "--json").out())
        .contains("undecided")
        .contains(">cas\"")
        .doesNotContain("\"reason\":\"cas\"");
  }

  @Test
  void countsWhatWasAskedAndDecided() throws Exception {
    assertThat(grade(answering("equal"), PLAIN + OPEN + OPEN).out())
        .endsWith("(100.0 % correct); 2 asked of the algebra system, 2 decided\n");
    assertThat(grade(answering("unknown"), OPEN).out())
        .endsWith("; 1 asked of the algebra system, 0 decided\n");
  }

  @Test
  void asksAboutEachAlternativeThatIsUndecided() throws Exception {
    String pair = "{\"answer\":\"" + SUM + "\",\"reference\":[\"\\\\frac{\",\"\\\\pi\"]}\n";

    assertThat(grade(answering("equal"), pair, "--json").out())
        .contains("\"correct\",\"reason\":\"cas\",\"path\":\"any[1]>");
  }

  @Test
  void garbageAndDeathLeaveThePairUndecidedAndTheNextGetsANewChild() throws Exception {
    for (String broken : new String[] {"echo '{\"number\":999,\"answer\":\"equal\"}'", "exit 7"}) {
      Path dead = folder.resolve("dead");
      Files.deleteIfExists(dead);
      String script =
          READY
              + "read line; if [ -e '%1$s' ]; then n=${line%%%%,*};".formatted(dead)
              + " echo \"{\\\"number\\\":${n#?},\\\"answer\\\":\\\"equal\\\"}\"; read line;"
              + " else : > '%s'; %s; fi".formatted(dead, broken);

      Said said = grade(python(script), OPEN + OPEN, "--json");

      assertThat(said.out().lines())
          .satisfiesExactly(
              line -> assertThat(line).contains("undecided").endsWith(">cas\"}"),
              line -> assertThat(line).contains("correct"));
      assertThat(said.code()).isZero();
    }
  }

  @Test
  void whatTakesTooLongIsEnded() throws Exception {
    Path pid = folder.resolve("pid");
    Path python = python(READY + "echo $$ > '%s'; read line; exec /bin/sleep 600".formatted(pid));
    try (var system = AlgebraSystem.start(python + "", shell(), Duration.ofMillis(300))) {
      Verdict verdict = judge(system);

      assertThat(verdict).isInstanceOf(Verdict.Undecided.class);
      assertThat(verdict.path()).endsWith(">cas>timeout");
      assertThat(system.summary()).isEqualTo("1 asked of the algebra system, 0 decided");
      assertGone(pid);
    }
  }

  @Test
  void closingEndsTheWaiting() throws Exception {
    Path asked = folder.resolve("asked");
    Path python = python(READY + "read line; : > '%s'; exec /bin/sleep 600".formatted(asked));
    var system = AlgebraSystem.start(python + "", shell(), Duration.ofSeconds(600));
    CompletableFuture<Verdict> verdict = CompletableFuture.supplyAsync(() -> judge(system));
    while (!Files.exists(asked) && !verdict.isDone()) {
      Thread.onSpinWait();
    }

    system.close();

    assertThat(verdict.get(20, TimeUnit.SECONDS)).isInstanceOf(Verdict.Undecided.class);
  }

  @Test
  void getsNothingOfTheEnvironmentButWhatItNeedsToStart() throws Exception {
    Path seen = folder.resolve("seen");
    Path python = python("/usr/bin/env > '%s'\n".formatted(seen) + READY + "read line");
    Terminal terminal = new Terminal(folder).with("SECRET_KEY", "hidden").typing("");

    terminal.run("grade", "--cas", "--python", python + "", "--json");

    assertThat(Files.readString(seen)).contains("PYTHONHASHSEED=0").doesNotContain("hidden");
  }

  @Test
  void missingPythonOrSymPyIsAUsageErrorBeforeAnythingIsGraded() throws Exception {
    Said none = new Terminal(folder).typing(PLAIN).run("grade", "--cas");
    Said unnamed = new Terminal(folder).run("grade", "--cas", "--python", folder + "/none");
    Said bare = grade(python("echo '{\"ready\":false,\"missing\":\"sympy\"}'"), PLAIN);
    Said alone = new Terminal(folder).run("grade", "--python", "python3");

    assertThat(none.err()).contains("--cas needs python3 on PATH.", "pip install sympy");
    assertThat(unnamed.err()).contains("none) is no program.");
    assertThat(bare.err()).contains("has no SymPy. Maybe run '", " -m pip install sympy'.");
    assertThat(alone.err()).contains("Maybe add --cas.");
    assertThat(new int[] {none.code(), unnamed.code(), bare.code(), alone.code()})
        .containsOnly(Ponder.USAGE);
    assertThat(none.out() + bare.out()).isEmpty();
  }

  @Test
  void aPythonThatFailsIsQuoted() throws Exception {
    Said said = grade(python("echo 'no memory' >&2; exit 1"), PLAIN);

    assertThat(said.err()).contains("ended: no memory. Maybe name another Python");
    assertThat(said.code()).isEqualTo(Ponder.FAILED);
    assertThat(grade(python("echo Python 9"), PLAIN).err()).contains("does not answer as Python");
  }

  @Test
  void saysWhenMemoryIsNotBounded() throws Exception {
    Said said = grade(python("echo '{\"ready\":true,\"bounded\":false}'; read line"), PLAIN);

    assertThat(said.err()).contains("does not let Python bound its memory");
    assertThat(said.code()).isZero();
  }

  private static Verdict judge(AlgebraSystem system) {
    return system.judge(
        "\\sum_{k=1}^{\\infty}\\frac{1}{k^2}", "\\frac{\\pi^2}{6}", Profile.STANDARD);
  }

  private Said grade(Path python, String input, String... options) {
    String[] command = new String[4 + options.length];
    System.arraycopy(
        new String[] {"grade", "--cas", "--python", python.toString()}, 0, command, 0, 4);
    System.arraycopy(options, 0, command, 4, options.length);
    return new Terminal(folder).typing(input).run(command);
  }

  private Path answering(String answer) throws Exception {
    return python(ANSWERS.formatted("\\\"answer\\\":\\\"" + answer + "\\\""));
  }

  private Path python(String script) throws Exception {
    Path file = Files.writeString(folder.resolve("python"), "#!/bin/sh\n" + script + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  private static Shell shell() {
    return Shell.of(
        InputStream.nullInputStream(),
        new PrintStream(PrintStream.nullOutputStream()),
        new PrintStream(PrintStream.nullOutputStream()),
        Map.of());
  }

  private static void assertGone(Path pidFile) throws Exception {
    var handle = ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip()));
    if (handle.isPresent()) {
      handle.get().onExit().get(20, TimeUnit.SECONDS);
    }
  }
}
