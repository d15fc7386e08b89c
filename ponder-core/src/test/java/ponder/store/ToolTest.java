package ponder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import ponder.model.EngineException;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "The stand-in tools are shell scripts")
class ToolTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void findsTheFirstNameOnThePath() throws Exception {
    Path two = script("two", "");
    Path one = script("one", "");
    assertThat(Tool.find(path(), "missing", "one", "two").orElseThrow().executable())
        .isEqualTo(one);
    assertThat(Tool.find(path(), "two").orElseThrow().executable()).isEqualTo(two);
  }

  @Test
  void passesOverRelativeFoldersAndPlainFiles() throws Exception {
    Files.writeString(folder.resolve("plain"), "no program");
    assertThat(Tool.find(path(), "plain")).isEmpty();
    assertThat(Tool.find(Map.of("PATH", ".:"), "pom.xml")).isEmpty();
    assertThat(Tool.find(Map.of(), "sh")).isEmpty();
  }

  @Test
  void missingToolIsNamedWithTheWayOut() {
    assertThatThrownBy(() -> Tool.need(path(), "Maybe install Python.", "pip", "pip3"))
        .isInstanceOf(EngineException.class)
        .hasMessage("No pip or pip3 was found on PATH. Maybe install Python.");
  }

  @Test
  void passesArgumentsUnchangedAndOnlyTheGivenEnvironment() throws Exception {
    var tool = tool("echo $# \"$1\" \"$2\"; echo \"[$COLOUR$HOME]\" >&2; exit 3", "COLOUR", "blue");
    var result = tool.run(folder, LONG, List.of("a b; exit 1", "$HOME *"));
    assertThat(result).isEqualTo(new Tool.Result(3, "2 a b; exit 1 $HOME *\n", "[blue]\n"));
  }

  @Test
  void runsInTheFolderWithEmptyInput() throws Exception {
    var result = tool("pwd; read line || echo end").run(folder, LONG, List.of());
    assertThat(result.out()).isEqualTo(folder.toRealPath() + "\nend\n");
  }

  @Test
  void keepsTheEndOfLongOutput() throws Exception {
    String script = "i=0; while [ $i -lt 30000 ]; do echo 0123456789; i=$((i+1)); done; echo last";
    var result = tool(script).run(folder, LONG, List.of());
    assertThat(result.out()).hasSize(256 << 10).endsWith("0123456789\nlast\n");
  }

  @Test
  void lastWordsHideWhatAddressesCarry() {
    var result = new Tool.Result(1, "", "ERROR: no https://me:secret@example.org/simple\n\n");
    assertThat(result.lastWords()).isEqualTo("ERROR: no https://example.org/simple");
    assertThat(new Tool.Result(1, "", "\n").lastWords()).isEqualTo("it printed nothing");
  }

  @Test
  void killsChildrenTooWhenTimeIsUp() throws Exception {
    var tool = tool("/bin/sleep 600 & echo $! > child; wait");
    assertThatThrownBy(() -> tool.run(folder, Duration.ofMillis(500), List.of()))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("did not end within");
    assertGone(folder.resolve("child"));
  }

  @Test
  void killsChildrenTooWhenInterrupted() throws Exception {
    Path ready = folder.resolve("child");
    var tool = tool("/bin/sleep 600 & echo $! > child.new; /bin/mv child.new child; wait");
    var flag = new CompletableFuture<Boolean>();
    var thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    tool.run(folder, LONG, List.of());
                  } catch (EngineException e) {
                    flag.complete(Thread.currentThread().isInterrupted());
                  }
                });
    while (!Files.exists(ready)) {
      Thread.onSpinWait();
    }
    thread.interrupt();
    assertThat(flag.get(20, TimeUnit.SECONDS)).isTrue();
    assertGone(ready);
  }

  @Test
  void returnsThoughADescendantHoldsTheStreams() throws Exception {
    var result = tool("/bin/sleep 20 & echo $! > child; echo done").run(folder, LONG, List.of());
    assertThat(result.out()).isEqualTo("done\n");
    long child = Long.parseLong(Files.readString(folder.resolve("child")).strip());
    ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void unusableProgramIsNamed() throws Exception {
    Path broken = Files.writeString(folder.resolve("broken"), "#!/no/such/program\n");
    assertThat(broken.toFile().setExecutable(true)).isTrue();
    var tool = Tool.find(path(), "broken").orElseThrow();
    assertThatThrownBy(() -> tool.run(folder, LONG, List.of()))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(broken.toString());
  }

  private static void assertGone(Path pidFile) throws Exception {
    long pid = Long.parseLong(Files.readString(pidFile).strip());
    var handle = ProcessHandle.of(pid);
    if (handle.isPresent()) {
      handle.get().onExit().get(20, TimeUnit.SECONDS);
    }
  }

  private Map<String, String> path() {
    return Map.of("PATH", folder.toString());
  }

  private Tool tool(String script, String... variable) throws Exception {
    Path program = script("tool", script);
    return new Tool(program, variable.length == 0 ? Map.of() : Map.of(variable[0], variable[1]));
  }

  private Path script(String name, String script) throws Exception {
    Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }
}
