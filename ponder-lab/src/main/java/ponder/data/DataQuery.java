package ponder.data;

import org.jspecify.annotations.Nullable;

/// Which data set is wanted, and which of its rows.
///
/// @param called a name of the catalogue (also `NAME:SPLIT`), or a file
/// @param split which part of a named set; null for its usual one. A file has none
/// @param columns what the user says of the columns; goes before what the catalogue says
/// @param selection which rows
/// @param skipBad whether rows that cannot be used are left out instead of refused
public record DataQuery(
    String called, @Nullable String split, Columns columns, Selection selection, boolean skipBad) {
  /// Every row of the set called so, with its usual columns; a broken row is refused.
  public static DataQuery of(String called) {
    return new DataQuery(called, null, Columns.USUAL, Selection.EVERYTHING, false);
  }

  /// The same for these rows.
  public DataQuery withSelection(Selection value) {
    return new DataQuery(called, split, columns, value, skipBad);
  }

  /// The same with these columns.
  public DataQuery withColumns(Columns value) {
    return new DataQuery(called, split, value, selection, skipBad);
  }

  /// The same, broken rows left out.
  public DataQuery skippingBad() {
    return new DataQuery(called, split, columns, selection, true);
  }
}
