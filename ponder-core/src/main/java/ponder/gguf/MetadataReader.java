package ponder.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads the metadata part of a file.
final class MetadataReader {
  /// Deepest arrays in arrays that are read; real files have none.
  private static final int DEPTH = 4;

  private static final int KEY_BYTES = 65_535;

  private final Cursor cursor;

  MetadataReader(Cursor cursor) {
    this.cursor = cursor;
  }

  Map<String, Value> read(long count) {
    Map<String, Value> values = new LinkedHashMap<>();
    for (long i = 0; i < count; i++) {
      String key = cursor.name("metadata key " + i, KEY_BYTES);
      if (values.put(key, value(key, type(key), 0)) != null) {
        throw cursor.bad("metadata key '%s' is there twice.".formatted(key));
      }
    }
    return values;
  }

  private ValueType type(String key) {
    int id = cursor.int32("the type of '" + key + "'");
    ValueType type = ValueType.byId(id);
    if (type == null) {
      throw cursor.bad("the type of '%s' (%d) is unknown.".formatted(key, id));
    }
    return type;
  }

  private Value value(String key, ValueType type, int depth) {
    return switch (type) {
      case STRING -> new Value.Text(cursor.text("'" + key + "'"));
      case ARRAY -> array(key, depth + 1);
      default -> scalar(key, type);
    };
  }

  private Value scalar(String key, ValueType type) {
    NumberArray one = numbers(key, type, 1);
    if (type == ValueType.BOOL) {
      return new Value.Flag(one.whole(0) == 1);
    }
    return type.isReal() ? new Value.Real(type, one.real(0)) : new Value.Whole(type, one.whole(0));
  }

  private Value array(String key, int depth) {
    if (depth > DEPTH) {
      throw cursor.bad("'%s' nests arrays more than %d deep.".formatted(key, DEPTH));
    }
    ValueType type = type(key);
    String what = "the length of '" + key + "'";
    return switch (type) {
      case STRING -> new Value.Texts(texts(key, cursor.count(what, Long.BYTES)));
      // An array in an array takes at least its type and its length.
      case ARRAY -> nested(key, cursor.count(what, Integer.BYTES + Long.BYTES), depth);
      default -> new Value.Numbers(numbers(key, type, cursor.count(what, type.bytes())));
    };
  }

  private NumberArray numbers(String key, ValueType type, long count) {
    long bytes = count * type.bytes();
    long start = cursor.take(bytes, "'" + key + "'");
    MemorySegment data = cursor.file().asSlice(start, bytes);
    if (type == ValueType.BOOL) {
      checkFlags(key, data);
    }
    return new NumberArray(type, data);
  }

  private void checkFlags(String key, MemorySegment data) {
    for (long i = 0; i < data.byteSize(); i++) {
      int flag = data.get(ValueLayout.JAVA_BYTE, i);
      if ((flag & ~1) != 0) {
        throw cursor.bad("'%s' holds the flag %d, neither 0 nor 1.".formatted(key, flag));
      }
    }
  }

  private TextArray texts(String key, long count) {
    if (count > Integer.MAX_VALUE - 16) {
      throw cursor.bad("the length of '%s' (%d) is above 2^31.".formatted(key, count));
    }
    long[] starts = new long[(int) count];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = cursor.at();
      cursor.skipText("'" + key + "'");
    }
    return new TextArray(cursor.file(), starts);
  }

  private Value nested(String key, long count, int depth) {
    List<Value> arrays = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      arrays.add(array(key, depth + 1));
    }
    return new Value.Nested(arrays);
  }
}
