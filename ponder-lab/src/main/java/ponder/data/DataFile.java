package ponder.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import ponder.model.EngineException;

/// Opens data files by what they hold: Parquet by its first bytes, CSV by the name's ending, JSON
/// lines and JSON lists by their first character. Text files may be packed (gzip).
final class DataFile {
  private static final byte[] PARQUET = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final String POINTER = "version https://git-lfs";

  private DataFile() {}

  /// The records of `file`.
  ///
  /// @throws EngineException if there is no such file, or it is none of the known forms
  static Records records(Path file) {
    if (startsLikeParquet(file)) {
      return Parquet.open(file);
    }
    String name =
        String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
    String start = start(file);
    if (start.startsWith(POINTER)) {
      throw new EngineException(
          "%s only points to a file in Git LFS. Maybe fetch that one: git lfs pull."
              .formatted(file));
    }
    if (name.endsWith(".csv") || name.endsWith(".tsv")) {
      return new Csv(file, Characters.open(file));
    }
    if (start.startsWith("[")) {
      return new JsonArray(file, Characters.open(file));
    }
    if (start.startsWith("{") || start.isEmpty() || name.endsWith(".jsonl")) {
      return new JsonLines(Characters.open(file));
    }
    throw new EngineException(
        "%s is no data set that is known: JSON lines, a JSON list, Parquet, or a file that is called .csv or .tsv."
            .formatted(file));
  }

  private static boolean startsLikeParquet(Path file) {
    try (var in = Files.newInputStream(file)) {
      return java.util.Arrays.equals(in.readNBytes(PARQUET.length), PARQUET);
    } catch (IOException e) {
      throw new EngineException("%s cannot be read: %s.".formatted(file, e.getMessage()), e);
    }
  }

  /// The first characters that are no white space; empty if there are none.
  private static String start(Path file) {
    try (Characters characters = Characters.open(file)) {
      StringBuilder start = new StringBuilder();
      for (int c = characters.read(); c >= 0; c = characters.read()) {
        if (!start.isEmpty() || !Character.isWhitespace(c)) {
          start.append((char) c);
        }
        if (start.length() == POINTER.length()) {
          break;
        }
      }
      return start.toString();
    } catch (IOException e) {
      throw new EngineException("%s cannot be read: %s.".formatted(file, e.getMessage()), e);
    }
  }
}
