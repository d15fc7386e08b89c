package ponder.search;

import java.util.ArrayList;
import java.util.List;
import ponder.core.Problem;
import ponder.model.LanguageModel;
import ponder.verify.Verifier;

/// Methods that work on the same problem, each with a share of the budget; all their candidates are
/// pooled and the verifier decides, weighted by answer, or the vote if there is none (`a|b`,
/// optillm's notation).
///
/// They run one after the other, each with an equal share of what is left. Side by side, what a
/// method that stops early leaves over could not go to the others, and the order of events would
/// depend on who is faster; the batch is filled by each method's own samples.
///
/// @param members at least two
record Parallel(List<Member> members) implements Strategy {
  Parallel {
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
    Solver working = Holdback.before(problem, this, solver);
    List<Attempt> attempts = new ArrayList<>();
    boolean cut = false;
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      Solver part =
          working.part(member.name(), i, Member.share(working.budget().left(), members.size() - i));
      Outcome outcome = member.strategy().solve(problem, part);
      attempts.addAll(outcome.attempts());
      cut |= outcome.anytime();
    }
    if (attempts.isEmpty()) {
      return Outcome.nothing();
    }
    Verifier verifier = solver.verifier();
    if (verifier == null) {
      Vote vote = Vote.of(attempts, solver.rubric());
      return SelfConsistency.decide(vote, attempts, vote.why(), cut, solver);
    }
    return BestOfN.decide(problem, attempts, cut, verifier, BestOfN.Mode.WEIGHTED, solver);
  }

  @Override
  public Plan plan(Problem problem, LanguageModel model) {
    List<Plan> plans = members.stream().map(it -> it.strategy().plan(problem, model)).toList();
    long pooled = plans.stream().mapToLong(it -> it.most().samples()).sum();
    Plan plan = plans.stream().reduce(Plan::then).orElseThrow();
    return plan.withJudged(plan.judged() + pooled);
  }
}
