package ponder.search;

import ponder.grade.Rubric;
import ponder.model.Completion;
import ponder.model.FinishReason;
import ponder.model.Sampling;
import ponder.model.Tokens;
import ponder.search.tree.End;
import ponder.search.tree.Node;
import ponder.search.tree.Step;
import ponder.verify.Steps;

/// A step in the making: what has come of it so far, and whether more must come.
///
/// A separator does not always end a step: not before its first word, and not within code or a
/// formula that is still open. Then the draft goes on with a further part. Owned by the thread that
/// searches.
final class Draft {
  /// A model that says nothing but separators is given up.
  private static final int MOST_PARTS = 16;

  private final Node parent;
  private final int index;
  private final boolean whole;
  private final Sampling sampling;
  private final String proposer;
  private final Rubric rubric;
  private Step step = Step.NONE;
  private int node = -1;
  private int parts;
  private String finish = "";
  private boolean done;

  /// @param index among the samples taken from the parent
  /// @param whole whether it is the whole rest of the solution
  /// @param proposer for the trace
  /// @param rubric how answers are read
  Draft(Node parent, int index, boolean whole, Sampling sampling, String proposer, Rubric rubric) {
    this.parent = parent;
    this.index = index;
    this.whole = whole;
    this.sampling = sampling;
    this.proposer = proposer;
    this.rubric = rubric;
  }

  Node parent() {
    return parent;
  }

  int index() {
    return index;
  }

  boolean whole() {
    return whole;
  }

  Sampling sampling() {
    return sampling;
  }

  String proposer() {
    return proposer;
  }

  /// What has come of it.
  Step step() {
    return step;
  }

  /// The path to its end.
  Step path() {
    return parent.path().then(step);
  }

  /// Its number in the trace; -1 if it was never begun.
  int node() {
    return node;
  }

  void begin(int number) {
    node = number;
  }

  /// How many completions went into it.
  int parts() {
    return parts;
  }

  /// Why its last part ended, a finish reason's JSON name.
  String finish() {
    return finish;
  }

  boolean done() {
    return done;
  }

  /// Ends it where it is.
  void end(End end) {
    String answer =
        switch (end) {
          case EOS -> rubric.answer(path().text()).orElse(null);
          case ANSWERED, TRUNCATED, CUT -> rubric.marked(path().text()).orElse(null);
          case EMPTY, FAILED -> null;
        };
    step = step.then(new Step("", Tokens.of(), 0, 0, 0, end, answer));
    done = true;
  }

  /// Ends it where it is, since its prompt does not fit into the model's context.
  void overflow() {
    finish = FinishReason.CONTEXT.json();
    end(End.TRUNCATED);
  }

  /// Takes the next part.
  ///
  /// @param shortened whether the budget made it shorter than it may be
  void add(Completion completion, StepPrompt prompt, boolean shortened) {
    boolean begun = parts > 0 || parent.depth() > 0;
    boolean goesOn = prompt.atSeparator(completion) && !(begun && prompt.silent(completion));
    Step part = prompt.read(completion, goesOn);
    step = parts == 0 ? part : step.then(part);
    parts++;
    finish = completion.finish().json();
    switch (completion.finish()) {
      case EOS -> endOfText();
      case STOP -> {
        if (goesOn) {
          separator();
        } else {
          endOfText();
        }
      }
      case LENGTH -> endOr(shortened ? End.CUT : End.TRUNCATED);
      case CONTEXT -> endOr(End.TRUNCATED);
      case CANCELLED, DEADLINE -> endOr(End.CUT);
      case ERROR -> end(End.FAILED);
    }
  }

  private void endOfText() {
    end(path().text().isBlank() ? End.EMPTY : End.EOS);
  }

  private void endOr(End end) {
    end(rubric.marked(step.text()).isPresent() ? End.ANSWERED : end);
  }

  private void separator() {
    if (rubric.marked(step.text()).isPresent()) {
      end(End.ANSWERED);
    } else if (!step.text().isBlank() && !Steps.open(step.text())) {
      done = true;
    } else if (parts == MOST_PARTS) {
      end(step.text().isBlank() ? End.EMPTY : End.TRUNCATED);
    }
  }
}
