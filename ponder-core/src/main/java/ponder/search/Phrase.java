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
      "この指摘に従って、完全な解答を改めて書き、最後の答えを \\boxed{} の中に書いてください。"),

  /// The planner's system turn.
  PLANNER(
      "You plan how problems are solved, and leave the solving to others.",
      "あなたは問題の解き方を計画し、実際に解くのは他の人に任せます。"),

  /// Asks for a plan; the most sub-tasks go in.
  PLAN(
      "Divide this problem into at most %d sub-tasks that follow one another. Write each on a line"
          + " of its own, numbered 1., 2. and so on, and nothing else. Do not solve them.",
      "この問題を、順に行う最大 %d 個の小課題に分けてください。一行に一つずつ、1.、2. のように番号を付けて書き、" + "ほかには何も書かないでください。解かないでください。"),

  /// The system turn of who works on a sub-task.
  EXECUTOR("You work on one part of a larger problem.", "あなたは大きな問題の一部分を担当します。"),

  /// Tells of the tools; their descriptions follow, a line each.
  TOOLS(
      "To use a tool, write <call>NAME: INPUT</call> and stop; the result follows. The tools are:",
      "道具を使うには <call>名前: 入力</call> と書いて止まってください。結果がその後に続きます。使える道具:"),

  /// Stands before what other parts came to.
  RESULTS("Work on other parts came to this:", "ほかの部分の結果:"),

  /// Asks to solve one sub-task; its text goes in.
  EXECUTE(
      "Your part: %s\nSolve this part only, and end with its result in one sentence.",
      "あなたの担当: %s\nこの部分だけを解き、最後に結果を一文で書いてください。"),

  /// Stands before what a reviewer found wrong in a sub-task.
  FOUND("A reviewer found in an earlier try:", "前回の結果についての指摘:"),

  /// The answer to a call without a name or without an end.
  CALL_FORM(
      "Error: a call is written <call>NAME: INPUT</call>, such as <call>%s</call>.",
      "エラー: 呼び出しは <call>名前: 入力</call> のように書きます。例: <call>%s</call>"),

  /// The answer to a call of a tool that is not there; the name and the known ones go in.
  CALL_UNKNOWN("Error: tool (%s) is unknown. The tools are: %s.", "エラー: 道具 (%s) はありません。使える道具: %s"),

  /// The answer to a call that a tool could not carry out; tool and reason go in.
  CALL_FAILED("Error: %s could not do this: %s", "エラー: %s では実行できません: %s"),

  /// Stands behind the last result that there will be.
  CALL_LAST("No more calls are left. State the result.", "これ以上は呼び出せません。結果を述べてください。"),

  /// The reviewer's system turn.
  REVIEWER("You check the work of others.", "あなたは他の人の仕事を確かめます。"),

  /// Asks for a review; the words of consent and of refusal go in.
  REVIEW(
      "Check whether these results are right and together solve the problem. If so, write: %s."
          + " Otherwise write %s, the number of the first wrong part and what is wrong with it, such"
          + " as: %2$s 1: REASON",
      "これらの結果が正しく、合わせて問題を解いているかを確かめてください。正しければ %s と書いてください。"
          + "そうでなければ、%s と、最初に間違っている部分の番号と、その間違いを書いてください。例: %2$s 1: 理由"),

  /// How a reviewer consents.
  APPROVED("APPROVED", "承認"),

  /// How a reviewer refuses.
  REDO("REDO", "やり直し"),

  /// Asks for the solution that the results lead to.
  COMPOSE(
      "Use these results as far as they are right, and write out the solution of the whole problem.",
      "これらの結果を、正しいものに限って使い、問題全体の解答を書いてください。"),

  /// rStar's system turn for numbered steps.
  NUMBERED(
      "Solve the problem in numbered steps. Write each step on one line that begins with \"Step\""
          + " and its number. End the last step with \"The answer is\" and the answer.",
      "問題を番号付きの手順で解いてください。手順は一行ずつ、「手順」と番号で始めてください。" + "最後の手順は「答えは」と答えで結んでください。"),

  /// rStar's system turn for a solution in one go.
  PARAGRAPH(
      "Solve the problem step by step in one paragraph. End it with \"The answer is\" and the"
          + " answer.",
      "問題を一つの段落で一歩ずつ解いてください。最後は「答えは」と答えで結んでください。"),

  /// rStar's system turn for sub-questions.
  DECOMPOSE(
      "Break the problem into smaller sub-questions and answer one after the other, each on one"
          + " line. End each sub-answer with \"The answer is\" and the answer. The last"
          + " sub-question begins with \"Now we can answer the question:\".",
      "問題を小さな小問に分け、一行ずつ順に答えてください。小答は「答えは」と答えで結んでください。" + "最後の小問は「これで問題に答えられます:」で始めてください。"),

  /// rStar's system turn for a problem in other words.
  REPHRASE(
      "Rewrite the problem in one line: each given fact as a numbered condition, and then what is"
          + " asked. Do not solve it.",
      "問題を一行に書き直してください。与えられた事実を番号付きの条件とし、最後に問いを書いてください。" + "解かないでください。"),

  STEP("Step", "手順"),
  SUB_QUESTION("Sub-question", "小問"),
  SUB_ANSWER("Sub-answer", "小答"),
  CONDITION("Condition", "条件"),

  /// Begins what a text comes to.
  ANSWER_IS("The answer is", "答えは"),

  /// Begins a problem's last sub-question.
  NOW_ANSWER("Now we can answer the question:", "これで問題に答えられます:"),

  /// Begins a path that was made one text.
  LET_US_THINK("Let's think step by step.", "一歩ずつ考えましょう。"),

  /// Stands between a question and what is known already.
  KNOWN("What is known so far:", "これまでに分かったこと:");

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
