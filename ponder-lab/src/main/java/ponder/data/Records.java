package ponder.data;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The records of a file, one after the other, in the file's order and within bounded memory.
///
/// What is wrong with one record is a value; what ends the file is a
/// [ponder.model.EngineException].
interface Records extends AutoCloseable {
  /// A record, or what stands in its place.
  sealed interface Found {
    /// Where it begins: the number of its line, or of its record if the file has no lines; from 1.
    long place();

    /// An object of named values.
    record Whole(long place, ObjectNode values) implements Found {}

    /// Something that is no record.
    record Broken(long place, String why) implements Found {}
  }

  /// The next record, or null after the last.
  @Nullable Found next();

  /// What [Found#place] counts: `Line` or `Row`.
  default String unit() {
    return "Line";
  }

  @Override
  void close() throws IOException;
}
