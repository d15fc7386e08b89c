package ponder.search;

import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.core.Answer;
import ponder.core.Event;
import ponder.model.ContextOverflowException;
import ponder.model.Request;

/// The answer that follows thoughts.
///
/// @param attempt thoughts and answer part as one solution
/// @param reasoning the thoughts
/// @param text the answer part
/// @param cut whether the budget, a deadline or the user shortened the answer part
record ThinkingAnswer(Attempt attempt, String reasoning, String text, boolean cut) {
  /// Closes the thoughts and lets the model answer. One call, or none if nothing is left.
  ///
  /// An answer part that is blank, as of models that were not taught these markers, or was cut off
  /// from outside and marks no answer, gives the one that the thoughts mark.
  static ThinkingAnswer ask(
      Thinking thinking, ThinkingTrace trace, ThinkingRoom room, Solver solver) {
    Solver.Wave wave = wave(thinking, trace, room, solver);
    if (wave.samples().isEmpty()) {
      return new ThinkingAnswer(trace.attempt(null, marked(trace, solver)), trace.text(), "", true);
    }
    Solver.Sample sample = wave.samples().getFirst();
    String text = sample.completion().text().strip();
    boolean complete = !wave.cut() && !text.isEmpty();
    String answer = sample.answer() != null || complete ? sample.answer() : marked(trace, solver);
    return new ThinkingAnswer(trace.attempt(sample, answer), trace.text(), text, wave.cut());
  }

  private static Solver.Wave wave(
      Thinking thinking, ThinkingTrace trace, ThinkingRoom room, Solver solver) {
    boolean forced = trace.end().forced();
    long seed = solver.seed().split("answer", 0).value();
    Request request = thinking.answer(trace.tokens(), forced, room, seed);
    try {
      return forced
          ? solver.extract(trace.node(), request, ThinkingAnswer::asked)
          : solver.sample(trace.node(), request);
    } catch (ContextOverflowException e) {
      if (trace.generated() == 0) {
        throw e; // the question alone is too long
      }
      solver.sink().accept(new Event.Warned("The answer was not asked for: " + e.getMessage()));
      return new Solver.Wave(List.of(), true, true);
    }
  }

  /// What the model writes behind `Final Answer:` is the answer if it is one line; a longer text is
  /// read like any other.
  private static String asked(String text) {
    String line = text.strip();
    return line.contains("\n") ? text : ThinkingMarkers.ANSWER_PREFIX + " " + line;
  }

  private static @Nullable String marked(ThinkingTrace trace, Solver solver) {
    return solver.rubric().marked(trace.text()).orElse(null);
  }

  /// The outcome with this as the winner.
  ///
  /// @param attempts all of them, in order
  /// @param why how the thoughts ended
  /// @param thoughtsCut whether the budget, a deadline or the user ended them
  Outcome outcome(List<Attempt> attempts, String why, boolean thoughtsCut) {
    if (attempts.stream().allMatch(it -> it.candidate().tokens() == 0)) {
      return Outcome.nothing();
    }
    return new Outcome(
        attempt.answer(),
        text,
        reasoning,
        attempts.stream().map(ThinkingAnswer::candidate).toList(),
        attempts,
        attempt.node(),
        why + (cut ? "; the answer was cut off or not asked for" : ""),
        thoughtsCut || cut,
        attempt.thinkingTokens());
  }

  private static Answer candidate(Attempt attempt) {
    return attempt.scored(Math.clamp(Math.exp(attempt.meanLogprob()), 0, 1));
  }
}
