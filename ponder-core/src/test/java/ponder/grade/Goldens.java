package ponder.grade;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The golden pairs.
final class Goldens {
  private Goldens() {}

  /// A pair and whether it is correct under the standard profile.
  record Golden(String answer, String reference, boolean correct) {}

  /// The pairs that other graders were run on too.
  static List<Golden> read() {
    return read("goldens.txt");
  }

  /// The pairs of one file; each line begins with T or F and has the pair after the first bar.
  static List<Golden> read(String file) {
    List<Golden> goldens = new ArrayList<>();
    try (InputStream in = Goldens.class.getResourceAsStream(file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (String line : text.lines().filter(line -> !line.startsWith("#")).toList()) {
        int bar = line.indexOf('|');
        int middle = line.indexOf(" ~ ", bar);
        goldens.add(
            new Golden(
                side(line.substring(bar + 1, middle)),
                side(line.substring(middle + 3)),
                line.startsWith("T")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return goldens;
  }

  private static String side(String text) {
    return text.equals("(empty)") ? "" : text;
  }
}
