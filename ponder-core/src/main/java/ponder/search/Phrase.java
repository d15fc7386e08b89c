package ponder.search;

/// Every sentence that Ponder itself puts into a prompt, in English and in Japanese.
///
/// A changed sentence changes results: it belongs into the change log.
enum Phrase implements Wording {
  /// The system turn: steps, and the answer marked as the MATH data set marks it.
  STEP_BY_STEP(
      "Solve the problem step by step. Put the final answer, and nothing else, into \\boxed{}.",
      "問題を一歩ずつ解いてください。最後の答えだけを \\boxed{} の中に書いてください。"),

  /// The cue of zero-shot chain of thought (Kojima et al. 2022), in words of our own.
  CUE("Think it through one step at a time before you answer.", "答える前に、一歩ずつ順を追って考えてください。"),

  /// Asks for the answer alone after a solution, as a turn of the user.
  EXTRACT(
      "What is the final answer? Write it into \\boxed{} and add no explanation.",
      "最終的な答えは何ですか。説明は付けず、答えだけを \\boxed{} の中に書いてください。"),

  /// The same where the text simply goes on.
  CONCLUDE("Therefore, the final answer is", "したがって、最終的な答えは"),

  /// Stands before a question where a prompt is one text.
  QUESTION("Question:", "問題:"),

  /// Stands before a solution where a prompt is one text.
  SOLUTION("Solution:", "解答:"),

  /// Class-conditional control: short thinking.
  THINK_SHORT(
      "Keep your thinking short: take only the steps that are needed, and do not check them again.",
      "考える過程は短くしてください。必要な手順だけを踏み、見直しはしないでください。"),

  /// Class-conditional control: long thinking.
  THINK_LONG(
      "Think for a long time: go through every step with care, and use the time that is left to"
          + " check the result in another way.",
      "時間をかけて長く考えてください。すべての手順を丁寧に進め、残った時間で別の方法により結果を確かめてください。"),

  /// Stands between a question and a draft of its solution.
  DRAFT("Here is a draft of a solution. It may be wrong.", "次は解答の下書きです。間違っているかもしれません。"),

  /// Stands behind the draft.
  IMPROVE(
      "Check the draft, correct what is wrong in it, and write out the improved solution.",
      "下書きを確かめ、間違いを直して、改善した解答を書いてください。"),

  /// Asks for another attempt, after attempts that may be wrong.
  REVISE(
      "Read your solution again and look for mistakes. Then write a new, complete solution,"
          + " corrected where needed, with the final answer in \\boxed{}.",
      "解答をもう一度読み、間違いを探してください。そのうえで、必要な所を直した完全な解答を新しく書き、最後の答えを" + " \\boxed{} の中に書いてください。"),

  /// Asks for feedback on the solution; [#NO_CHANGE] goes in.
  CRITIQUE(
      "Check this solution step by step. Say what is wrong or unclear in it and what should be done"
          + " instead, but write no new solution. If nothing has to change, write: %s",
      "この解答を一歩ずつ確かめてください。間違いや不明な点と、代わりにどうすべきかを述べてください。新しい解答は書かないでください。"
          + "直す所がなければ、次のように書いてください: %s"),

  /// How feedback says that there is nothing to do.
  NO_CHANGE("NO CHANGE NEEDED", "変更不要"),

  /// Asks for the solution that follows the feedback.
  REFINE(
      "Now write the complete solution anew, following this feedback, with the final answer in"
          + " \\boxed{}.",
      "この指摘に従って、完全な解答を改めて書き、最後の答えを \\boxed{} の中に書いてください。");

  private final String english;
  private final String japanese;

  Phrase(String english, String japanese) {
    this.english = english;
    this.japanese = japanese;
  }

  @Override
  public String in(Language language) {
    return switch (language) {
      case ENGLISH -> english;
      case JAPANESE -> japanese;
    };
  }
}
