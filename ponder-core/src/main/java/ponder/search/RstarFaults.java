package ponder.search;

import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/// What a model wrote that no node could be made of, counted so that it is told once. Used by one
/// thread.
final class RstarFaults {
  /// What can be wrong with a piece of text.
  enum Fault {
    EMPTY("empty"),
    ENDLESS("without an end"),
    REPEATED("a repetition of an earlier one"),
    UNANSWERED("without an answer"),
    SHAPELESS("not in the form that was asked for"),
    FAILED("failed");

    private final String words;

    Fault(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  private final Map<Fault, Integer> counts = new EnumMap<>(Fault.class);

  void add(Fault fault) {
    counts.merge(fault, 1, Integer::sum);
  }

  /// What the user should know; empty if all was well.
  String warning() {
    return counts.isEmpty()
        ? ""
        : "Of what the model wrote was left out: "
            + counts.entrySet().stream()
                .map(it -> it.getValue() + " " + it.getKey().words())
                .collect(Collectors.joining(", "))
            + ".";
  }
}
