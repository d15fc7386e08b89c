package ponder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.model.EngineException;

class FileHashTest {
  private static final String OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  private static final String OF_NOTHING =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @TempDir Path folder;
  private Home home;
  private FileHash hashes;

  @BeforeEach
  void makeHome() {
    home = new Home(folder.resolve("home"));
    hashes = new FileHash(home);
  }

  @Test
  void agreesWithTheStandardsExamples() throws Exception {
    assertThat(hashes.sha256(file("a", "abc"))).isEqualTo(OF_ABC);
    assertThat(hashes.sha256(file("b", ""))).isEqualTo(OF_NOTHING);
  }

  /// The memory is asked, not the file: a line put in by hand is believed while the mark holds.
  @Test
  void remembersUntilTheFileChanges() throws Exception {
    Path file = file("a", "abc");
    hashes.sha256(file);
    String memory = Files.readString(memory());
    assertThat(memory).startsWith(OF_ABC);
    Files.writeString(memory(), memory.replace(OF_ABC, OF_NOTHING));
    assertThat(new FileHash(home).sha256(file)).isEqualTo(OF_NOTHING);

    FileTime later = FileTime.from(Instant.parse("2020-01-01T00:00:00.000000001Z"));
    Files.setLastModifiedTime(file, later);
    assertThat(hashes.sha256(file)).isEqualTo(OF_ABC);
    assertThat(Files.readAllLines(memory())).hasSize(1);
  }

  @Test
  void noticesAnotherFileOfTheSameNameSizeAndTime() throws Exception {
    Path file = file("a", "abc");
    hashes.sha256(file);
    Path other = file("b", "xyz");
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    assertThat(hashes.sha256(file)).isNotEqualTo(OF_ABC);
  }

  @Test
  void doesNotRememberAFileThatJustChanged() throws Exception {
    Path file = Files.writeString(folder.resolve("fresh"), "abc");
    assertThat(hashes.sha256(file)).isEqualTo(OF_ABC);
    assertThat(memory()).doesNotExist();
  }

  @Test
  void ignoresAndRewritesACorruptMemory() throws Exception {
    home.make(home.root());
    Files.write(memory(), new byte[] {(byte) 0xff, 0, '\n', (byte) 0xfe});
    assertThat(hashes.sha256(file("a", "abc"))).isEqualTo(OF_ABC);
    assertThat(Files.readAllLines(memory())).hasSize(1).first().asString().startsWith(OF_ABC);
  }

  @Test
  void keepsGoodLinesOfAPartlyCorruptMemory() throws Exception {
    hashes.sha256(file("a", "abc"));
    Files.writeString(
        memory(), "half a li\n" + Files.readString(memory()) + OF_ABC + " 99999999999");
    hashes.sha256(file("b", ""));
    assertThat(Files.readAllLines(memory())).hasSize(2);
  }

  @Test
  void worksWithoutAHome() throws Exception {
    Path blocked = file("blocked", "abc");
    var uncached = new FileHash(new Home(blocked.resolve("home")));
    assertThat(uncached.sha256(blocked)).isEqualTo(OF_ABC);
  }

  @Test
  void namesAMissingFile() {
    assertThatThrownBy(() -> hashes.sha256(folder.resolve("none")))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(folder.resolve("none").toString());
  }

  @Test
  void losesNoLineToAnotherWriter() throws Exception {
    try (var threads = Executors.newFixedThreadPool(4)) {
      var results = new ArrayList<Future<String>>();
      for (int i = 0; i < 24; i++) {
        Path file = file("f" + i, "text " + i);
        results.add(threads.submit(() -> new FileHash(home).sha256(file)));
      }
      for (var result : results) {
        assertThat(result.get()).hasSize(64);
      }
    }
    assertThat(Files.readAllLines(memory())).hasSize(24);
  }

  private Path memory() {
    return home.root().resolve("hashes");
  }

  private Path file(String name, String text) throws Exception {
    Path file = Files.writeString(folder.resolve(name), text);
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    return file;
  }
}
