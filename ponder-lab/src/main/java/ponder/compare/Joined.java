package ponder.compare;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import ponder.core.Seed;
import ponder.model.EngineException;
import ponder.stats.PairedDifference;

/// The runs' results problem by problem: the same bit of all sets is the same problem.
final class Joined {
  private final int problems;
  private final List<BitSet> right;
  private final List<int[]> places;

  private Joined(int problems, List<BitSet> right, List<int[]> places) {
    this.problems = problems;
    this.right = right;
    this.places = places;
  }

  /// Joins the runs by id, in the first one's order.
  ///
  /// @throws EngineException if a run lacks a problem or has one more
  static Joined of(List<Opened> opened, List<RunData> data) {
    RunData first = data.getFirst();
    Map<String, Integer> byId = new HashMap<>();
    int[] same = new int[first.problems()];
    for (int i = 0; i < same.length; i++) {
      same[i] = i;
    }
    List<int[]> places =
        data.stream()
            .map(
                run ->
                    run.ids().equals(first.ids())
                        ? same
                        : places(first, run, byId, opened.get(data.indexOf(run))))
            .toList();
    List<BitSet> right =
        data.stream()
            .map(
                run -> {
                  int[] at = places.get(data.indexOf(run));
                  BitSet moved = new BitSet();
                  run.right().stream().forEach(i -> moved.set(at[i]));
                  return moved;
                })
            .toList();
    return new Joined(first.problems(), right, places);
  }

  private static int[] places(
      RunData first, RunData run, Map<String, Integer> byId, Opened opened) {
    if (byId.isEmpty()) {
      for (String id : first.ids()) {
        byId.put(id, byId.size());
      }
    }
    if (run.problems() != first.problems()) {
      throw new EngineException(
          "%s holds %d problems where others have %d. Maybe it was cut off; run the evaluation again to go on."
              .formatted(opened.folder().resultsFile(), run.problems(), first.problems()));
    }
    int[] places = new int[run.problems()];
    for (int i = 0; i < places.length; i++) {
      Integer place = byId.get(run.ids().get(i));
      if (place == null) {
        throw new EngineException(
            "%s holds problem '%s', which others have not."
                .formatted(opened.folder().resultsFile(), run.ids().get(i)));
      }
      places[i] = place;
    }
    return places;
  }

  int problems() {
    return problems;
  }

  /// Where the problems of a run's file lie here, by their order in the file.
  int[] places(int run) {
    return places.get(run);
  }

  /// Which problems a run got right.
  BitSet right(int run) {
    return right.get(run);
  }

  /// How a run does against another.
  PairedDifference difference(int run, int other, Seed seed) {
    long better = without(right.get(run), right.get(other));
    long worse = without(right.get(other), right.get(run));
    return PairedDifference.of(better, worse, problems - better - worse, seed);
  }

  private static long without(BitSet set, BitSet other) {
    BitSet rest = (BitSet) set.clone();
    rest.andNot(other);
    return rest.cardinality();
  }
}
