package ponder.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import ponder.grade.AnswerClasses;
import ponder.grade.Rubric;

/// A vote of attempts by the class of their answer.
///
/// The class with the largest weight wins; among equals the larger one, then the one with the
/// larger sum of its attempts' mean log-probabilities, then the one seen first. Attempts without an
/// answer have no vote; if none has one, there is no winner.
final class Vote {
  private static final Comparator<Block> ORDER =
      Comparator.comparingDouble((Block block) -> block.weight)
          .thenComparingInt(block -> block.members.size())
          .thenComparingDouble(block -> block.logprob);

  private final AnswerClasses classes;
  private final List<Block> blocks = new ArrayList<>();
  private final boolean plain;
  private double total;

  /// The attempts that share an answer.
  private static final class Block {
    private final List<Integer> members = new ArrayList<>();
    private double weight;
    private double logprob;
  }

  private Vote(List<Attempt> attempts, double[] weights, boolean plain, Rubric rubric) {
    this.plain = plain;
    List<@Nullable String> answers = new ArrayList<>();
    attempts.forEach(attempt -> answers.add(attempt.answer()));
    classes = rubric.classes(answers);
    for (int i = 0; i < classes.count(); i++) {
      blocks.add(new Block());
    }
    for (int i = 0; i < attempts.size(); i++) {
      if (votes(i)) {
        Block block = blocks.get(classes.classOf(i));
        block.members.add(i);
        block.weight += weights[i];
        block.logprob += attempts.get(i).meanLogprob();
        total += weights[i];
      }
    }
  }

  /// A vote in which all attempts weigh the same.
  ///
  /// @param attempts in index order
  /// @param rubric which answers are equal
  static Vote of(List<Attempt> attempts, Rubric rubric) {
    double[] ones = new double[attempts.size()];
    Arrays.fill(ones, 1);
    return new Vote(attempts, ones, true, rubric);
  }

  /// A vote in which attempts weigh differently.
  ///
  /// @param weights one for each, at least 0
  static Vote of(List<Attempt> attempts, double[] weights, Rubric rubric) {
    return new Vote(attempts, weights, false, rubric);
  }

  /// Whether the attempt at `index` has a vote.
  boolean votes(int index) {
    return classes.classOf(index) >= 0;
  }

  /// Attempts of the winning class in index order; empty if no attempt has a vote.
  List<Integer> winners() {
    return blocks.isEmpty() ? List.of() : best().members;
  }

  /// The part of all weight that went to the class of the attempt at `index`, in [0, 1].
  double share(int index) {
    return votes(index) && total > 0
        ? Math.clamp(blocks.get(classes.classOf(index)).weight / total, 0, 1)
        : 0;
  }

  /// The shares of all attempts.
  double[] shares(int attempts) {
    double[] shares = new double[attempts];
    Arrays.setAll(shares, this::share);
    return shares;
  }

  /// Votes of the two largest classes; 0 where there is none.
  int[] leaders() {
    int[] sizes = blocks.stream().mapToInt(block -> -block.members.size()).sorted().toArray();
    return new int[] {sizes.length > 0 ? -sizes[0] : 0, sizes.length > 1 ? -sizes[1] : 0};
  }

  String why() {
    if (blocks.isEmpty()) {
      return "no sample holds an answer";
    }
    Block best = best();
    long equals = blocks.stream().filter(block -> tied(block, best)).count();
    String votes =
        plain
            ? "%d of %d votes".formatted(best.members.size(), Math.round(total))
            : String.format(
                Locale.ROOT,
                "%.3g of %.3g by weight, %d of %d votes",
                best.weight,
                total,
                best.members.size(),
                blocks.stream().mapToInt(block -> block.members.size()).sum());
    return equals == 1
        ? votes
        : votes + ", the most probable of %d classes with as many".formatted(equals);
  }

  private static boolean tied(Block a, Block b) {
    return a.weight == b.weight && a.members.size() == b.members.size();
  }

  /// The first one of the largest.
  private Block best() {
    Block best = blocks.getFirst();
    for (Block block : blocks) {
      if (ORDER.compare(block, best) > 0) {
        best = block;
      }
    }
    return best;
  }
}
