package ponder.gguf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads the list of tensors and checks that their data lie inside the file, apart from each other.
final class TensorReader {
  private static final int NAME_BYTES = 63;
  private static final int MOST_DIMENSIONS = 4;

  private final Cursor cursor;
  private final int alignment;

  TensorReader(Cursor cursor, int alignment) {
    this.cursor = cursor;
    this.alignment = alignment;
  }

  Map<String, TensorInfo> read(long count) {
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    for (long i = 0; i < count; i++) {
      TensorInfo tensor = tensor(i);
      if (tensors.put(tensor.name(), tensor) != null) {
        throw cursor.bad("tensor '%s' is there twice.".formatted(tensor.name()));
      }
    }
    return tensors;
  }

  private TensorInfo tensor(long index) {
    String name = cursor.name("the name of tensor " + index, NAME_BYTES);
    String what = "tensor '" + name + "'";
    int axes = cursor.int32("the number of dimensions of " + what);
    if (axes < 1 || axes > MOST_DIMENSIONS) {
      throw cursor.bad("%s has %d dimensions; 1 to 4 are possible.".formatted(what, axes));
    }
    List<Long> dimensions = new ArrayList<>();
    for (int axis = 0; axis < axes; axis++) {
      dimensions.add(cursor.int64("the dimensions of " + what));
    }
    TensorType type = type(what);
    long bytes = bytes(what, dimensions, type);
    long offset = cursor.int64("the offset of " + what);
    if (offset < 0 || offset % alignment != 0) {
      throw cursor.bad(
          "the offset of %s (%s) is no multiple of the alignment (%d)."
              .formatted(what, Long.toUnsignedString(offset), alignment));
    }
    return new TensorInfo(name, dimensions, type, offset, bytes);
  }

  private TensorType type(String what) {
    int id = cursor.int32("the type of " + what);
    TensorType type = TensorType.byId(id);
    if (type == null) {
      throw cursor.bad("the type of %s (%d) is unknown.".formatted(what, id));
    }
    return type;
  }

  private long bytes(String what, List<Long> dimensions, TensorType type) {
    if (dimensions.stream().anyMatch(n -> n < 1)) {
      throw cursor.bad(
          "%s has the dimensions %s; each must be at least 1.".formatted(what, dimensions));
    }
    if (dimensions.getFirst() % type.block() != 0) {
      throw cursor.bad(
          "%s has rows of %d elements, no multiple of the block of %s (%d)."
              .formatted(what, dimensions.getFirst(), type, type.block()));
    }
    try {
      long elements = dimensions.stream().reduce(1L, Math::multiplyExact);
      return Math.multiplyExact(elements / type.block(), (long) type.blockBytes());
    } catch (ArithmeticException e) {
      throw cursor.bad("%s of dimensions %s is larger than 2^63.".formatted(what, dimensions), e);
    }
  }

  /// Checks the places of all tensors' data, given where the data section begins.
  void checkPlaces(Iterable<TensorInfo> tensors, long dataStart) {
    long size = cursor.file().byteSize() - dataStart;
    List<TensorInfo> sorted = new ArrayList<>();
    tensors.forEach(sorted::add);
    sorted.sort(Comparator.comparingLong(TensorInfo::offset));
    long end = 0;
    String before = "";
    for (TensorInfo tensor : sorted) {
      if (tensor.offset() > size || tensor.bytes() > size - tensor.offset()) {
        throw cursor.bad(
            "it is truncated at byte %d: tensor '%s' needs %d bytes from byte %d on."
                .formatted(
                    cursor.file().byteSize(),
                    tensor.name(),
                    tensor.bytes(),
                    dataStart + Math.min(tensor.offset(), Long.MAX_VALUE - dataStart)));
      }
      if (tensor.offset() < end) {
        throw cursor.bad("tensor '%s' overlaps tensor '%s'.".formatted(tensor.name(), before));
      }
      end = tensor.offset() + tensor.bytes();
      before = tensor.name();
    }
  }
}
