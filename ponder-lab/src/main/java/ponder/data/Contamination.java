package ponder.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import ponder.model.EngineException;

/// How far the questions of two sets are the same: what a model has learnt from one says little
/// about the other then.
///
/// Runs of words are compared without case, punctuation and markup signs. Two questions overlap if
/// they share a run of eight words, the rule by which s1 took evaluation questions out of its
/// training data (Muennighoff et al. 2025, "s1: Simple test-time scaling"), or if they are the
/// same: a question of fewer words has no such run. Departs from s1's code, where punctuation is
/// part of the words. Common phrases overlap too: where a pair's share is near 1 it is a copy,
/// where it is small it is often a turn of speech.
///
/// Each file is read twice, and in memory is only the index of the set that has fewer runs of
/// words: about 40 bytes a run. Rows without an answer take part, rows without a question do not.
///
/// @param words length of the runs
/// @param a the first set's side
/// @param b the second's
/// @param pairs those that overlap most, worst first
public record Contamination(int words, Side a, Side b, List<Pair> pairs) {
  /// As in the s1 paper.
  public static final int WORDS = 8;

  /// Of a run of words that many rows have (a common phrase), so many rows are looked at for pairs.
  private static final int MOST_ROWS_OF_A_GRAM = 64;

  public Contamination {
    pairs = List.copyOf(pairs);
  }

  /// One set's part in it.
  ///
  /// @param questions rows with a question
  /// @param same those whose question is in the other set, word for word
  /// @param overlapping those that share a run of words with one of the other set, or are the same
  /// @param share `overlapping` of the questions, in [0, 1]
  public record Side(String name, long questions, long same, long overlapping, double share) {
    private static Side of(String name, long questions, long same, long overlapping) {
      double share = questions == 0 ? 0 : (double) overlapping / questions;
      return new Side(name, questions, same, overlapping, share);
    }
  }

  /// Two questions that overlap.
  ///
  /// @param a id in the first set
  /// @param b id in the second set
  /// @param shared different runs of words that both have
  /// @param share `shared` of the runs of the question that has fewer, in [0, 1]; 1 if they are the
  ///   same
  /// @param same whether they are the same word for word
  /// @param rowA number of the row in its file, from 0
  /// @param rowB number of the row in its file, from 0
  public record Pair(
      String a, String b, int shared, double share, boolean same, long rowA, long rowB) {
    private Pair turned() {
      return new Pair(b, a, shared, share, same, rowB, rowA);
    }
  }

  /// Whether no question of one is in the other, not even in part.
  public boolean clean() {
    return a.overlapping() == 0 && b.overlapping() == 0;
  }

  /// A file and how its columns are read.
  record Asked(DataSet.Origin origin, Columns columns) {
    /// Reads all questions.
    void questions(Consumer<Question> heard) {
      try (Entries entries = new Entries(DataFile.records(origin.file()), columns)) {
        for (Entries.Entry entry = entries.next(); entry != null; entry = entries.next()) {
          String text =
              switch (entry) {
                case Entries.Entry.Good good -> good.row().question();
                case Entries.Entry.Bad bad -> bad.question();
              };
          String id =
              switch (entry) {
                case Entries.Entry.Good good -> good.row().id();
                case Entries.Entry.Bad bad -> bad.id();
              };
          if (text != null) {
            String called = id == null ? Long.toString(entry.number()) : id;
            heard.accept(new Question(called, entry.number(), text));
          }
        }
      } catch (IOException e) {
        throw new EngineException("%s cannot be read: %s.".formatted(origin.file(), e), e);
      }
    }

    private long grams() {
      long[] sum = new long[1];
      questions(it -> sum[0] += Math.max(1, Words.of(it.text()).hashes().length - WORDS + 1));
      return sum[0];
    }
  }

  /// A row's question.
  record Question(String id, long number, String text) {}

  /// Compares two sets.
  ///
  /// @param most most pairs to keep
  static Contamination between(Asked a, Asked b, int most) {
    if (b.grams() <= a.grams()) {
      return new Pass(b, most).against(a);
    }
    Contamination turned = new Pass(a, most).against(b);
    List<Pair> pairs = turned.pairs().stream().map(Pair::turned).toList();
    return new Contamination(WORDS, turned.b(), turned.a(), pairs);
  }

  /// One set as an index, against which the other is read.
  private static final class Pass {
    private static final Comparator<Pair> WORST_FIRST =
        Comparator.comparing((Pair pair) -> !pair.same())
            .thenComparing(Comparator.comparingDouble(Pair::share).reversed())
            .thenComparing(Comparator.comparingInt(Pair::shared).reversed())
            .thenComparingLong(Pair::rowA)
            .thenComparingLong(Pair::rowB);

    private final Asked indexed;
    private final int most;
    private final GramIndex index = new GramIndex();
    private final List<Known> known = new ArrayList<>();
    private final Map<Long, List<Integer>> wholes = new HashMap<>();
    private final java.util.BitSet same = new java.util.BitSet();
    private final PriorityQueue<Pair> worst = new PriorityQueue<>(WORST_FIRST.reversed());
    private long questions;
    private long sameHere;
    private long overlappingHere;

    Pass(Asked indexed, int most) {
      this.indexed = indexed;
      this.most = most;
    }

    /// A question of the index.
    private record Known(String id, long number, int grams) {}

    Contamination against(Asked other) {
      indexed.questions(this::put);
      other.questions(this::take);
      java.util.BitSet overlapping = index.rowsFound();
      overlapping.or(same);
      Side there =
          Side.of(
              indexed.origin().name(), known.size(), same.cardinality(), overlapping.cardinality());
      Side here = Side.of(other.origin().name(), questions, sameHere, overlappingHere);
      return new Contamination(WORDS, here, there, worst.stream().sorted(WORST_FIRST).toList());
    }

    private void put(Question question) {
      int row = known.size();
      Words words = Words.of(question.text());
      long[] grams = words.grams(WORDS);
      for (long gram : grams) {
        index.add(gram, row);
      }
      wholes.computeIfAbsent(words.whole(), _ -> new ArrayList<>(1)).add(row);
      known.add(new Known(question.id(), question.number(), grams.length));
    }

    private void take(Question question) {
      questions++;
      Words words = Words.of(question.text());
      long[] grams = words.grams(WORDS);
      Map<Integer, Integer> shared = new HashMap<>();
      boolean overlaps = false;
      for (long gram : grams) {
        overlaps |=
            index.find(gram, MOST_ROWS_OF_A_GRAM, row -> shared.merge(row, 1, Integer::sum));
      }
      List<Integer> equal = wholes.getOrDefault(words.whole(), List.of());
      equal.forEach(same::set);
      sameHere += equal.isEmpty() ? 0 : 1;
      overlappingHere += overlaps || !equal.isEmpty() ? 1 : 0;
      equal.forEach(row -> keep(question, row, grams.length, grams.length, true));
      shared.forEach(
          (row, count) -> {
            if (!equal.contains(row)) {
              keep(question, row, count, grams.length, false);
            }
          });
    }

    private void keep(Question question, int row, int shared, int grams, boolean equal) {
      Known there = known.get(row);
      double share = equal ? 1 : (double) shared / Math.min(grams, there.grams());
      worst.add(
          new Pair(
              question.id(), there.id(), shared, share, equal, question.number(), there.number()));
      if (worst.size() > most) {
        worst.remove();
      }
    }
  }
}
