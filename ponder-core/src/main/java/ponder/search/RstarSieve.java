package ponder.search;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import ponder.core.Event;
import ponder.core.TraceSink;
import ponder.grade.Rubric;
import ponder.model.FinishReason;
import ponder.search.RstarFaults.Fault;
import ponder.search.tree.End;

/// Says of samples whether a node of rStar's tree can be made of them, tells the trace why not, and
/// counts what was wrong. Used by one thread.
final class RstarSieve {
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final Pattern QUESTION_MARK = Pattern.compile("[?？]");

  private final boolean dedupe;
  private final RstarPrompts prompts;
  private final Fan fan;
  private final TraceSink sink;
  private final Rubric rubric;
  private final RstarFaults faults = new RstarFaults();

  /// @param dedupe whether a text that repeats a sibling is left out
  /// @param fan what the samples come from
  RstarSieve(boolean dedupe, RstarPrompts prompts, Fan fan, Solver solver) {
    this.dedupe = dedupe;
    this.prompts = prompts;
    this.fan = fan;
    this.sink = solver.sink();
    this.rubric = solver.rubric();
  }

  /// What was wrong so far.
  RstarFaults faults() {
    return faults;
  }

  /// What a sample says.
  static String line(Solver.Sample sample) {
    return sample.completion().text().strip();
  }

  /// Texts that differ in white space, case and the shape of apostrophes alone are the same.
  static String normal(String text) {
    String straight = text.strip().replace('\u2019', '\'').toLowerCase(Locale.ROOT);
    return SPACE.matcher(straight).replaceAll(" ");
  }

  /// Whether a sample stopped only since it had its most tokens.
  static boolean endless(Solver.Sample sample) {
    return switch (sample.completion().finish()) {
      case LENGTH, CONTEXT -> true;
      case STOP, EOS, CANCELLED, DEADLINE, ERROR -> false;
    };
  }

  /// Whether the budget, a deadline or the user ended a sample.
  private boolean cutOff(Solver.Sample sample) {
    return switch (sample.completion().finish()) {
      case CANCELLED, DEADLINE -> true;
      case LENGTH -> fan.over();
      case STOP, EOS, CONTEXT, ERROR -> false;
    };
  }

  /// Whether a node can be made of a sample; else it is left out.
  ///
  /// @param text what would be the node's
  /// @param ended whether that text came to its end
  /// @param seen what the path says already
  /// @param siblings what other samples say; the text is added
  boolean usable(
      Solver.Sample sample, String text, boolean ended, Set<String> seen, Set<String> siblings) {
    if (cutOff(sample) && !(ended && endless(sample))) {
      leaveOut(sample, null);
    } else if (sample.completion().finish() == FinishReason.ERROR) {
      leaveOut(sample, Fault.FAILED);
    } else if (text.isEmpty()) {
      leaveOut(sample, Fault.EMPTY);
    } else if (!ended) {
      leaveOut(sample, Fault.ENDLESS);
    } else if (seen.contains(normal(text))) {
      leaveOut(sample, Fault.REPEATED);
    } else if (!siblings.add(normal(text)) && dedupe) {
      prune(sample.node(), "repeats a sibling");
    } else {
      return true;
    }
    return false;
  }

  /// Whether a sample ended by itself and says something.
  static boolean whole(Solver.Sample sample) {
    return switch (sample.completion().finish()) {
      case STOP, EOS -> !line(sample).isEmpty();
      case LENGTH, CONTEXT, CANCELLED, DEADLINE, ERROR -> false;
    };
  }

  /// Tells of samples without an answer, of which at most one is the node, why the others are not.
  void passOver(List<Solver.Sample> samples, Solver.@Nullable Sample node) {
    for (Solver.Sample sample : samples) {
      if (sample != node) {
        boolean failed = sample.completion().finish() == FinishReason.ERROR;
        prune(
            sample.node(),
            failed ? Fault.FAILED.words() : cutOff(sample) ? End.CUT.words() : "no answer");
      }
    }
  }

  /// Leaves a sample out of which no answer could be read.
  void unanswered(Solver.Sample sample) {
    leaveOut(sample, cutOff(sample) ? null : Fault.UNANSWERED);
  }

  /// A sub-question; where the model went on behind it, as far as the question mark.
  String question(Solver.Sample sample) {
    String text = prompts.withoutLabel(line(sample));
    Matcher mark = QUESTION_MARK.matcher(text);
    return endless(sample) && mark.find() ? text.substring(0, mark.end()) : text;
  }

  /// Whether a sub-question came to its end, if only at a question mark.
  boolean endsAsQuestion(Solver.Sample sample) {
    return !endless(sample) || QUESTION_MARK.matcher(line(sample)).find();
  }

  /// Leaves a sample out.
  ///
  /// @param fault null if the budget's end is to blame
  void leaveOut(Solver.Sample sample, @Nullable Fault fault) {
    prune(sample.node(), fault == null ? End.CUT.words() : fault.words());
    if (fault != null) {
      faults.add(fault);
    }
  }

  /// Tells that nothing becomes of a node of the trace.
  void prune(int node, String reason) {
    sink.accept(new Event.Pruned(node, reason));
  }

  /// Tells of samples that voted why they are not the node.
  void outvote(List<Solver.Sample> samples, Majority most) {
    for (Solver.Sample sample : samples) {
      if (sample != most.winner()) {
        String answer = sample.answer();
        prune(
            sample.node(),
            answer == null
                ? cutOff(sample) ? End.CUT.words() : "no answer"
                : Majority.agreeing(answer, List.of(most.answer()), rubric) == 1
                    ? "agrees with node " + most.winner().node()
                    : "outvoted by node " + most.winner().node());
      }
    }
  }
}
