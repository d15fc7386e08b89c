package ponder.search;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.core.Event;
import ponder.core.Seed;
import ponder.model.EngineException;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.search.RstarChoice.Verdict;

/// rStar's second model: it is shown a solution's beginning, ends it in its own way, and the
/// solution is kept if the ends agree (Qi et al. 2024, section 3.3, mutual consistency).
///
/// It sees the question and the beginning alone: neither the rest of the solution nor what the tree
/// thinks of it. All beginnings of all solutions are asked in one fan-out; solutions with most
/// reward come first, in case the budget ends. A model that fails leaves the rest unheard, with a
/// warning: the solutions are there all the same.
///
/// @param check how
/// @param prompts how the question is put
/// @param solver with the budget; its judge is asked
record Discriminator(RstarCheck check, RstarPrompts prompts, Solver solver) {

  /// What it says of each of `candidates`, in their order.
  List<Verdict> hear(List<RstarCandidate> candidates) {
    List<RstarCandidate> order = new ArrayList<>(candidates);
    order.sort((a, b) -> Double.compare(b.reward(), a.reward()));
    List<Fan.Query> queries = new ArrayList<>();
    order.forEach(candidate -> queries.addAll(queries(candidate)));
    DiscriminatorAudit audit = new DiscriminatorAudit(check, solver);
    Fan fan = new Fan(solver.judge(), solver);
    List<List<Solver.Sample>> endings;
    try {
      endings = fan.ask(queries);
    } catch (EngineException e) {
      warn(e);
      return Collections.nCopies(candidates.size(), Verdict.UNHEARD);
    }
    EngineException failure = fan.failure();
    if (failure != null) {
      warn(failure);
    }
    List<Verdict> heard = new ArrayList<>();
    for (int i = 0; i < order.size(); i++) {
      List<List<Solver.Sample>> own = endings.subList(i * check.masks(), (i + 1) * check.masks());
      heard.add(verdict(order.get(i), own, audit));
    }
    audit.end(endings, failure == null);
    return candidates.stream().map(it -> heard.get(order.indexOf(it))).toList();
  }

  private void warn(EngineException failure) {
    solver
        .sink()
        .accept(new Event.Warned("Not all solutions could be checked: " + failure.getMessage()));
  }

  private List<Fan.Query> queries(RstarCandidate candidate) {
    List<Fan.Query> queries = new ArrayList<>();
    Seed seed = solver.seed().split("discriminator", candidate.paragraph());
    for (String beginning : check.beginnings(candidate.paragraph())) {
      Request request =
          prompts
              .complete(beginning, check.maxTokens())
              .withSampling(Sampling.of(check.temperature()))
              .withSeed(seed.split("mask", queries.size()).value());
      String proposer = "discriminator, mask " + queries.size() + ", sample";
      queries.add(new Fan.Query(candidate.attempt().node(), proposer, request));
    }
    return queries;
  }

  private Verdict verdict(
      RstarCandidate candidate, List<List<Solver.Sample>> endings, DiscriminatorAudit audit) {
    List<@Nullable String> answers = new ArrayList<>();
    endings.forEach(samples -> samples.forEach(sample -> answers.add(sample.answer())));
    if (answers.size() < check.masks()) {
      audit.heard(candidate, answers, 0, Verdict.UNHEARD);
      return Verdict.UNHEARD;
    }
    int node = candidate.attempt().node();
    double share = Majority.share(candidate.answer(), answers, solver.rubric());
    solver.sink().accept(new Event.Scored(node, "consistency", share));
    Verdict verdict =
        check.keep().keeps(candidate.answer(), answers, solver.rubric())
            ? Verdict.KEPT
            : Verdict.REFUSED;
    audit.heard(candidate, answers, share, verdict);
    return verdict;
  }
}
