package ponder.cli;

import java.util.ArrayList;
import java.util.List;

/// Rows of text under headings, in columns as wide as they need; the last one is cut at the
/// terminal's border.
final class Table {
  private static final String GAP = "  ";

  private final int columns;
  private final List<List<String>> rows = new ArrayList<>();

  /// A table with these headings.
  Table(String... headings) {
    this(headings.length);
    row(headings);
  }

  /// A table without headings.
  Table(int columns) {
    this.columns = columns;
  }

  /// Adds a row with one cell for each column.
  void row(String... cells) {
    if (cells.length != columns) {
      throw new IllegalArgumentException(
          "cells (%d) must be as many as columns (%d).".formatted(cells.length, columns));
    }
    rows.add(List.of(cells));
  }

  /// Prints the table; not wider than the terminal, if there is one.
  void print(Shell shell) {
    int[] widths = widths();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(i == 0 ? "" : GAP).append(row.get(i));
        line.append(" ".repeat(i == widths.length - 1 ? 0 : widths[i] - length(row.get(i))));
      }
      shell.out().println(cut(line.toString().stripTrailing(), shell));
    }
  }

  private int[] widths() {
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], length(row.get(i)));
      }
    }
    return widths;
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String cut(String line, Shell shell) {
    if (!shell.outIsTerminal() || length(line) <= shell.columns()) {
      return line;
    }
    return line.substring(0, line.offsetByCodePoints(0, shell.columns() - 1)) + "…";
  }
}
