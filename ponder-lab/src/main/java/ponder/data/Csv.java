package ponder.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ponder.model.EngineException;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Comma-separated values with a header (RFC 4180): cells may stand in quotes, and hold commas,
/// line breaks and doubled quotes there. Tabs and semicolons separate too: what the header has most
/// of. A record is placed at the line where it begins; empty lines are skipped.
final class Csv implements Records {
  private static final int LONGEST_RECORD = 1 << 26;
  private static final char[] SEPARATORS = {',', '\t', ';'};

  private final Path file;
  private final Characters characters;
  private final List<String> header;
  private char separator = ',';
  private String text = "";
  private int at;

  Csv(Path file, Characters characters) {
    this.file = file;
    this.characters = characters;
    this.header = header();
  }

  private List<String> header() {
    String first = filledLine();
    if (first == null) {
      return List.of();
    }
    separator = separator(first);
    try {
      List<String> names = record(first);
      Set<String> seen = new HashSet<>();
      for (String name : names) {
        if (!seen.add(name)) {
          throw new EngineException(
              "The header of %s has the column '%s' twice.".formatted(file, name));
        }
      }
      return names;
    } catch (Column.Unusable e) {
      throw new EngineException("The header of %s cannot be read: %s.".formatted(file, e.why()), e);
    }
  }

  /// The separator that the header has most of outside quotes; the earliest of equals.
  private static char separator(String header) {
    int[] counts = new int[SEPARATORS.length];
    boolean quoted = false;
    for (int i = 0; i < header.length(); i++) {
      char c = header.charAt(i);
      quoted ^= c == '"';
      for (int s = 0; s < SEPARATORS.length && !quoted; s++) {
        counts[s] += c == SEPARATORS[s] ? 1 : 0;
      }
    }
    int most = 0;
    for (int s = 1; s < SEPARATORS.length; s++) {
      most = counts[s] > counts[most] ? s : most;
    }
    return SEPARATORS[most];
  }

  private @Nullable String filledLine() {
    String line = characters.line();
    while (line != null && line.isBlank()) {
      line = characters.line();
    }
    return line;
  }

  @Override
  public @Nullable Found next() {
    String line = filledLine();
    if (line == null) {
      return null;
    }
    long place = characters.lineNumber();
    try {
      List<String> cells = record(line);
      if (characters.malformed(place, characters.lineNumber())) {
        return new Found.Broken(place, "it is not UTF-8 text");
      }
      if (cells.size() != header.size()) {
        return new Found.Broken(
            place, "it has %d of the header's %d columns".formatted(cells.size(), header.size()));
      }
      return new Found.Whole(place, values(cells));
    } catch (Column.Unusable e) {
      return new Found.Broken(place, e.why());
    }
  }

  private ObjectNode values(List<String> cells) {
    ObjectNode values = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < cells.size(); i++) {
      values.put(header.get(i), cells.get(i));
    }
    return values;
  }

  /// The cells of the record that begins with this line; reads on where a quote is open.
  private List<String> record(String line) throws Column.Unusable {
    text = line;
    at = 0;
    List<String> cells = new ArrayList<>();
    cells.add(cell());
    while (at < text.length()) {
      at++; // the separator
      cells.add(cell());
    }
    return cells;
  }

  /// One cell; `at` is then at the separator behind it or at the record's end.
  private String cell() throws Column.Unusable {
    if (at >= text.length() || text.charAt(at) != '"') {
      int end = text.indexOf(separator, at);
      String cell = text.substring(at, end < 0 ? text.length() : end);
      at += cell.length();
      return cell;
    }
    at++;
    StringBuilder cell = new StringBuilder();
    while (true) {
      int quote = text.indexOf('"', at);
      if (quote < 0) {
        readOn(cell);
      } else if (quote + 1 < text.length() && text.charAt(quote + 1) == '"') {
        cell.append(text, at, quote + 1);
        at = quote + 2;
      } else {
        cell.append(text, at, quote);
        at = quote + 1;
        break;
      }
    }
    if (at < text.length() && text.charAt(at) != separator) {
      throw new Column.Unusable("a quote is closed within a cell. Maybe it should be doubled");
    }
    return cell.toString();
  }

  /// Takes what is left of the line into the cell and goes on with the next.
  private void readOn(StringBuilder cell) throws Column.Unusable {
    cell.append(text, at, text.length()).append('\n');
    String next = characters.line();
    if (next == null || cell.length() > LONGEST_RECORD) {
      throw new Column.Unusable("a quote is opened and not closed");
    }
    text = next;
    at = 0;
  }

  @Override
  public void close() throws IOException {
    characters.close();
  }
}
