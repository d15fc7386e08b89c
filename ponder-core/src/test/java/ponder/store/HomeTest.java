package ponder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.model.EngineException;

class HomeTest {
  @TempDir Path folder;

  @Test
  void isWhereTheVariableSays() {
    assertThat(Home.of(Map.of("PONDER_HOME", folder.toString())).root()).isEqualTo(folder);
  }

  @Test
  void isInTheUsersFolderOtherwise() {
    Path usual = Path.of(System.getProperty("user.home"), ".ponder");
    assertThat(Home.of(Map.of()).root()).isEqualTo(usual);
    assertThat(Home.of(Map.of("PONDER_HOME", " ")).root()).isEqualTo(usual);
  }

  @Test
  void makesFoldersOnlyWhenAsked() {
    var home = new Home(folder.resolve("home"));
    assertThat(home.writable()).isTrue();
    assertThat(home.models()).doesNotExist();
    assertThat(home.make(home.models())).isEmptyDirectory().isEqualTo(home.make(home.models()));
    assertThat(home.writable()).isTrue();
  }

  @Test
  void unusableHomeNamesTheFolderAndTheWayOut() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "not a folder");
    var home = new Home(file.resolve("home"));
    assertThat(home.writable()).isFalse();
    assertThatThrownBy(() -> home.make(home.models()))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(home.models().toString())
        .hasMessageContaining("Maybe set PONDER_HOME");
  }

  @Test
  void homeThatIsAFileIsUnusable() throws Exception {
    var home = new Home(Files.writeString(folder.resolve("file"), "not a folder"));
    assertThat(home.writable()).isFalse();
    assertThatThrownBy(() -> home.make(home.runs())).isInstanceOf(EngineException.class);
  }

  @Test
  void makesNothingOutsideItself() {
    var home = new Home(folder.resolve("home"));
    assertThatThrownBy(() -> home.make(folder.resolve("other")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
