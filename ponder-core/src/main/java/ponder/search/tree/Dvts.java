package ponder.search.tree;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Diverse verifier tree search: `n / m` subtrees that never compete, each of which goes on with
/// the best of `m` next steps (Beeching et al. 2024, "Scaling test-time compute with open models").
///
/// A subtree ends when its best step ends the solution; that step and its siblings are what it
/// found.
///
/// Departs from the source: siblings that have not ended are finished, or dropped, where the source
/// lets unfinished texts vote.
///
/// @param n steps sampled at a level
/// @param m steps of each subtree; divides `n`
/// @param finish whether unfinished siblings of a solution are finished, else they are dropped
public record Dvts(int n, int m, boolean finish) implements LevelSearch.Policy {
  public Dvts {
    Widths.requireDivisible(n, m);
  }

  @Override
  public int width() {
    return n;
  }

  @Override
  public int parents() {
    return n / m;
  }

  @Override
  public int solutions() {
    return n;
  }

  @Override
  public Dvts atMost(long samples) {
    int fewer = Widths.groups(n, m, samples);
    return new Dvts(fewer, Math.min(m, fewer), finish);
  }

  @Override
  public List<Order> orders(List<Node> frontier, List<Node> done) {
    if (frontier.size() == 1 && frontier.getFirst().depth() == 0) {
      return Collections.nCopies(n / m, new Order(frontier.getFirst(), m));
    }
    return frontier.stream().map(head -> new Order(head, m)).toList();
  }

  @Override
  public List<Node> keep(
      List<List<Node>> grown, List<Node> frontier, List<Node> done, Grower grower) {
    List<Node> heads = new ArrayList<>();
    List<Node> siblings = new ArrayList<>();
    for (List<Node> group : grown) {
      List<Node> useful = group.stream().filter(it -> it.open() || it.solved()).toList();
      if (useful.isEmpty()) {
        continue;
      }
      Node winner = useful.stream().min(Widths.BEST).orElseThrow();
      if (winner.solved()) {
        done.add(winner);
        useful.stream().filter(it -> it != winner && it.solved()).forEach(done::add);
        useful.stream().filter(Node::open).forEach(siblings::add);
      } else {
        useful.stream()
            .filter(it -> it != winner)
            .forEach(it -> grower.prune(it, "not the best step of its subtree"));
        heads.add(winner);
      }
    }
    if (finish && !siblings.isEmpty() && !grower.over()) {
      grower.finish(siblings).stream().filter(Node::solved).forEach(done::add);
    } else {
      siblings.forEach(it -> grower.prune(it, "its sibling ended the subtree"));
    }
    return heads;
  }
}
