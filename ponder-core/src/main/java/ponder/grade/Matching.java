package ponder.grade;

import java.util.Arrays;
import java.util.List;

/// Pairs the elements of two lists of equal length so that all pairs are equal, if that is
/// possible: augmenting paths in the bipartite graph of equal elements, O(n^3) beside O(n^2)
/// comparisons.
final class Matching {
  private final List<Value> a;
  private final List<Value> r;
  private final Comparison elements;
  private final Decision[][] decisions;

  Matching(List<Value> a, List<Value> r, Comparison elements) {
    this.a = a;
    this.r = r;
    this.elements = elements;
    this.decisions = new Decision[a.size()][r.size()];
  }

  /// Yes if all can be paired; unknown if they could, were the undecided pairs equal; else no.
  Decision decide() {
    if (pairs(false)) {
      return Decision.yes(Reason.SET, "set");
    }
    if (pairs(true)) {
      return Decision.unknown(reason(), "set");
    }
    return Decision.no(Reason.SET, "set");
  }

  private Reason reason() {
    for (Decision[] row : decisions) {
      for (Decision decision : row) {
        if (decision != null && decision.truth() == Decision.Truth.UNKNOWN) {
          return decision.reason();
        }
      }
    }
    return Reason.SET;
  }

  private boolean pairs(boolean hopeful) {
    int[] partner = new int[r.size()];
    Arrays.fill(partner, -1);
    for (int i = 0; i < a.size(); i++) {
      if (!augment(i, partner, new boolean[r.size()], hopeful)) {
        return false;
      }
    }
    return true;
  }

  private boolean augment(int i, int[] partner, boolean[] visited, boolean hopeful) {
    for (int j = 0; j < r.size(); j++) {
      if (!visited[j] && fits(i, j, hopeful)) {
        visited[j] = true;
        if (partner[j] < 0 || augment(partner[j], partner, visited, hopeful)) {
          partner[j] = i;
          return true;
        }
      }
    }
    return false;
  }

  private boolean fits(int i, int j, boolean hopeful) {
    if (decisions[i][j] == null) {
      decisions[i][j] = elements.compare(a.get(i), r.get(j));
    }
    return decisions[i][j].isYes() || (hopeful && !decisions[i][j].isNo());
  }
}
