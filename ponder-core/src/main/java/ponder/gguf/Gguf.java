package ponder.gguf;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// An open GGUF file, version 2 or 3, little-endian: metadata and tensors of a model.
///
/// The file is mapped, not read: opening costs the parsing of its head (some milliseconds for
/// 50,000 tokens), whatever the weights weigh. Everything is validated while opening: counts and
/// lengths against the bytes that are there (nothing is allocated by an unchecked number), types,
/// duplicate names, alignment, sizes without overflow, each tensor's data inside the file and apart
/// from the others. So a hostile file gives a [GgufException], never a crash, and whatever opens
/// can be read without further care. Whether it makes sense as a model is [GgufCheck]'s question.
///
/// Immutable and safe to share between threads until closed. Source: the GGUF specification,
/// version 3.
public final class Gguf implements AutoCloseable {
  private static final int MAGIC = 'G' | 'G' << 8 | 'U' << 16 | 'F' << 24;
  private static final int DEFAULT_ALIGNMENT = 32;

  /// Least bytes of a metadata entry (length, one byte of name, type, value) and of a tensor's.
  private static final int ENTRY_BYTES = 8 + 1 + 4 + 1;

  private static final int TENSOR_BYTES = 8 + 1 + 4 + 8 + 4 + 8;

  private final String name;
  private final Arena arena;
  private final MemorySegment file;
  private final int version;
  private final int alignment;
  private final long dataStart;
  private final Map<String, Value> metadata;
  private final Map<String, TensorInfo> tensors;

  private Gguf(String name, Arena arena, MemorySegment file) {
    this.name = name;
    this.arena = arena;
    this.file = file;
    Cursor cursor = new Cursor(name, file);
    version = version(cursor);
    long tensorCount = cursor.count("the number of tensors", TENSOR_BYTES);
    long entryCount = cursor.count("the number of metadata entries", ENTRY_BYTES);
    metadata = Collections.unmodifiableMap(new MetadataReader(cursor).read(entryCount));
    alignment = alignment(cursor);
    TensorReader reader = new TensorReader(cursor, alignment);
    tensors = Collections.unmodifiableMap(reader.read(tensorCount));
    dataStart = (cursor.at() + alignment - 1) / alignment * alignment;
    reader.checkPlaces(tensors.values(), dataStart);
  }

  /// Opens and validates `path`.
  ///
  /// @throws GgufException if it cannot be read or is broken
  public static Gguf open(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new GgufException("There is no file '%s'. Maybe the path is misspelt.".formatted(path));
    }
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return new Gguf(
          path.toString(),
          arena,
          channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
    } catch (IOException e) {
      arena.close();
      throw new GgufException("'%s' cannot be read: %s".formatted(path, e.getMessage()), e);
    } catch (GgufException e) {
      arena.close();
      throw e;
    }
  }

  /// Reads a file's bytes from memory.
  static Gguf of(String name, byte[] bytes) {
    return new Gguf(name, Arena.ofConfined(), MemorySegment.ofArray(bytes));
  }

  private static int version(Cursor cursor) {
    if (cursor.int32("the magic number") != MAGIC) {
      throw cursor.bad("it does not begin with 'GGUF'. Maybe it is no model file.");
    }
    int version = cursor.int32("the version");
    if (Integer.reverseBytes(version) == 2 || Integer.reverseBytes(version) == 3) {
      throw cursor.bad("it is big-endian; only little-endian files are supported.");
    }
    if (version != 2 && version != 3) {
      throw cursor.bad("its version (%d) must be 2 or 3.".formatted(version));
    }
    return version;
  }

  private int alignment(Cursor cursor) {
    String key = "general.alignment";
    Value value = metadata.getOrDefault(key, new Value.Whole(ValueType.UINT32, DEFAULT_ALIGNMENT));
    if (!(value instanceof Value.Whole whole) || whole.type() != ValueType.UINT32) {
      throw cursor.bad("'%s' is of type %s, not uint32.".formatted(key, value.kind()));
    }
    if (whole.value() > 1 << 20 || Long.bitCount(whole.value()) != 1) {
      throw cursor.bad(
          "'%s' (%d) must be a power of two, at most 2^20.".formatted(key, whole.value()));
    }
    return (int) whole.value();
  }

  /// The path it was opened with.
  public String name() {
    return name;
  }

  public int version() {
    return version;
  }

  /// What tensors' places are multiples of, in bytes.
  public int alignment() {
    return alignment;
  }

  /// Bytes of the whole file.
  public long size() {
    return file.byteSize();
  }

  /// All metadata, in the file's order.
  public Map<String, Value> metadata() {
    return metadata;
  }

  /// All tensors, in the file's order.
  public Collection<TensorInfo> tensors() {
    return tensors.values();
  }

  public Optional<TensorInfo> tensor(String tensorName) {
    return Optional.ofNullable(tensors.get(tensorName));
  }

  /// The bytes of a tensor, read-only; gone when this is closed.
  public MemorySegment data(TensorInfo tensor) {
    return file.asSlice(dataStart + tensor.offset(), tensor.bytes()).asReadOnly();
  }

  /// Number of elements of all tensors together.
  public long parameters() {
    return tensors.values().stream().mapToLong(TensorInfo::elements).sum();
  }

  /// The value of `general.architecture`, such as `llama`.
  ///
  /// @throws GgufException if there is none
  public String architecture() {
    return text("general.architecture")
        .orElseThrow(() -> bad("it has no 'general.architecture'. Maybe it is no language model."));
  }

  /// The string at `key`, empty if there is none.
  ///
  /// @throws GgufException if it is of another type; so do the readers below
  public Optional<String> text(String key) {
    return switch (metadata.get(key)) {
      case null -> Optional.empty();
      case Value.Text text -> Optional.of(text.value());
      case Value value -> throw wrong(key, value, "string");
    };
  }

  /// The whole number at `key`, of any width.
  public OptionalLong whole(String key) {
    return switch (metadata.get(key)) {
      case null -> OptionalLong.empty();
      case Value.Whole whole -> OptionalLong.of(whole.value());
      case Value value -> throw wrong(key, value, "whole number");
    };
  }

  /// The real number at `key`, of either width.
  public OptionalDouble real(String key) {
    return switch (metadata.get(key)) {
      case null -> OptionalDouble.empty();
      case Value.Real real -> OptionalDouble.of(real.value());
      case Value value -> throw wrong(key, value, "real number");
    };
  }

  public Optional<Boolean> flag(String key) {
    return switch (metadata.get(key)) {
      case null -> Optional.empty();
      case Value.Flag flag -> Optional.of(flag.value());
      case Value value -> throw wrong(key, value, "bool");
    };
  }

  public Optional<NumberArray> numbers(String key) {
    return switch (metadata.get(key)) {
      case null -> Optional.empty();
      case Value.Numbers numbers -> Optional.of(numbers.array());
      case Value value -> throw wrong(key, value, "array of numbers");
    };
  }

  public Optional<TextArray> texts(String key) {
    return switch (metadata.get(key)) {
      case null -> Optional.empty();
      case Value.Texts texts -> Optional.of(texts.array());
      case Value value -> throw wrong(key, value, "array of strings");
    };
  }

  /// An exception that says that this file cannot be used, and why.
  public GgufException bad(String problem) {
    return new GgufException("'%s' cannot be used: %s".formatted(name, problem));
  }

  private GgufException wrong(String key, Value value, String wanted) {
    return bad("'%s' is of type %s, not %s.".formatted(key, value.kind(), wanted));
  }

  /// Unmaps the file; arrays read from it can no longer be used. Idempotent.
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
