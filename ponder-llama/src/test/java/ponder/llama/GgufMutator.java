package ponder.llama;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import ponder.core.Seed;

/// Makes broken model files out of a good one: seeded changes of the fields that the format has, of
/// whole entries, and of plain bytes.
///
/// Knows the layout of GGUF by itself, so that it does not share a mistake with the reader under
/// test.
final class GgufMutator {
  private static final int STRING = 8;
  private static final int ARRAY = 9;
  private static final int[] WIDTHS = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
  private static final long[] NUMBERS = {
    0,
    1,
    2,
    3,
    4,
    5,
    7,
    8,
    15,
    16,
    17,
    31,
    33,
    48,
    63,
    64,
    65,
    96,
    127,
    128,
    255,
    256,
    257,
    300,
    512,
    513,
    1000,
    4096,
    65535,
    65536,
    1 << 20,
    1 << 24,
    1 << 30,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    -1,
    -2,
    -32,
    1L << 32,
    (1L << 32) - 32,
    1L << 40,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    0x3F800000L,
    0x7FC00000L,
    0x7F800000L,
    0x7FF8000000000000L
  };

  /// What a number in the file's head is for: how the file is to be read (lengths, types), a value
  /// of the metadata, or a tensor's shape, type or place.
  private enum Role {
    STRUCTURE,
    VALUE,
    TENSOR
  }

  /// A number in the file's head: where, and how many bytes.
  private record Field(int at, int width, Role role) {}

  /// A metadata entry or a tensor's description.
  private record Part(int begin, int end, boolean tensor) {}

  private final byte[] good;
  private final List<Field> fields = new ArrayList<>();
  private final List<Part> parts = new ArrayList<>();
  private final int head;

  GgufMutator(byte[] good) {
    this.good = good.clone();
    ByteBuffer in = ByteBuffer.wrap(this.good).order(ByteOrder.LITTLE_ENDIAN);
    for (int at : new int[] {4, 8, 16}) {
      fields.add(new Field(at, at == 4 ? 4 : 8, Role.STRUCTURE));
    }
    long tensors = in.getLong(8);
    long entries = in.getLong(16);
    in.position(24);
    for (int i = 0; i < entries; i++) {
      int begin = in.position();
      text(in);
      fields.add(new Field(in.position(), 4, Role.STRUCTURE));
      value(in, in.getInt());
      parts.add(new Part(begin, in.position(), false));
    }
    for (int i = 0; i < tensors; i++) {
      tensor(in);
    }
    head = in.position();
  }

  private void tensor(ByteBuffer in) {
    int begin = in.position();
    text(in);
    fields.add(new Field(in.position(), 4, Role.STRUCTURE));
    int dimensions = in.getInt();
    for (int d = 0; d < dimensions; d++) {
      number(in, 8, Role.TENSOR);
    }
    number(in, 4, Role.TENSOR);
    number(in, 8, Role.TENSOR);
    parts.add(new Part(begin, in.position(), true));
  }

  private void text(ByteBuffer in) {
    fields.add(new Field(in.position(), 8, Role.STRUCTURE));
    int length = (int) in.getLong();
    in.position(in.position() + length);
  }

  private void value(ByteBuffer in, int type) {
    switch (type) {
      case STRING -> text(in);
      case ARRAY -> {
        fields.add(new Field(in.position(), 4, Role.STRUCTURE));
        int element = in.getInt();
        fields.add(new Field(in.position(), 8, Role.STRUCTURE));
        long count = in.getLong();
        for (long i = 0; i < count; i++) {
          // Of a long array only some elements are worth a mutation of their own.
          int known = fields.size();
          value(in, element);
          if (i > 2 && i < count - 4) {
            fields.subList(known, fields.size()).clear();
          }
        }
      }
      default -> number(in, WIDTHS[type], Role.VALUE);
    }
  }

  private void number(ByteBuffer in, int width, Role role) {
    fields.add(new Field(in.position(), width, role));
    in.position(in.position() + width);
  }

  /// The file that belongs to `seed`.
  byte[] mutant(Seed seed) {
    byte[] bytes = good.clone();
    int changes = 1 + below(seed, "changes", 8) / 4;
    for (int i = 0; i < changes; i++) {
      Seed change = seed.split("change", i);
      bytes =
          switch (below(change, "kind", 24)) {
            case 0 -> cut(bytes, change);
            case 1, 2 -> drop(bytes, change, i);
            case 3, 4, 5 -> copyPart(bytes, change, i);
            case 6, 7 -> flip(bytes, change, head);
            case 8 -> flip(bytes, change, bytes.length);
            default -> setField(bytes, change);
          };
    }
    return bytes;
  }

  private static byte[] cut(byte[] bytes, Seed seed) {
    return Arrays.copyOf(bytes, below(seed, "length", bytes.length));
  }

  private static byte[] flip(byte[] bytes, Seed seed, int end) {
    int at = below(seed, "at", Math.min(end, Math.max(1, bytes.length)));
    if (at < bytes.length) {
      bytes[at] ^= (byte) (1 << below(seed, "bit", 8));
    }
    return bytes;
  }

  private byte[] setField(byte[] bytes, Seed seed) {
    Role role =
        switch (below(seed, "role", 8)) {
          case 0 -> Role.STRUCTURE;
          case 1, 2 -> Role.TENSOR;
          default -> Role.VALUE;
        };
    List<Field> candidates = fields.stream().filter(field -> field.role == role).toList();
    Field field = candidates.get(below(seed, "field", candidates.size()));
    if (field.at + field.width > bytes.length) {
      return bytes;
    }
    long value = NUMBERS[below(seed, "value", NUMBERS.length)];
    if (below(seed, "near", 3) == 0) {
      value = read(bytes, field) + below(seed, "step", 5) - 2;
    }
    for (int i = 0; i < field.width; i++) {
      bytes[field.at + i] = (byte) (value >>> (8 * i));
    }
    return bytes;
  }

  private static long read(byte[] bytes, Field field) {
    long value = 0;
    for (int i = 0; i < field.width; i++) {
      value |= (bytes[field.at + i] & 0xFFL) << (8 * i);
    }
    return value;
  }

  /// Leaves one entry out. Only as the first change: later, places have moved.
  private byte[] drop(byte[] bytes, Seed seed, int changesBefore) {
    Part part = parts.get(below(seed, "part", parts.size()));
    return changesBefore == 0 ? replace(bytes, part, new byte[0], -1) : flip(bytes, seed, head);
  }

  /// Puts one entry in the place of another of its kind.
  private byte[] copyPart(byte[] bytes, Seed seed, int changesBefore) {
    Part part = parts.get(below(seed, "part", parts.size()));
    List<Part> kin = parts.stream().filter(other -> other.tensor == part.tensor).toList();
    Part other = kin.get(below(seed, "other", kin.size()));
    byte[] content = Arrays.copyOfRange(good, other.begin, other.end);
    return changesBefore == 0 ? replace(bytes, part, content, 0) : flip(bytes, seed, head);
  }

  private byte[] replace(byte[] bytes, Part part, byte[] content, int countChange) {
    ByteBuffer out =
        ByteBuffer.allocate(bytes.length + content.length + 64).order(ByteOrder.LITTLE_ENDIAN);
    out.put(bytes, 0, part.begin).put(content).put(bytes, part.end, head - part.end);
    int count = part.tensor ? 8 : 16;
    out.putLong(count, out.getLong(count) + countChange);
    while (out.position() % 32 != 0) {
      out.put((byte) 0);
    }
    int data = (head + 31) / 32 * 32;
    out.put(bytes, data, bytes.length - data);
    return Arrays.copyOf(out.array(), out.position());
  }

  private static int below(Seed seed, String key, int bound) {
    return (int) Math.floorMod(seed.split(key, 0).value(), (long) bound);
  }
}
