package ponder.search.tree;

/// Why nothing follows a step.
public enum End {
  /// The model ended its text.
  EOS(true, "the model ended the solution"),
  /// The step marks its answer, by a closed `\boxed{}` or words such as "The answer is".
  ANSWERED(true, "the step gives the answer"),
  /// The step or the solution reached its most tokens, or the model's memory is full.
  TRUNCATED(false, "cut off at its most tokens"),
  /// The budget, a deadline or the user cut it off.
  CUT(false, "cut off by the budget, a deadline or the user"),
  /// There is no text.
  EMPTY(false, "empty"),
  /// The engine could not go on with it.
  FAILED(false, "failed");

  private final boolean solved;
  private final String words;

  End(boolean solved, String words) {
    this.solved = solved;
    this.words = words;
  }

  /// Whether the path to here is a finished solution.
  public boolean solved() {
    return solved;
  }

  /// Why, in words.
  public String words() {
    return words;
  }
}
