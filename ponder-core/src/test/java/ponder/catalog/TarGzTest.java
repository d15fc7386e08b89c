package ponder.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TarGzTest {
  private static final byte[] SHORT = {1, 2, 3};
  private static final byte[] LONG = Pulling.content(3);

  @Test
  void handsOutRegularFilesInOrder() throws Exception {
    byte[] archive =
        new TarBall()
            .file("a", SHORT)
            .entry("folder/", '5', new byte[0])
            .file("folder/b", LONG)
            .file("empty", new byte[0])
            .file("block", new byte[512])
            .end();
    assertThat(read(archive))
        .containsExactly(
            Map.entry("a", "3"),
            Map.entry("folder/b", "300000"),
            Map.entry("empty", "0"),
            Map.entry("block", "512"));
  }

  @Test
  void skipsWhatIsLeftUnread() throws Exception {
    byte[] archive = new TarBall().file("a", LONG).file("b", SHORT).end();
    var names = new StringBuilder();
    TarGz.read(new ByteArrayInputStream(archive), (name, content) -> names.append(name));
    assertThat(names.toString()).isEqualTo("ab");
  }

  @Test
  void takesLongNamesFromExtendedHeadersForOneEntry() throws Exception {
    String name = "x".repeat(300);
    byte[] archive = new TarBall().pax("path=" + name).file("cut", SHORT).file("next", SHORT).end();
    assertThat(read(archive)).containsOnlyKeys(name, "next");
  }

  @Test
  void refusesLinksAndOtherKinds() {
    for (char kind : new char[] {'1', '2', '3', 'L', 'S'}) {
      byte[] archive = new TarBall().entry("link", kind, new byte[0]).end();
      assertThatThrownBy(() -> read(archive))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("entry link of kind '" + kind + "' is not a regular file");
    }
  }

  @Test
  void refusesDamage() {
    byte[] tar = new TarBall().file("a", LONG).raw();
    byte[] header = tar.clone();
    header[0] ^= 1;
    assertThatThrownBy(() -> read(TarBall.compressed(header))).hasMessageContaining("damaged");
    assertThatThrownBy(() -> read(TarBall.compressed(Arrays.copyOf(tar, 5000))))
        .hasMessageContaining("cut short");
    assertThatThrownBy(() -> read(TarBall.compressed(tar))).hasMessageContaining("cut short");
    byte[] whole = new TarBall().file("a", LONG).end();
    assertThatThrownBy(() -> read(Arrays.copyOf(whole, whole.length / 2)))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> read(SHORT)).isInstanceOf(IOException.class);
  }

  @Test
  void refusesSizesBeyondTheHeader() {
    byte[] archive = new TarBall().pax("size=99999999999").file("a", SHORT).end();
    assertThatThrownBy(() -> read(archive)).hasMessageContaining("too large");
  }

  private static Map<String, String> read(byte[] archive) throws IOException {
    var sizes = new LinkedHashMap<String, String>();
    TarGz.read(
        new ByteArrayInputStream(archive),
        (name, content) -> sizes.put(name, Integer.toString(content.readAllBytes().length)));
    return sizes;
  }
}
