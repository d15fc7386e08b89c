package ponder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.cli.Terminal.Said;
import ponder.core.Event;
import ponder.core.Limits;
import ponder.core.Spend;

/// The line that tells how a search goes on.
class PulseTest {
  @TempDir Path folder;
  private final Pulse pulse = new Pulse();

  @Test
  void tellsOfSamplesTheAnswerThatMostHoldAndTheTimeByTheirNumber() {
    opened(0, -1);
    for (int i = 1; i <= 3; i++) {
      opened(i, 0);
    }
    assertThat(pulse.line()).isEmpty();
    closed(1, "41");
    closed(2, "42");
    closed(3, "42");
    progress(3, 12, 300, 6, Limits.NONE);

    assertThat(pulse.line())
        .isEqualTo("3 of 12 samples, best 42 (2 alike), 300 tokens, 6 s, about 18 s left");
  }

  @Test
  void tellsOfATreeItsSizeAndTheBestJudgedAnswerAndTheTimeByTheNearestLimit() {
    opened(0, -1);
    opened(1, 0);
    opened(2, 1);
    opened(3, 1);
    closed(2, "7");
    closed(3, "8\033[31m");
    score(2, 0.4);
    score(3, 0.9);
    score(1, 1.0);
    progress(3, 9, 100, 5, Limits.NONE.withTokens(300).withCalls(1_000));

    assertThat(pulse.line())
        .isEqualTo("3 nodes, depth 2, best 8␛[31m (0.90), 100 tokens, 5 s, about 15 s left");
  }

  @Test
  void aDeadlineThatComesFirstIsWhatIsLeft() {
    opened(0, -1);
    progress(1, 10, 10, 10, Limits.NONE.withSeconds(20));

    assertThat(pulse.line()).endsWith("10 s, about 20 s left");
  }

  @Test
  void isShownOnATerminalUnlessRefused() {
    Path model = ScriptedEngine.write(folder.resolve("script.gguf"), "\\boxed{4}");
    String[] solve = {
      "solve", "2+2?", "--engine", "scripted", "--model", model + "", "--n", "3", "--json"
    };
    String[] quiet = Arrays.copyOf(solve, solve.length + 1);
    quiet[solve.length] = "--quiet";

    Said shown = new Terminal(folder.resolve("a")).watched().run(solve);
    Said silent = new Terminal(folder.resolve("b")).watched().run(quiet);
    Said unseen = new Terminal(folder.resolve("c")).run(solve);

    assertThat(shown.err()).contains("3 of 3 samples, best 4 (3 alike)").endsWith("\r\033[K");
    assertThat(silent.err()).isEmpty();
    assertThat(unseen.err()).isEmpty();
  }

  private void opened(int node, int parent) {
    pulse.accept(new Event.Opened(node, parent, "step"));
  }

  private void closed(int node, String answer) {
    pulse.accept(new Event.Closed(node, "", 1, 0, "eos", answer));
  }

  private void score(int node, double value) {
    pulse.accept(new Event.Scored(node, "judge", value));
  }

  private void progress(long samples, long wanted, long tokens, double seconds, Limits left) {
    Spend spend = new Spend(0, 0, tokens, 0, 1, 0, seconds);
    pulse.accept(new Event.Progress(spend, left, samples, wanted));
  }
}
