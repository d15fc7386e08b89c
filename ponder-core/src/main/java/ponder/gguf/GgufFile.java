package ponder.gguf;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ponder.model.EngineException;

/// Writes small GGUF files, such as adapters: texts, numbers, and tensors of 32-bit numbers, held
/// in memory until they are written. Not thread-safe.
public final class GgufFile {
  private static final int VERSION = 3;
  private static final int ALIGNMENT = 32;

  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private final List<Stored> tensors = new ArrayList<>();

  @SuppressWarnings("ArrayRecordComponent") // kept until written
  private record Stored(String name, List<Long> dimensions, float[] values) {
    int bytes() {
      return values.length * Float.BYTES;
    }
  }

  /// Sets a text.
  public GgufFile text(String key, String value) {
    return entry(key, ValueType.STRING, string(value));
  }

  /// Sets a real number of 32 bits.
  public GgufFile real(String key, float value) {
    return entry(key, ValueType.FLOAT32, buffer(4).putFloat(value).array());
  }

  private GgufFile entry(String key, ValueType type, byte[] value) {
    entries.put(key, join(List.of(buffer(4).putInt(type.ordinal()).array(), value)));
    return this;
  }

  /// Adds a matrix of 32-bit numbers, row-major.
  public GgufFile matrix(String name, float[] values, long rows, long columns) {
    if (rows * columns != values.length) {
      throw new IllegalArgumentException(
          "tensor '%s' has %d values for %d rows of %d."
              .formatted(name, values.length, rows, columns));
    }
    tensors.add(new Stored(name, List.of(columns, rows), values));
    return this;
  }

  /// Writes the file; until it is complete, a file that was there stays as it was.
  ///
  /// @throws EngineException if it cannot be written
  public void write(Path file) {
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try {
      try (OutputStream out = Files.newOutputStream(partial)) {
        byte[] head = head();
        out.write(head);
        out.write(new byte[Math.floorMod(-head.length, ALIGNMENT)]);
        for (Stored tensor : tensors) {
          ByteBuffer bytes = buffer(padded(tensor));
          bytes.asFloatBuffer().put(tensor.values);
          out.write(bytes.array());
        }
      }
      Files.move(
          partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new EngineException("The file %s cannot be written: %s".formatted(file, e), e);
    }
  }

  private byte[] head() {
    List<byte[]> parts = new ArrayList<>();
    parts.add("GGUF".getBytes(StandardCharsets.US_ASCII));
    parts.add(buffer(20).putInt(VERSION).putLong(tensors.size()).putLong(entries.size()).array());
    entries.forEach(
        (key, value) -> {
          parts.add(string(key));
          parts.add(value);
        });
    long offset = 0;
    for (Stored tensor : tensors) {
      ByteBuffer info = buffer(4 + 8 * tensor.dimensions.size() + 12);
      info.putInt(tensor.dimensions.size());
      tensor.dimensions.forEach(info::putLong);
      parts.add(string(tensor.name));
      parts.add(info.putInt(TensorType.F32.id()).putLong(offset).array());
      offset += padded(tensor);
    }
    return join(parts);
  }

  private static int padded(Stored tensor) {
    return (tensor.bytes() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private static byte[] string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return buffer(8 + bytes.length).putLong(bytes.length).put(bytes).array();
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
