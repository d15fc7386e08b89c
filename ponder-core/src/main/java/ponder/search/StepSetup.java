package ponder.search;

import ponder.model.Sampling;

/// How the steps of a search are written.
///
/// @param ask how the problem is put; its length is that of a whole solution
/// @param sampling how tokens are drawn
/// @param separator what ends a step, and belongs to it; blank lines inside of code or formulas do
///   not
/// @param steps most steps of a solution; the last is the whole rest
/// @param stepTokens most tokens of a step
/// @param dedupe whether a step that repeats a sibling is left out
/// @param lookahead how many further steps are written greedily, and thrown away, before a step is
///   judged
/// @param incremental whether a step is judged with what is known of those before it; if not, every
///   judgement reads its whole path anew, which costs more and says the same
record StepSetup(
    Ask ask,
    Sampling sampling,
    String separator,
    int steps,
    int stepTokens,
    boolean dedupe,
    int lookahead,
    boolean incremental) {
  StepSetup {
    if (separator.isEmpty()) {
      throw new IllegalArgumentException("separator () must not be empty. Maybe \\n\\n was meant.");
    }
  }
}
