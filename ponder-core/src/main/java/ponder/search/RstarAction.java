package ponder.search;

/// What rStar can do next at a node (Qi et al. 2024, section 3.2: A1 to A5).
enum RstarAction {
  /// One more step of thought.
  THOUGHT("A1 thought"),
  /// All remaining steps, to the answer.
  ANSWER("A2 answer"),
  /// The next sub-question, with its answer.
  SUB_QUESTION("A3 sub-question"),
  /// The last sub-question answered anew, as a problem of its own.
  AGAIN("A4 answer again"),
  /// The question in other words.
  REPHRASE("A5 rephrased question");

  private final String words;

  RstarAction(String words) {
    this.words = words;
  }

  /// As the trace calls it.
  String words() {
    return words;
  }

  /// Whether it may follow `trail`, whatever depth that has.
  ///
  /// Departs from the released code: behind a thought that gives the answer there are no more
  /// thoughts, only answers that confirm it or do not.
  boolean mayFollow(Trail trail) {
    return switch (this) {
      case THOUGHT -> trail.open() && trail.answered().isEmpty();
      case ANSWER -> trail.open();
      case SUB_QUESTION -> trail.open() && trail.last() != THOUGHT;
      case AGAIN -> trail.open() && trail.last() == SUB_QUESTION;
      case REPHRASE -> trail.last() == null;
    };
  }
}
