package ponder.search;

import java.util.ArrayList;
import java.util.List;
import ponder.core.Problem;
import ponder.model.LanguageModel;

/// What the roles of an [Agent] are told about one problem.
///
/// All see the problem. The planner sees nothing else; who works on a sub-task sees the results so
/// far and what a reviewer found in an earlier try; the reviewer and who composes see all results.
final class AgentPrompts {
  private final Agent agent;
  private final Problem problem;
  private final Language in;

  AgentPrompts(Agent agent, Problem problem) {
    this.agent = agent;
    this.problem = problem;
    in = agent.ask().languageOf(problem);
  }

  /// A sub-task and what came of it.
  record Part(String task, String result) {}

  /// A role's instructions and what it is asked.
  record Role(Ask ask, Problem asked) {
    /// Length of the prompt; 0 if the model does not show its tokens.
    long length(LanguageModel model) {
      return Ask.tokens(ask.prompt(asked, model), model);
    }
  }

  Language language() {
    return in;
  }

  Role plan() {
    String told = Phrase.PLAN.in(in).formatted(agent.limits().tasks());
    return role(agent.planner().in(in), problem.question(), told);
  }

  /// @param done sub-tasks before this one
  /// @param found what a reviewer found wrong; empty if nothing
  Role execute(String task, List<Part> done, String found) {
    return role(
        joined(Phrase.EXECUTOR.in(in), agent.tools().told(in)),
        problem.question(),
        results(done),
        found.isBlank() ? "" : Phrase.FOUND.in(in) + " " + found,
        Phrase.EXECUTE.in(in).formatted(task));
  }

  Role review(List<Part> done) {
    String told = Phrase.REVIEW.in(in).formatted(Phrase.APPROVED.in(in), Phrase.REDO.in(in));
    return role(Phrase.REVIEWER.in(in), problem.question(), results(done), told);
  }

  /// The problem with all results, as who composes sees it.
  Problem noted(List<Part> done) {
    return problem.withQuestion(joined(problem.question(), results(done), Phrase.COMPOSE.in(in)));
  }

  private Role role(String system, String... paragraphs) {
    return new Role(
        agent.ask().as(in, system, agent.limits().tokens()),
        problem.withQuestion(joined(paragraphs)));
  }

  /// Empty if there are none.
  String results(List<Part> done) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < done.size(); i++) {
      lines.add("%d. %s\n%s".formatted(i + 1, done.get(i).task(), done.get(i).result()));
    }
    return lines.isEmpty() ? "" : Phrase.RESULTS.in(in) + "\n" + String.join("\n", lines);
  }

  private static String joined(String... paragraphs) {
    return String.join(
        "\n\n", List.of(paragraphs).stream().filter(text -> !text.isBlank()).toList());
  }
}
