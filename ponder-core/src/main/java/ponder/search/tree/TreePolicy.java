package ponder.search.tree;

import java.util.List;

/// How a tree search chooses the child to descend into, by the best score; ties go to the earliest,
/// so equal values give equal trees. No model call.
public sealed interface TreePolicy {
  /// How much the search wants to try `child` next.
  ///
  /// @param quality of the child: from its paths, or the verifier's value if there was none
  double score(Node parent, Node child, double quality);

  /// PUCT as AlphaZero has it (Silver et al. 2018; OpenR's value-guided search): the policy's prior
  /// and the parent's visits say how much a child with few visits is worth a try.
  ///
  /// `Q + P sqrt(N_p) / (N_c + 1) (ln((N_p + base + 1) / base) + init)`. Below a parent without
  /// visits nothing but `Q` counts.
  ///
  /// @param base above 0; the larger, the later the exploration grows
  /// @param init at least 0; weight of the exploration
  record Puct(double base, double init) implements TreePolicy {
    @Override
    public double score(Node parent, Node child, double quality) {
      return score(quality, child.prior(), parent.visits(), child.visits());
    }

    double score(double quality, double prior, long parentVisits, long childVisits) {
      double weight = Math.log((parentVisits + base + 1) / base) + init;
      return quality + prior * Math.sqrt(parentVisits) / (childVisits + 1) * weight;
    }
  }

  /// UCT (Kocsis and Szepesvari 2006): every child is tried once, then `Q + c sqrt(ln N_p / N_c)`.
  /// Below a parent without visits, where the roll-out is, nothing but `Q` counts.
  ///
  /// @param c at least 0; weight of the exploration
  record Uct(double c) implements TreePolicy {
    /// More than any score of a child with visits, so that `Q` still orders those without.
    private static final double UNTRIED = 1e6;

    @Override
    public double score(Node parent, Node child, double quality) {
      return score(quality, parent.visits(), child.visits());
    }

    double score(double quality, long parentVisits, long childVisits) {
      if (parentVisits == 0) {
        return quality;
      }
      return childVisits == 0
          ? UNTRIED + quality
          : quality + c * Math.sqrt(Math.log(parentVisits) / childVisits);
    }
  }

  /// UCT whose untried children are taken in random order, and whose exploration may fade (rStar,
  /// Qi et al. 2024, "Mutual Reasoning Makes Smaller LLMs Stronger Problem-Solvers"). The order is
  /// that of the children's own seeds, so it depends on nothing else.
  ///
  /// @param c at least 0; weight of the exploration
  record RandomUct(double c, Fading fading) implements TreePolicy {
    @Override
    public double score(Node parent, Node child, double quality) {
      return child.visits() == 0
          ? Uct.UNTRIED + Dirichlet.unit(child.seed().split("untried", 0))
          : new Uct(c).score(quality, parent.visits(), child.visits());
    }

    @Override
    public RandomUct at(double done) {
      return new RandomUct(c * fading.left(done), Fading.CONST);
    }
  }

  /// How the weight of exploration changes from path to path.
  enum Fading {
    /// Not at all.
    CONST,
    /// To a tenth, by equal factors.
    EXP,
    /// To a tenth, by equal amounts.
    LIN;

    /// What is left of the weight, in [0.1, 1].
    ///
    /// @param done which part of all paths were run, in [0, 1]
    double left(double done) {
      return switch (this) {
        case CONST -> 1;
        case EXP -> Math.pow(0.1, done);
        case LIN -> 1 - 0.9 * done;
      };
    }
  }

  /// The policy of one path.
  ///
  /// @param done which part of all paths were run before, in [0, 1)
  default TreePolicy at(double done) {
    return this;
  }

  /// The child to descend into.
  ///
  /// @param children at least one
  /// @param backup what the paths through a child say of it
  default Node choose(Node parent, List<Node> children, Mcts.Backup backup) {
    Node best = children.getFirst();
    double most = Double.NEGATIVE_INFINITY;
    for (Node child : children) {
      double score = score(parent, child, backup.quality(child));
      if (score > most) {
        best = child;
        most = score;
      }
    }
    return best;
  }
}
