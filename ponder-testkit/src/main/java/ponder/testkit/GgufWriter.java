package ponder.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import ponder.gguf.TensorType;
import ponder.gguf.ValueType;

/// Writes small GGUF files, version 3, held in memory until written. Not thread-safe.
///
/// Whatever is given is written, in the order given: tests make broken files with it, too.
public final class GgufWriter {
  private static final int ALIGNMENT = 32;

  private final List<byte[]> entries = new ArrayList<>();
  private final List<byte[]> infos = new ArrayList<>();
  private final List<byte[]> data = new ArrayList<>();
  private long offset;

  public GgufWriter text(String key, String value) {
    return entry(key, ValueType.STRING, string(value));
  }

  public GgufWriter uint32(String key, int value) {
    return entry(key, ValueType.UINT32, buffer(4).putInt(value).array());
  }

  public GgufWriter float32(String key, float value) {
    return entry(key, ValueType.FLOAT32, buffer(4).putFloat(value).array());
  }

  public GgufWriter flag(String key, boolean value) {
    return entry(key, ValueType.BOOL, new byte[] {(byte) (value ? 1 : 0)});
  }

  public GgufWriter texts(String key, List<String> values) {
    return array(
        key,
        ValueType.STRING,
        values.size(),
        join(values.stream().map(GgufWriter::string).toList()));
  }

  public GgufWriter int32s(String key, int... values) {
    ByteBuffer bytes = buffer(4 * values.length);
    for (int value : values) {
      bytes.putInt(value);
    }
    return array(key, ValueType.INT32, values.length, bytes.array());
  }

  public GgufWriter float32s(String key, float... values) {
    return array(key, ValueType.FLOAT32, values.length, floats(values));
  }

  /// Adds a metadata entry of `type` whose value has these bytes.
  public GgufWriter entry(String key, ValueType type, byte[] value) {
    entries.add(join(List.of(string(key), buffer(4).putInt(type.ordinal()).array(), value)));
    return this;
  }

  private GgufWriter array(String key, ValueType type, int count, byte[] values) {
    byte[] head = buffer(12).putInt(type.ordinal()).putLong(count).array();
    return entry(key, ValueType.ARRAY, join(List.of(head, values)));
  }

  /// Adds a tensor, its values stored as `type` (F32, F16 or Q8_0), dimensions fastest first.
  public GgufWriter tensor(String name, TensorType type, float[] values, long... dimensions) {
    byte[] bytes =
        switch (type) {
          case F32 -> floats(values);
          case F16 -> halves(values);
          case Q8_0 -> blocks(values);
          default ->
              throw new IllegalArgumentException("Tensors of type " + type + " are not written.");
        };
    return raw(name, type, bytes, dimensions);
  }

  /// Adds a tensor of any type as the bytes it is stored as.
  public GgufWriter raw(String name, TensorType type, byte[] bytes, long... dimensions) {
    ByteBuffer info = buffer(4 + 8 * dimensions.length + 12).putInt(dimensions.length);
    for (long dimension : dimensions) {
      info.putLong(dimension);
    }
    infos.add(join(List.of(string(name), info.putInt(type.id()).putLong(offset).array())));
    byte[] padded =
        java.util.Arrays.copyOf(bytes, (bytes.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    data.add(padded);
    offset += padded.length;
    return this;
  }

  /// The file's bytes.
  public byte[] bytes() {
    byte[] head =
        join(
            List.of(
                buffer(24)
                    .put("GGUF".getBytes(StandardCharsets.US_ASCII))
                    .putInt(3)
                    .putLong(infos.size())
                    .putLong(entries.size())
                    .array(),
                join(entries),
                join(infos)));
    byte[] padding = new byte[Math.floorMod(-head.length, ALIGNMENT)];
    return join(List.of(head, padding, join(data)));
  }

  /// Writes the file and returns `path`.
  public Path write(Path path) {
    try {
      return Files.write(path, bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return buffer(8 + bytes.length).putLong(bytes.length).put(bytes).array();
  }

  private static byte[] floats(float[] values) {
    ByteBuffer bytes = buffer(4 * values.length);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private static byte[] halves(float[] values) {
    ByteBuffer bytes = buffer(2 * values.length);
    for (float value : values) {
      bytes.putShort(Float.floatToFloat16(value));
    }
    return bytes.array();
  }

  /// Q8_0: blocks of 32 values, a half-precision scale and 32 signed bytes each.
  private static byte[] blocks(float[] values) {
    ByteBuffer bytes = buffer(values.length / 32 * 34);
    for (int block = 0; block < values.length; block += 32) {
      float most = 0;
      for (int i = block; i < block + 32; i++) {
        most = Math.max(most, Math.abs(values[i]));
      }
      float scale = most / 127;
      bytes.putShort(Float.floatToFloat16(scale));
      for (int i = block; i < block + 32; i++) {
        bytes.put((byte) (scale == 0 ? 0 : Math.round(values[i] / scale)));
      }
    }
    return bytes.array();
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] join(List<byte[]> parts) {
    ByteBuffer all = buffer(parts.stream().mapToInt(part -> part.length).sum());
    parts.forEach(all::put);
    return all.array();
  }
}
