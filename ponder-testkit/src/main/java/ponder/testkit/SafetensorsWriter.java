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
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes small safetensors files, sound ones and others. Not thread-safe.
public final class SafetensorsWriter {
  private final ObjectNode header = new JsonMapper().createObjectNode();
  private final List<byte[]> data = new ArrayList<>();
  private long end;

  /// Sets the words about the file.
  public SafetensorsWriter metadata(Map<String, String> words) {
    ObjectNode node = header.putObject("__metadata__");
    words.forEach(node::put);
    return this;
  }

  /// Adds a tensor of 32-bit numbers.
  public SafetensorsWriter floats(String name, List<Integer> shape, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return raw(name, "F32", shape, bytes.array());
  }

  /// Adds a tensor as bytes.
  public SafetensorsWriter raw(String name, String type, List<Integer> shape, byte[] bytes) {
    ObjectNode node = header.putObject(name).put("dtype", type);
    var dimensions = node.putArray("shape");
    shape.forEach(dimensions::add);
    node.putArray("data_offsets").add(end).add(end + bytes.length);
    data.add(bytes);
    end += bytes.length;
    return this;
  }

  /// The file's bytes.
  public byte[] bytes() {
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer all =
        ByteBuffer.allocate(8 + json.length + (int) end).order(ByteOrder.LITTLE_ENDIAN);
    all.putLong(json.length).put(json);
    data.forEach(all::put);
    return all.array();
  }

  /// Writes the file.
  public Path write(Path file) {
    try {
      return Files.write(file, bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
