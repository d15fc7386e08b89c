package ponder.catalog;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import ponder.model.EngineException;

/// The GPU code in a library: several machine codes for the same kernels, one for each
/// architecture.
///
/// Such a library is mostly code that the machine at hand never runs. [#keepOnly] overwrites that
/// with zeros, in place: offsets and sizes stay, so nothing else must change, and zeros pack to
/// nothing. Only for a copy on its way to a machine whose GPU is known; with the code for another
/// GPU nothing would run there.
///
/// Layout (seen in libraries of CUDA 12 and 13, little-endian): an ELF file whose sections
/// `.nv_fatbin` and `__nv_relfatbin` are containers behind one another, each with a head `{u32
/// magic, u16 version, u16 headBytes, u64 bodyBytes}` and a body of entries `{u16 kind, u16
/// version, u32 headBytes, u64 bodyBytes, ..., u32 architecture at 28, ...}`; kind 2 is machine
/// code, kind 1 the intermediate language that a driver compiles.
final class FatBinary {
  private static final int MAGIC = 0xBA55ED50;
  private static final int MACHINE_CODE = 2;
  private static final Set<String> SECTIONS = Set.of(".nv_fatbin", "__nv_relfatbin");

  private static final ValueLayout.OfShort SHORT = little(ValueLayout.JAVA_SHORT_UNALIGNED);
  private static final ValueLayout.OfInt INT = little(ValueLayout.JAVA_INT_UNALIGNED);
  private static final ValueLayout.OfLong LONG = little(ValueLayout.JAVA_LONG_UNALIGNED);

  @SuppressWarnings("unchecked")
  private static <V extends ValueLayout> V little(V layout) {
    return (V) layout.withOrder(ByteOrder.LITTLE_ENDIAN);
  }

  private final MemorySegment file;
  private final Path path;

  private FatBinary(Path path, MemorySegment file) {
    this.path = path;
    this.file = file;
  }

  /// How many bytes of GPU code a library has kept and lost.
  record Cut(long kept, long blanked) {}

  /// Blanks all GPU code in a library but the machine code for one architecture.
  ///
  /// @param architecture such as 90
  /// @throws EngineException if it is no ELF file, or has no code for that architecture; then
  ///   nothing has changed
  static Cut keepOnly(Path library, int architecture) throws IOException {
    try (Arena arena = Arena.ofConfined();
        FileChannel channel =
            FileChannel.open(library, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena);
      FatBinary binary = new FatBinary(library, bytes);
      List<Entry> entries = new ArrayList<>();
      for (MemorySegment section : binary.sections()) {
        binary.entries(section, entries);
      }
      return binary.blank(entries, architecture);
    } catch (IndexOutOfBoundsException e) {
      throw new EngineException("The library %s is cut short or broken.".formatted(library), e);
    }
  }

  private Cut blank(List<Entry> entries, int architecture) {
    List<Integer> known =
        entries.stream()
            .filter(entry -> entry.kind == MACHINE_CODE)
            .map(Entry::architecture)
            .distinct()
            .sorted()
            .toList();
    if (!known.contains(architecture)) {
      throw new EngineException(
          "The library %s has no code for architecture %d, only for %s."
              .formatted(path, architecture, known));
    }
    long kept = 0;
    long blanked = 0;
    for (Entry entry : entries) {
      if (entry.kind == MACHINE_CODE && entry.architecture == architecture) {
        kept += entry.body.byteSize();
      } else {
        entry.body.fill((byte) 0);
        blanked += entry.body.byteSize();
      }
    }
    return new Cut(kept, blanked);
  }

  private record Entry(int kind, int architecture, MemorySegment body) {}

  /// The sections with GPU code, by ELF's table of sections.
  private List<MemorySegment> sections() {
    if (file.byteSize() < 64 || file.get(INT, 0) != 0x464C457F || file.get(JAVA_BYTE, 4) != 2) {
      throw new EngineException("The library %s is no 64-bit ELF file.".formatted(path));
    }
    long table = file.get(LONG, 40);
    int size = file.get(SHORT, 58) & 0xffff;
    int count = file.get(SHORT, 60) & 0xffff;
    long names = file.get(LONG, table + (long) (file.get(SHORT, 62) & 0xffff) * size + 24);
    List<MemorySegment> found = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long head = table + (long) i * size;
      String name =
          file.getString(
              names + Integer.toUnsignedLong(file.get(INT, head)), StandardCharsets.US_ASCII);
      if (SECTIONS.contains(name)) {
        found.add(file.asSlice(file.get(LONG, head + 24), file.get(LONG, head + 32)));
      }
    }
    return found;
  }

  private void entries(MemorySegment section, List<Entry> into) {
    long at = 0;
    while (at + 16 <= section.byteSize()) {
      if (section.get(INT, at) != MAGIC) {
        at += 8; // containers are padded
        continue;
      }
      long entry = at + (section.get(SHORT, at + 6) & 0xffff);
      long end = entry + section.get(LONG, at + 8);
      while (entry < end) {
        long head = Integer.toUnsignedLong(section.get(INT, entry + 4));
        long body = section.get(LONG, entry + 8);
        if (head < 32 || body < 0) {
          throw new EngineException("The library %s is broken at its GPU code.".formatted(path));
        }
        into.add(
            new Entry(
                section.get(SHORT, entry) & 0xffff,
                section.get(INT, entry + 28),
                section.asSlice(entry + head, body)));
        entry += head + body;
      }
      at = end;
    }
  }
}
