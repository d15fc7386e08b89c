package ponder.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import ponder.model.EngineException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes [Safetensors] files.
public final class SafetensorsFile {
  private static final JsonMapper JSON = new JsonMapper();

  private SafetensorsFile() {}

  /// A tensor to be written.
  ///
  /// @param shape dimensions, slowest first
  /// @param data gives its bytes, row-major and little-endian; asked once, when its turn comes
  public record Entry(String name, Tensor.Type type, List<Long> shape, Data data) {
    public Entry {
      shape = List.copyOf(shape);
    }

    private long bytes() {
      return shape.stream().reduce((long) type.bytes(), Math::multiplyExact);
    }
  }

  /// The bytes of a tensor.
  @FunctionalInterface
  public interface Data {
    /// The bytes in one or several pieces; each is written before the next is made.
    Iterable<ByteBuffer> pieces();
  }

  /// Writes a file; until it is complete, a file that was there stays as it was.
  ///
  /// Equal arguments give equal bytes: metadata is sorted, tensors are in the order given.
  ///
  /// @throws EngineException if it cannot be written
  public static void write(Path file, Map<String, String> metadata, List<Entry> entries) {
    byte[] header = header(metadata, entries);
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try {
      try (FileChannel channel =
          FileChannel.open(
              partial,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        put(channel, length.putLong(header.length).flip());
        put(channel, ByteBuffer.wrap(header));
        for (Entry entry : entries) {
          put(channel, entry);
        }
        channel.force(true);
      }
      Files.move(
          partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new EngineException("The file %s cannot be written: %s".formatted(file, e), e);
    }
  }

  private static byte[] header(Map<String, String> metadata, List<Entry> entries) {
    ObjectNode root = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode words = root.putObject("__metadata__");
      new TreeMap<>(metadata).forEach(words::put);
    }
    long end = 0;
    for (Entry entry : entries) {
      ObjectNode node = root.putObject(entry.name()).put("dtype", entry.type().name());
      ArrayNode shape = node.putArray("shape");
      entry.shape().forEach(shape::add);
      node.putArray("data_offsets").add(end).add(end + entry.bytes());
      end += entry.bytes();
    }
    String json = root.toString();
    int padding = Math.floorMod(-json.getBytes(StandardCharsets.UTF_8).length, 8);
    return (json + " ".repeat(padding)).getBytes(StandardCharsets.UTF_8);
  }

  private static void put(FileChannel channel, Entry entry) throws IOException {
    long written = 0;
    for (ByteBuffer piece : entry.data().pieces()) {
      written += piece.remaining();
      put(channel, piece);
    }
    if (written != entry.bytes()) {
      throw new IllegalArgumentException(
          "tensor '%s' gave %d bytes; its shape %s takes %d."
              .formatted(entry.name(), written, entry.shape(), entry.bytes()));
    }
  }

  private static void put(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
