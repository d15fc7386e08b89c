package ponder.data;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ponder.core.Grading;
import ponder.core.LabelledProblem;
import ponder.core.Problem;

/// A row of a data set, as the set's columns were read.
///
/// @param id the row's own id, else its number in the file, from 0; not blank
/// @param question what is asked, with its options below it if it is a choice; not blank
/// @param answer the reference answer; not blank. Of a choice: the letter of the right option
/// @param solution a worked solution; null if the row has none
/// @param extra the columns that were not asked for, by name, in the file's order; what is no plain
///   value stands here as JSON, a missing value not at all
public record Row(
    String id,
    String question,
    String answer,
    @Nullable String solution,
    Map<String, String> extra) {
  public Row {
    if (id.isBlank() || question.isBlank() || answer.isBlank()) {
      throw new IllegalArgumentException(
          "id (%s), question and answer of a row must not be blank.".formatted(id));
    }
    extra = Collections.unmodifiableMap(new LinkedHashMap<>(extra));
  }

  /// The row as an evaluation gives it away: the problem to the method, the answer to the grader.
  ///
  /// @param grading what kind of answer it has, a key of [Grading]
  public LabelledProblem problem(String grading) {
    return new LabelledProblem(
        new Problem(id, question, Grading.named(grading, question)), answer, solution);
  }
}
