package ponder.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import ponder.core.Answer;
import ponder.core.Spend;
import ponder.grade.Answers;
import ponder.recipe.Estimate;
import ponder.recipe.Solution;

/// Prints a solution for people: the winning text, the answer and the votes on the output, what it
/// cost on the error stream.
final class SolveReport {
  private final Shell shell;

  SolveReport(Shell shell) {
    this.shell = shell;
  }

  /// @param textShown whether the winning text was shown while it came
  void print(Solution solution, boolean textShown) {
    if (!textShown && !solution.text().isBlank()) {
      shell.out().println(solution.text().strip());
    }
    if (!solution.text().isBlank()) {
      shell.out().println();
    }
    shell.out().println("Answer: " + (solution.answer() == null ? "none" : solution.answer()));
    if (solution.candidates().size() > 1) {
      shell.out().println("Votes:  " + votes(solution.candidates()));
    }
    shell.out().flush();
    shell.note(cost(solution));
    if (solution.anytime()) {
      shell.note("ended early: " + solution.why());
    }
  }

  private static String votes(List<Answer> candidates) {
    Map<String, List<Answer>> classes = new LinkedHashMap<>();
    for (Answer candidate : candidates) {
      String value = candidate.value();
      String key = value == null ? "" : Answers.classOf(value);
      classes.computeIfAbsent(key, name -> new ArrayList<>()).add(candidate);
    }
    return String.join(
        ", ",
        classes.values().stream()
            .sorted((a, b) -> Integer.compare(b.size(), a.size()))
            .map(votes -> votes.size() + " for " + name(votes.getFirst()))
            .toList());
  }

  private static String name(Answer answer) {
    return answer.value() == null ? "none" : answer.value();
  }

  private static String cost(Solution solution) {
    Spend spend = solution.spend();
    String replayed =
        solution.paid().generatedTokens() < spend.generatedTokens()
            ? " (%d now, the rest from the journal)".formatted(solution.paid().generatedTokens())
            : "";
    return "%s with %s: %d samples, %d prompt tokens (%d cached), %d generated%s, %.1f s; run %s"
        .formatted(
            solution.method(),
            solution.model(),
            solution.candidates().size(),
            spend.promptTokens(),
            spend.cachedPromptTokens(),
            spend.generatedTokens(),
            replayed,
            solution.paid().seconds(),
            solution.run());
  }

  /// Prints what a task will cost.
  void print(Estimate estimate) {
    shell.out().println("%s with %s will take:".formatted(estimate.method(), estimate.model()));
    Spend expected = estimate.expected();
    Spend most = estimate.most();
    Table table = new Table("", "EXPECTED", "AT MOST");
    table.row("  samples", "", Long.toString(estimate.samples()));
    row(table, "calls", expected.calls(), most.calls());
    row(table, "prompt tokens", expected.promptTokens(), most.promptTokens());
    row(table, "generated tokens", expected.generatedTokens(), most.generatedTokens());
    row(table, "scored tokens", expected.scoredTokens(), most.scoredTokens());
    table.row("  FLOP", flops(expected), flops(most));
    table.print(shell);
    shell.out().println("from " + estimate.basis());
    shell.out().flush();
  }

  private static void row(Table table, String name, long expected, long most) {
    table.row("  " + name, Long.toString(expected), Long.toString(most));
  }

  private static String flops(Spend spend) {
    return String.format(Locale.ROOT, "%.3g", spend.flops());
  }
}
