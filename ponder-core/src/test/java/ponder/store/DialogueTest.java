package ponder.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import ponder.store.Dialogue.Ended;
import ponder.store.Dialogue.Late;
import ponder.store.Dialogue.Line;
import ponder.store.Dialogue.Reply;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "The stand-in tools are shell scripts")
@Timeout(60)
class DialogueTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(300);

  @TempDir Path folder;

  @Test
  void answersLineByLine() throws Exception {
    try (var dialogue = dialogue("echo hello; while read line; do echo \"[$line]\"; done")) {
      assertThat(dialogue.hear(LONG)).isEqualTo(new Line("hello"));
      assertThat(dialogue.ask("a $HOME *", LONG)).isEqualTo(new Line("[a $HOME *]"));
      assertThat(dialogue.ask("ä", LONG)).isEqualTo(new Line("[ä]"));
    }
  }

  @Test
  void aSilentToolIsLateHoweverMuchIsSaid() throws Exception {
    try (var dialogue = dialogue("/bin/sleep 600")) {
      assertThat(dialogue.ask("x".repeat(1 << 20), SHORT)).isEqualTo(new Late());
      assertThat(dialogue.ask("y", SHORT)).isEqualTo(new Late());
    }
  }

  @Test
  void aToolThatEndsIsHeardToEnd() throws Exception {
    try (var dialogue = dialogue("echo why >&2; read line; exit 1")) {
      assertThat(dialogue.ask("question", LONG)).isEqualTo(new Ended());
      assertThat(dialogue.errors()).isEqualTo("why\n");
    }
  }

  @Test
  void anEndlessLineIsAnEnd() throws Exception {
    try (var dialogue = dialogue("while :; do printf 0123456789abcdef; done")) {
      assertThat(dialogue.hear(LONG)).isEqualTo(new Ended());
    }
  }

  @Test
  void closingKillsDescendantsAndEndsTheWaiting() throws Exception {
    var dialogue = dialogue("/bin/sleep 600 & echo $!; wait");
    long child = Long.parseLong(((Line) dialogue.hear(LONG)).text());
    CompletableFuture<Reply> waiting = CompletableFuture.supplyAsync(() -> dialogue.hear(LONG));

    dialogue.close();

    assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo(new Ended());
    var handle = ProcessHandle.of(child);
    if (handle.isPresent()) {
      handle.get().onExit().get(20, TimeUnit.SECONDS);
    }
  }

  private Dialogue dialogue(String script) throws Exception {
    Path file = Files.writeString(folder.resolve("tool"), "#!/bin/sh\n" + script + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return new Tool(file, Map.of()).converse(folder, List.of());
  }
}
