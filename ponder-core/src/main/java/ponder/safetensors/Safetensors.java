package ponder.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import ponder.model.EngineException;

/// A safetensors file: named tensors and a few words about them.
///
/// Layout: eight bytes, little endian, with the header's length; the header, a JSON object from
/// names to type, shape and place, and under `__metadata__` texts by name; then the tensors' bytes
/// without gaps. Everything is checked when the file is opened: nothing of a file that is cut off,
/// overlaps itself or lies about sizes is believed, and the header may take at most 16 MiB. The
/// tensors' bytes stay in the file until they are asked for.
///
/// Immutable, thread-safe; each reading opens the file anew. Source: the safetensors project's
/// description of its format.
public final class Safetensors {
  private static final int LONGEST_HEADER = 16 << 20;
  private static final int PREFIX = 8;

  private final Path file;
  private final long data;
  private final Map<String, String> metadata;
  private final Map<String, Tensor> tensors;

  private Safetensors(
      Path file, long data, Map<String, String> metadata, Map<String, Tensor> tensors) {
    this.file = file;
    this.data = data;
    this.metadata = Map.copyOf(metadata);
    this.tensors = Map.copyOf(tensors);
  }

  /// Reads a file's header.
  ///
  /// @throws EngineException naming the file and what is wrong with it
  public static Safetensors open(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < PREFIX) {
        throw bad(file, "it has %d bytes, fewer than its first number takes.".formatted(size));
      }
      long length = read(channel, 0, PREFIX, file).getLong();
      if (length < 2 || length > LONGEST_HEADER || length > size - PREFIX) {
        throw bad(
            file,
            "its header's length (%s) must lie between 2 and %d."
                .formatted(Long.toUnsignedString(length), Math.min(LONGEST_HEADER, size - PREFIX)));
      }
      byte[] json = new byte[(int) length];
      read(channel, PREFIX, (int) length, file).get(json);
      Header header = Header.parse(file, json);
      checkPlaces(file, header.tensors(), size - PREFIX - length);
      return new Safetensors(file, PREFIX + length, header.metadata(), header.tensors());
    } catch (IOException e) {
      throw new EngineException("The file %s cannot be read: %s".formatted(file, e), e);
    }
  }

  /// The tensors must fill the data from front to end.
  private static void checkPlaces(Path file, Map<String, Tensor> tensors, long bytes) {
    List<Tensor> inOrder =
        tensors.values().stream()
            .sorted(Comparator.comparingLong(Tensor::from).thenComparingLong(Tensor::to))
            .toList();
    long end = 0;
    for (Tensor tensor : inOrder) {
      if (tensor.from() != end || tensor.to() > bytes) {
        throw bad(
            file,
            "tensor '%s' takes bytes %d to %d, where %d of %d come next."
                .formatted(tensor.name(), tensor.from(), tensor.to(), end, bytes));
      }
      end = tensor.to();
    }
    if (end != bytes) {
      throw bad(file, "its tensors take %d of %d bytes.".formatted(end, bytes));
    }
  }

  /// The words about the file, by name; empty if it has none.
  public Map<String, String> metadata() {
    return metadata;
  }

  /// The tensors by name, in the order of their names.
  public Map<String, Tensor> tensors() {
    return new TreeMap<>(tensors);
  }

  /// A tensor's values in row-major order, converted to 32 bits.
  ///
  /// Cost: reading them from the file; four bytes of memory for each.
  ///
  /// @throws EngineException if there is no such tensor, its type is not one of F64, F32, F16 and
  ///   BF16, it has more than 2^28 values, or the file cannot be read
  public float[] floats(String name) {
    Tensor tensor = readable(name);
    if (tensor.values() > 1 << 28) {
      throw bad(
          file,
          "tensor '%s' (%d values) is too large to be read at once."
              .formatted(name, tensor.values()));
    }
    float[] values = new float[(int) tensor.values()];
    floats(name, 0, values.length, values);
    return values;
  }

  /// Reads `count` of a tensor's values from value `from` on into the beginning of `into`.
  ///
  /// @throws EngineException like [#floats(String)]
  /// @throws IndexOutOfBoundsException if there are not so many
  public void floats(String name, long from, int count, float[] into) {
    Tensor tensor = readable(name);
    Objects.checkFromIndexSize(from, count, tensor.values());
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      int chunk = 1 << 18;
      int width = tensor.type().bytes();
      for (int done = 0; done < count; done += chunk) {
        int some = Math.min(chunk, count - done);
        long at = data + tensor.from() + (from + done) * width;
        ByteBuffer bytes = read(channel, at, some * width, file);
        for (int i = 0; i < some; i++) {
          into[done + i] = tensor.type().value(bytes, i);
        }
      }
    } catch (IOException e) {
      throw new EngineException("The file %s cannot be read: %s".formatted(file, e), e);
    }
  }

  private Tensor readable(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw bad(file, "it has no tensor '%s', only %s.".formatted(name, tensors().keySet()));
    }
    if (!tensor.type().floating()) {
      throw bad(
          file,
          "tensor '%s' (%d values of type %s) cannot be read as numbers of 32 bits."
              .formatted(name, tensor.values(), tensor.type()));
    }
    return tensor;
  }

  private static ByteBuffer read(FileChannel channel, long at, int length, Path file)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, at + bytes.position()) < 0) {
        throw bad(file, "it was cut off while it was read.");
      }
    }
    return bytes.flip();
  }

  static EngineException bad(Path file, String problem) {
    return new EngineException("'%s' cannot be used: %s".formatted(file, problem));
  }
}
