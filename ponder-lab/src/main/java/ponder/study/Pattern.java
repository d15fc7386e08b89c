package ponder.study;

/// A way of reasoning that the study of Wu et al. 2024 ("A Comparative Study on Reasoning Patterns
/// of OpenAI's o1 Model", section 4) tells apart. A text may show several.
public enum Pattern {
  SYSTEMATIC_ANALYSIS(
      "systematic analysis",
      "it looks at the whole of the problem, what is given, wanted and required, before it decides"
          + " how to solve it"),
  METHOD_REUSE(
      "method reuse", "it recognises a known kind of problem and applies the known method for it"),
  DIVIDE_AND_CONQUER(
      "divide and conquer",
      "it breaks the problem into smaller ones, solves these and puts the results together"),
  SELF_REFINEMENT(
      "self-refinement", "it checks its own reasoning on the way, and corrects what is wrong"),
  CONTEXT_IDENTIFICATION(
      "context identification",
      "it gathers or recalls the facts that the question needs before it answers"),
  EMPHASIZING_CONSTRAINTS(
      "emphasizing constraints", "it repeats on the way which conditions the answer must meet");

  private final String words;
  private final String meaning;

  Pattern(String words, String meaning) {
    this.words = words;
    this.meaning = meaning;
  }

  /// The study's name for it, which files and pages use.
  public String words() {
    return words;
  }

  String meaning() {
    return meaning;
  }

  /// What the judge calls it.
  char letter() {
    return (char) ('A' + ordinal());
  }
}
