package ponder.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import ponder.core.Answer;
import ponder.core.Spend;
import ponder.grade.AnswerClasses;
import ponder.grade.Rubric;
import ponder.recipe.Estimate;
import ponder.recipe.Solution;

/// Prints a solution for people: the winning text, the answer and the votes on the output, what it
/// cost on the error stream.
final class SolveReport {
  private static final int MOST_CLASSES = 6;
  private static final int LONGEST_NAME = 40;

  private final Shell shell;

  SolveReport(Shell shell) {
    this.shell = shell;
  }

  /// @param textShown whether the winning text was shown while it came
  /// @param otherShown whether another sample's text was
  void print(Solution solution, Rubric rubric, boolean textShown, boolean otherShown) {
    if (otherShown && !solution.text().isBlank()) {
      shell.out().println("\nThe winning text:");
    }
    if (!textShown && !solution.text().isBlank()) {
      shell.out().println(solution.text().strip());
    }
    if (!solution.text().isBlank()) {
      shell.out().println();
    }
    shell.out().println("Answer: " + (solution.answer() == null ? "none" : solution.answer()));
    if (solution.candidates().size() > 1) {
      shell.out().println("Votes:  " + votes(solution, rubric));
    }
    shell.out().flush();
    shell.note(cost(solution));
    if (solution.anytime()) {
      shell.note("ended early: " + solution.why());
    }
  }

  /// The classes of equal answers with their numbers of candidates and sums of scores, the heaviest
  /// first.
  private static String votes(Solution solution, Rubric rubric) {
    List<@Nullable String> answers = new ArrayList<>();
    solution.candidates().forEach(candidate -> answers.add(candidate.value()));
    AnswerClasses classes = rubric.classes(answers);
    Map<Integer, List<Answer>> votes = new TreeMap<>();
    for (int i = 0; i < answers.size(); i++) {
      int answer = classes.classOf(i) < 0 ? Integer.MAX_VALUE : classes.classOf(i); // none is last
      votes.computeIfAbsent(answer, index -> new ArrayList<>()).add(solution.candidates().get(i));
    }
    boolean counted = solution.verifier().equals("vote") || solution.verifier().equals("none");
    List<String> lines =
        votes.values().stream()
            .sorted(Comparator.comparingDouble(it -> counted ? -it.size() : -weight(it)))
            .map(it -> counted ? vote(it) : "%s (%.2f)".formatted(vote(it), weight(it)))
            .toList();
    String shown = String.join(", ", lines.subList(0, Math.min(MOST_CLASSES, lines.size())));
    int more = lines.size() - MOST_CLASSES;
    return more > 0 ? "%s and %d more".formatted(shown, more) : shown;
  }

  private static double weight(List<Answer> votes) {
    return votes.stream().mapToDouble(Answer::score).sum();
  }

  private static String vote(List<Answer> votes) {
    String value = votes.getFirst().value();
    String name = value == null ? "none" : value.strip().replaceAll("\\s+", " ");
    return votes.size()
        + " for "
        + (name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME - 1) + "…" : name);
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
