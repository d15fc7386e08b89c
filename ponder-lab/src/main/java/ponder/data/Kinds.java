package ponder.data;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import ponder.core.Grading;
import ponder.model.EngineException;

/// What kind of answers a data set has.
///
/// The rows' own field `grading` goes before what the catalogue says. Where neither says anything,
/// rows that all list options in their question and have a letter of these for an answer are
/// choices; all others are mathematics.
final class Kinds {
  private static final String FIELD = "grading";

  private Kinds() {}

  /// A key of [Grading].
  ///
  /// @throws EngineException if the rows say different things, or what is no kind
  static String of(List<Row> rows, DataSet.Origin origin) {
    Set<String> said = new TreeSet<>();
    rows.forEach(row -> said.add(row.extra().getOrDefault(FIELD, "").strip()));
    if (said.size() > 1) {
      throw new EngineException(
          "The rows of %s have different gradings %s. Maybe evaluate them apart, or give --grading."
              .formatted(origin.file(), said));
    }
    String own = said.isEmpty() ? "" : said.iterator().next().toLowerCase(Locale.ROOT);
    if (!own.isEmpty() && !Grading.KEYS.contains(own)) {
      throw new EngineException(
          "grading (%s) of the rows of %s must be one of %s."
              .formatted(own, origin.file(), Grading.KEYS));
    }
    if (!own.isEmpty() || !origin.grading().isEmpty()) {
      return own.isEmpty() ? origin.grading() : own;
    }
    return rows.stream().allMatch(Kinds::isChoice) ? "choice" : "math";
  }

  private static boolean isChoice(Row row) {
    String letter = row.answer().replaceAll("[().\\s]", "");
    return Grading.named("choice", row.question()) instanceof Grading.Choice choice
        && letter.length() == 1
        && letter.charAt(0) >= 'A'
        && letter.charAt(0) < 'A' + choice.options().size();
  }
}
