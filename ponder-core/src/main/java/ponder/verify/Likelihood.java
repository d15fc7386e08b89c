package ponder.verify;

import java.util.List;
import ponder.core.Problem;
import ponder.model.Purse;

/// `logprob`: the geometric mean of the probabilities that the model gave the tokens it wrote.
///
/// A mean, so that long solutions do not lose by their length alone. A candidate without tokens is
/// worth 0; one of which a log-probability is unknown (NaN) is not judged ([Scores#UNKNOWN]).
record Likelihood() implements Verifier {
  @Override
  public String name() {
    return "logprob";
  }

  @Override
  public List<Scores> score(Problem problem, List<Candidate> candidates, Purse purse) {
    return candidates.stream().map(it -> Scores.known(value(it))).toList();
  }

  private static double value(Candidate candidate) {
    return candidate.tokens() == 0
        ? 0
        : Math.min(1, Math.exp(candidate.sumLogprob() / candidate.tokens()));
  }
}
