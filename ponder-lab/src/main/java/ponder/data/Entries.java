package ponder.data;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import ponder.data.Column.Unusable;

/// The rows of a file one after the other, each with its place, and what is wrong where there is no
/// row. Remembers the ids (not the texts) of all rows it gave, to find those that come twice.
final class Entries implements AutoCloseable {
  private final Records records;
  private final RowReader reader;
  private final Consumer<Collection<String>> columns;
  private final Map<String, Long> ids = new HashMap<>();
  private long count;

  Entries(Records records, Columns columns) {
    this(records, columns, names -> {});
  }

  /// @param heard is told the columns of every record
  Entries(Records records, Columns columns, Consumer<Collection<String>> heard) {
    this.records = records;
    this.reader = new RowReader(columns);
    this.columns = heard;
  }

  /// A row, or what stands in its place.
  ///
  /// `place` is the number of its line (of its record, if the file has no lines) from 1, `number`
  /// that of the row from 0.
  sealed interface Entry {
    long place();

    long number();

    record Good(long place, long number, Row row) implements Entry {}

    /// @param id the row's id if that much could be read
    /// @param question its question if that much could be read
    record Bad(
        long place,
        long number,
        String why,
        Kind kind,
        @Nullable String id,
        @Nullable String question)
        implements Entry {}
  }

  /// What can be wrong with a row.
  enum Kind {
    BROKEN,
    EMPTY_QUESTION,
    EMPTY_ANSWER,
    REPEATED_ID
  }

  /// The next row, or null after the last.
  @Nullable Entry next() {
    Records.Found found = records.next();
    if (found == null) {
      return null;
    }
    long number = count++;
    return switch (found) {
      case Records.Found.Broken broken ->
          new Entry.Bad(broken.place(), number, broken.why(), Kind.BROKEN, null, null);
      case Records.Found.Whole whole -> {
        columns.accept(whole.values().propertyNames());
        yield entry(whole, number);
      }
    };
  }

  private Entry entry(Records.Found.Whole whole, long number) {
    Row row;
    try {
      row = reader.read(whole.values(), number);
    } catch (Unusable e) {
      return new Entry.Bad(
          whole.place(),
          number,
          e.why(),
          e.kind(),
          reader.idIn(whole.values(), number),
          reader.questionIn(whole.values()));
    }
    Long before = ids.putIfAbsent(row.id(), whole.place());
    if (before == null) {
      return new Entry.Good(whole.place(), number, row);
    }
    String why =
        "its id (%s) stands in %s %d already"
            .formatted(row.id(), unit().toLowerCase(java.util.Locale.ROOT), before);
    return new Entry.Bad(whole.place(), number, why, Kind.REPEATED_ID, row.id(), row.question());
  }

  /// The rows read so far, broken ones too.
  long count() {
    return count;
  }

  /// What a place counts: `Line` or `Row`.
  String unit() {
    return records.unit();
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
