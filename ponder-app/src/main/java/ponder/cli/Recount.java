package ponder.cli;

import java.util.ArrayList;
import java.util.List;
import ponder.core.Answer;
import ponder.core.Limits;
import ponder.core.Spend;
import ponder.core.Trace;
import ponder.model.EngineException;
import ponder.recipe.Solution;

/// `--checked`: counts a solution again from its trace and candidates.
final class Recount {
  private Recount() {}

  /// @throws EngineException naming everything that does not add up
  static void check(Solution solution, Trace trace, Limits budget) {
    List<String> wrong = new ArrayList<>();
    Spend spend = solution.spend();
    long nodes = trace.nodes().stream().mapToLong(Trace.Node::tokens).sum();
    long candidates = solution.candidates().stream().mapToLong(Answer::tokens).sum();
    long judges = solution.judging().generatedTokens();
    expect(wrong, "tokens of nodes and verdicts", nodes + judges, spend.generatedTokens());
    if (solution.tokensOfSteps() == 0) {
      expect(
          wrong, "tokens of candidates and verdicts", candidates + judges, spend.generatedTokens());
    }
    atMost(wrong, "generated tokens", spend.generatedTokens(), budget.tokens());
    atMost(wrong, "samples", solution.candidates().size(), budget.samples());
    atMost(wrong, "cached prompt tokens", spend.cachedPromptTokens(), spend.promptTokens());
    atMost(wrong, "tokens paid for", solution.paid().generatedTokens(), spend.generatedTokens());
    if (trace.end() == null || trace.start() == null) {
      wrong.add("the trace has no beginning or no end");
    }
    if (solution.answer() != null
        && solution.candidates().stream().noneMatch(c -> solution.answer().equals(c.value()))) {
      wrong.add("the answer (%s) is no candidate's".formatted(solution.answer()));
    }
    if (!wrong.isEmpty()) {
      throw new EngineException(
          "The run %s does not add up: %s.".formatted(solution.run(), String.join("; ", wrong)));
    }
  }

  private static void expect(List<String> wrong, String what, long is, long should) {
    if (is != should) {
      wrong.add("%s (%d) must be %d".formatted(what, is, should));
    }
  }

  private static void atMost(List<String> wrong, String what, long is, long most) {
    if (is > most) {
      wrong.add("%s (%d) must be at most %d".formatted(what, is, most));
    }
  }
}
