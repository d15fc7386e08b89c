package ponder.search.tree;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.core.Seed;

/// A place in the step tree: the path of steps that leads to it, what is known of it, and what was
/// tried from it.
///
/// Its seed is split from its parent's by its index among the samples taken there, so the draws
/// below it depend on its path alone: neither on batches, nor on threads, nor on what happens
/// elsewhere in the tree. Owned by the one thread that searches.
public final class Node {
  private final int id;
  private final @Nullable Node parent;
  private final Seed seed;
  private final int depth;
  private final Step step;
  private final Step path;
  private final List<Node> children = new ArrayList<>();
  private int sampled;
  private boolean closed;
  private List<Double> stepScores = List.of();
  private double value;
  private boolean judged;
  private double prior;
  private long visits;
  private double total;
  private double best;

  /// The root: the problem itself.
  ///
  /// @param id its number in the trace
  public Node(int id, Seed seed) {
    this(id, null, seed, Step.NONE);
  }

  /// A step behind `parent`; not yet among its children.
  ///
  /// @param index among the samples taken from the parent
  public Node(int id, Node parent, int index, Step step) {
    this(id, parent, childSeed(parent, index), step);
  }

  private Node(int id, @Nullable Node parent, Seed seed, Step step) {
    this.id = id;
    this.parent = parent;
    this.seed = seed;
    this.step = step;
    depth = parent == null ? 0 : parent.depth + 1;
    path = parent == null ? step : parent.path.then(step);
  }

  private static Seed childSeed(Node parent, int index) {
    return parent.seed.split("step", index);
  }

  /// Its number in the trace.
  public int id() {
    return id;
  }

  /// Null at the root.
  public @Nullable Node parent() {
    return parent;
  }

  /// Root of all randomness below it.
  public Seed seed() {
    return seed;
  }

  /// Steps from the root.
  public int depth() {
    return depth;
  }

  /// The step that leads here from the parent.
  public Step step() {
    return step;
  }

  /// All steps from the root to here as one.
  public Step path() {
    return path;
  }

  /// The texts of the steps from the root to here; a last step that only ended the solution has
  /// none.
  public List<String> steps() {
    List<String> steps = new ArrayList<>();
    for (@Nullable Node at = this; at != null; at = at.parent) {
      if (!at.step.text().isEmpty()) {
        steps.add(at.step.text());
      }
    }
    Collections.reverse(steps);
    return steps;
  }

  /// Whether nothing can follow.
  public boolean ended() {
    return step.end() != null;
  }

  /// Whether the path to here is a finished solution.
  public boolean solved() {
    return step.end() != null && step.end().solved();
  }

  /// Whether steps may be taken from here: it has not ended and was not given up.
  public boolean open() {
    return !ended() && !closed;
  }

  /// Gives it up.
  public void close() {
    closed = true;
  }

  /// Distinct steps that were tried from here, in index order.
  public List<Node> children() {
    return Collections.unmodifiableList(children);
  }

  /// Makes `child` one of its children.
  public void add(Node child) {
    children.add(child);
  }

  /// Takes the next `count` sample indices and returns the first.
  public int take(int count) {
    int first = sampled;
    sampled += count;
    return first;
  }

  /// How many samples were taken from here.
  public int sampled() {
    return sampled;
  }

  /// Whether its value was judged.
  public boolean judged() {
    return judged;
  }

  /// What the verifier thinks of the path to here, in [0, 1]; 0 if it was not judged.
  public double value() {
    return value;
  }

  /// The values of the path's steps; empty from a verifier that judges outcomes only.
  public List<Double> stepScores() {
    return stepScores;
  }

  /// Takes a verifier's word.
  ///
  /// @param scores one for each step of the path, or none
  public void judge(double score, List<Double> scores) {
    value = score;
    stepScores = List.copyOf(scores);
    judged = true;
  }

  /// How probable the policy finds it among its siblings, which sum to 1.
  public double prior() {
    return prior;
  }

  public void prior(double value) {
    prior = value;
  }

  /// How often a path of a tree search went through it.
  public long visits() {
    return visits;
  }

  /// Mean reward of those paths; 0 if there was none.
  public double mean() {
    return visits == 0 ? 0 : total / visits;
  }

  /// Best reward of those paths; 0 if there was none.
  public double best() {
    return best;
  }

  /// Counts a path that went through it.
  ///
  /// @param reward in [0, 1]
  public void visit(double reward) {
    visits++;
    total += reward;
    best = Math.max(best, reward);
  }
}
