package ponder.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.model.EngineException;

final class FatBinaryTest {
  @TempDir private Path folder;

  /// An ELF file with GPU code for architectures 80 and 90 and intermediate code for 90, each 64
  /// bytes of its architecture's number plus its kind, in two containers.
  static byte[] library() {
    ByteBuffer code = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
    container(code, entry(2, 80), entry(2, 90));
    code.putLong(0);
    container(code, entry(1, 90));
    byte[] section = Arrays.copyOf(code.array(), code.position());
    byte[] names = "\0.text\0.nv_fatbin\0.shstrtab\0".getBytes(StandardCharsets.US_ASCII);
    int table = 64 + section.length + names.length;
    ByteBuffer file = ByteBuffer.allocate(table + 4 * 64).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0x464C457F).put((byte) 2);
    file.putLong(40, table)
        .putShort(58, (short) 64)
        .putShort(60, (short) 4)
        .putShort(62, (short) 3);
    file.put(64, section).put(64 + section.length, names);
    head(file, table + 64, 1, 64, 0);
    head(file, table + 128, 7, 64, section.length);
    head(file, table + 192, 18, 64 + section.length, names.length);
    return file.array();
  }

  private static void head(ByteBuffer file, int at, int name, long offset, long size) {
    file.putInt(at, name).putLong(at + 24, offset).putLong(at + 32, size);
  }

  private static void container(ByteBuffer into, byte[]... entries) {
    int size = Arrays.stream(entries).mapToInt(entry -> entry.length).sum();
    into.putInt(0xBA55ED50).putShort((short) 1).putShort((short) 16).putLong(size);
    for (byte[] entry : entries) {
      into.put(entry);
    }
  }

  private static byte[] entry(int kind, int architecture) {
    ByteBuffer entry = ByteBuffer.allocate(64 + 64).order(ByteOrder.LITTLE_ENDIAN);
    entry.putShort((short) kind).putShort((short) 1).putInt(64).putLong(64);
    entry.putInt(28, architecture);
    Arrays.fill(entry.array(), 64, 128, (byte) (architecture + kind));
    return entry.array();
  }

  private static long count(byte[] bytes, int value) {
    long count = 0;
    for (byte one : bytes) {
      count += one == (byte) value ? 1 : 0;
    }
    return count;
  }

  @Test
  void keepsTheMachineCodeOfOneArchitecture() throws Exception {
    byte[] before = library();
    Path file = Files.write(folder.resolve("lib.so"), before);
    assertThat(FatBinary.keepOnly(file, 90)).isEqualTo(new FatBinary.Cut(64, 128));
    byte[] after = Files.readAllBytes(file);
    assertThat(after).hasSameSizeAs(before);
    assertThat(count(after, 92)).isEqualTo(64);
    assertThat(count(after, 82)).isZero();
    assertThat(count(after, 91)).isZero();
    assertThat(count(before, 82)).isEqualTo(64);
  }

  @Test
  void changesNothingWithoutCodeForTheArchitecture() throws Exception {
    Path file = Files.write(folder.resolve("lib.so"), library());
    assertThatThrownBy(() -> FatBinary.keepOnly(file, 100))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("no code for architecture 100, only for [80, 90]");
    assertThat(file).hasBinaryContent(library());
  }

  @Test
  void refusesWhatIsNoLibrary() throws Exception {
    Path text = Files.writeString(folder.resolve("text.so"), "x".repeat(200));
    assertThatThrownBy(() -> FatBinary.keepOnly(text, 90)).hasMessageContaining("no 64-bit ELF");
    byte[] cut = Arrays.copyOf(library(), 300);
    Path broken = Files.write(folder.resolve("cut.so"), cut);
    assertThatThrownBy(() -> FatBinary.keepOnly(broken, 90)).hasMessageContaining("cut short");
  }
}
