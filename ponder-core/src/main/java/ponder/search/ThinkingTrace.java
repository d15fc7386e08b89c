package ponder.search;

import org.jspecify.annotations.Nullable;
import ponder.model.Completion;
import ponder.model.Tokens;
import ponder.verify.Candidate;
import ponder.verify.Steps;

/// The thoughts of one try as they grow: their tokens, why they ended, and what they cost. Not
/// thread-safe.
final class ThinkingTrace {
  /// Why thoughts ended.
  enum End {
    /// The model ended them.
    NATURAL("natural exit"),
    /// They reached their cap.
    LENGTH("forced exit at the cap"),
    /// They went round in circles.
    LOOP("forced exit from a loop"),
    /// The engine could not hold more.
    CONTEXT("forced exit, as the engine's memory was full"),
    /// The budget, a deadline or the user ended them.
    CUT("forced exit, as the budget, a deadline or the user ended the thoughts");

    private final String words;

    End(String words) {
      this.words = words;
    }

    /// Whether the model was made to stop.
    boolean forced() {
      return this != NATURAL;
    }
  }

  private final Thinking thinking;
  private Tokens tokens = Tokens.of();
  private End end = End.CUT;
  private int node;
  private int waits;
  private long generated;
  private double sumLogprob;
  private double certainty;

  /// @param node the node of the trace that the first thoughts continue
  ThinkingTrace(Thinking thinking, int node) {
    this.thinking = thinking;
    this.node = node;
  }

  /// Takes what a request for one sample brought, and why it ended.
  void add(Solver.Wave wave) {
    if (wave.samples().isEmpty()) {
      end = End.CUT;
    } else {
      add(wave.samples().getFirst(), wave.cut());
    }
  }

  /// Takes a sample.
  ///
  /// @param cut whether it was shortened from outside
  void add(Solver.Sample sample, boolean cut) {
    Completion completion = sample.completion();
    node = sample.node();
    generated += completion.tokens().size();
    sumLogprob += completion.sumLogprob();
    certainty += sum(completion.certainty());
    tokens = tokens.concat(thinking.own(completion));
    end =
        switch (completion.finish()) {
          case STOP, EOS -> End.NATURAL;
          case LENGTH -> cut ? End.CUT : End.LENGTH;
          case CONTEXT -> End.CONTEXT;
          case CANCELLED, DEADLINE, ERROR -> End.CUT;
        };
  }

  /// Puts a text in place of the stop that the model wanted.
  void goOn(Tokens wait) {
    tokens = tokens.concat(wait);
    waits++;
  }

  /// Gives up what is beyond `most` tokens.
  void cutTo(int most) {
    tokens = tokens.slice(0, Math.clamp(tokens.size(), 0, Math.max(0, most)));
  }

  void end(End value) {
    end = value;
  }

  End end() {
    return end;
  }

  Tokens tokens() {
    return tokens;
  }

  int size() {
    return tokens.size();
  }

  /// The last sample's node.
  int node() {
    return node;
  }

  /// How often the model was made to go on.
  int waits() {
    return waits;
  }

  /// Tokens that the model generated, the stops included and the waits not.
  long generated() {
    return generated;
  }

  double sumLogprob() {
    return sumLogprob;
  }

  /// The thoughts in words.
  String text() {
    return thinking.text(tokens).strip();
  }

  /// The thoughts, and what the model answered, as one solution. Its text has the thoughts between
  /// `<think>` and `</think>`, whatever the model's markers are, so that all who read it know them
  /// from the answer.
  ///
  /// @param answered the answer part; null if there is none
  /// @param answer the answer read from it; null if it holds none
  Attempt attempt(Solver.@Nullable Sample answered, @Nullable String answer) {
    String thoughts = text().isEmpty() ? "" : "<think>\n" + text() + "\n</think>\n\n";
    if (answered == null) {
      return attempt(node, thoughts, answer, generated, sumLogprob, certainty);
    }
    Completion completion = answered.completion();
    return attempt(
        answered.node(),
        thoughts + completion.text().strip(),
        answer,
        generated + completion.tokens().size(),
        sumLogprob + completion.sumLogprob(),
        certainty + sum(completion.certainty()));
  }

  private Attempt attempt(
      int node,
      String text,
      @Nullable String answer,
      long generatedTokens,
      double sumLogprob,
      double certainty) {
    double meanCertainty = certainty / generatedTokens;
    return new Attempt(
        node,
        new Candidate(text, Steps.split(text), answer, generatedTokens, sumLogprob, meanCertainty),
        size());
  }

  /// NaN where certainty was not asked for.
  private static double sum(float[] certainty) {
    double sum = certainty.length == 0 ? Double.NaN : 0;
    for (float value : certainty) {
      sum += value;
    }
    return sum;
  }

  /// How the thoughts ended, in words.
  String why() {
    return "%s; thinking tokens: %d, waits: %d".formatted(end.words, size(), waits);
  }
}
