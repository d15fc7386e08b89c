package ponder.search;

import java.util.ArrayList;
import java.util.List;
import ponder.verify.Scores;

/// What a verifier could not read in one solve, so that it is told once and not for each candidate.
/// Thread-safe.
final class Faults {
  private long readings;
  private long unknown;

  /// Counts what was said of some candidates.
  synchronized void add(List<Scores> scores) {
    for (Scores score : scores) {
      unknown += score.unknown() ? 1 : 0;
      readings += score.judged() ? score.faults() : 0;
    }
  }

  /// What the user should know; empty if all was well.
  ///
  /// @param verifier its name
  synchronized String warning(String verifier) {
    List<String> warnings = new ArrayList<>();
    if (readings > 0) {
      warnings.add(
          "Verifier %s gave no readable value in %d %s, each of which counts as 0."
              .formatted(verifier, readings, readings == 1 ? "case" : "cases"));
    }
    if (unknown > 0) {
      warnings.add(
          "Verifier %s could not judge %d %s, as the model does not tell the probabilities of what it wrote. Maybe --verifier vote or judge was meant."
              .formatted(verifier, unknown, unknown == 1 ? "candidate" : "candidates"));
    }
    return String.join(" ", warnings);
  }
}
