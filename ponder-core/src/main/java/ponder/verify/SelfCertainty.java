package ponder.verify;

import java.util.List;
import ponder.core.Problem;
import ponder.model.Purse;

/// `self-certainty`: how far the model's distributions were from uniform while it wrote (Kang et
/// al. 2025, "Scalable Best-of-N Selection for Large Language Models via Self-Certainty").
///
/// The mean divergence c, in nats and without an upper bound, becomes `c / (1 + c)`: it rises with
/// c and needs to know neither the vocabulary nor the other candidates. Models are at some 5 to 20
/// nats, so values lie close together near 1: they rank well and weigh little. A candidate without
/// tokens is worth 0; one whose certainty is unknown (NaN) is not judged ([Scores#UNKNOWN]).
record SelfCertainty() implements Verifier {
  @Override
  public String name() {
    return "self-certainty";
  }

  @Override
  public boolean wantsCertainty() {
    return true;
  }

  @Override
  public List<Scores> score(Problem problem, List<Candidate> candidates, Purse purse) {
    return candidates.stream().map(it -> Scores.known(value(it))).toList();
  }

  private static double value(Candidate candidate) {
    double certainty = Math.max(0, candidate.certainty());
    if (candidate.tokens() == 0) {
      return 0;
    }
    return Double.isInfinite(certainty) ? 1 : certainty / (1 + certainty);
  }
}
