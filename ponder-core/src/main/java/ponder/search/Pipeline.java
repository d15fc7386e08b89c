package ponder.search;

import java.util.ArrayList;
import java.util.List;
import ponder.core.Answer;
import ponder.core.Event;
import ponder.core.Problem;
import ponder.core.Spend;
import ponder.model.ContextOverflowException;
import ponder.model.LanguageModel;
import ponder.model.Purse;
import ponder.verify.Candidate;
import ponder.verify.Scores;
import ponder.verify.Verifier;

/// Methods in a row: each gets the question and, as a draft to check and improve, what the one
/// before came to (`a&b`, optillm's notation).
///
/// The outcome of the last one that found an answer wins. Candidates of all are kept. Verifiers
/// judge against the question alone, without the draft.
///
/// @param members at least two
record Pipeline(List<Member> members) implements Strategy {
  Pipeline {
    members = List.copyOf(members);
  }

  @Override
  public void require(LanguageModel model) {
    members.forEach(member -> member.strategy().require(model));
  }

  @Override
  public boolean asksJudge() {
    return members.stream().anyMatch(member -> member.strategy().asksJudge());
  }

  @Override
  public Outcome solve(Problem problem, Solver solver) {
    List<Answer> candidates = new ArrayList<>();
    List<Attempt> attempts = new ArrayList<>();
    Verifier verifier = solver.verifier();
    Solver judged = verifier == null ? solver : judged(problem, verifier, solver);
    Outcome best = Outcome.nothing();
    String by = "";
    boolean anytime = false;
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      Solver part =
          judged
              .part(member.name(), i, Member.share(solver.budget().left(), members.size() - i))
              .below(Math.max(best.node(), solver.root()));
      Outcome outcome = next(member, withDraft(problem, best.text()), part, best);
      candidates.addAll(outcome.candidates());
      attempts.addAll(outcome.attempts());
      anytime |= outcome.anytime();
      if (wins(outcome, best)) {
        best = outcome;
        by = member.name();
      }
    }
    return new Outcome(
        best.answer(),
        best.text(),
        best.reasoning(),
        candidates,
        attempts,
        best.node(),
        by.isEmpty() ? best.why() : by + ": " + best.why(),
        anytime,
        best.thinkingTokens());
  }

  /// A draft that leaves no room in the context ends the row with what there is.
  private static Outcome next(Member member, Problem problem, Solver solver, Outcome before) {
    try {
      return member.strategy().solve(problem, solver);
    } catch (ContextOverflowException e) {
      if (before.attempts().isEmpty()) {
        throw e;
      }
      solver.sink().accept(new Event.Warned(member.name() + " was left out: " + e.getMessage()));
      return Outcome.nothing();
    }
  }

  /// A solver whose verifier, and what audits it, judge by the problem itself and not by a draft.
  private static Solver judged(Problem problem, Verifier verifier, Solver solver) {
    Verifier auditor = solver.auditor();
    return solver.judgedBy(
        new Of(problem, verifier), auditor == null ? null : new Of(problem, auditor));
  }

  private static boolean wins(Outcome outcome, Outcome before) {
    return !outcome.attempts().isEmpty() && (outcome.answer() != null || before.answer() == null);
  }

  private static Problem withDraft(Problem problem, String draft) {
    if (draft.isBlank()) {
      return problem;
    }
    Language in = Language.of(problem.question());
    return problem.withQuestion(
        String.join(
            "\n\n", problem.question(), Phrase.DRAFT.in(in), draft.strip(), Phrase.IMPROVE.in(in)));
  }

  /// Prompts of later members also repeat one sample of the member before.
  @Override
  public Plan plan(Problem problem, LanguageModel model) {
    Plan plan = members.getFirst().strategy().plan(problem, model);
    Problem drafted = withDraft(problem, ".");
    for (Member member : members.subList(1, members.size())) {
      Plan next = member.strategy().plan(drafted, model);
      List<Stage> carrying =
          next.stages().stream()
              .map(
                  it ->
                      new Stage(
                          it.calls(),
                          it.promptTokens(),
                          it.samples(),
                          it.maxTokens(),
                          it.carried() + it.calls()))
              .toList();
      plan = plan.then(new Plan(carrying, next.judged()));
    }
    return plan;
  }

  /// A verifier that judges against one problem, whatever it is told.
  private record Of(Problem problem, Verifier verifier) implements Verifier {
    @Override
    public String name() {
      return verifier.name();
    }

    @Override
    public List<Scores> score(Problem drafted, List<Candidate> candidates, Purse purse) {
      return verifier.score(problem, candidates, purse);
    }

    @Override
    public Spend judging(Problem drafted, long tokens) {
      return verifier.judging(problem, tokens);
    }

    @Override
    public boolean together() {
      return verifier.together();
    }

    @Override
    public boolean wantsCertainty() {
      return verifier.wantsCertainty();
    }
  }
}
