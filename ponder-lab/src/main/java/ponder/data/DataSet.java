package ponder.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import ponder.core.Grading;
import ponder.core.LabelledProblem;
import ponder.model.EngineException;

/// The chosen rows of a data set, and what they were chosen from.
///
/// What is given to an evaluation is in memory; the rest of the file never is.
///
/// @param name the catalogue's name, with `:SPLIT` behind it, or the file's name
/// @param file where the rows are from
/// @param sha256 of the whole file as it lies there, lower-case hex, whatever was chosen or skipped
/// @param restricted whether the set's texts must not be published
/// @param grading what kind of answers it has, a key of [ponder.core.Grading]
/// @param columns how the columns were read, in the form of [Columns#parse]; empty if as usual.
///   Other columns make other questions: a run's identity needs it
/// @param selection which rows were asked for
/// @param rows at least one, in the file's order, their ids all different
/// @param skipped the rows left out because they cannot be used; in the file's order
public record DataSet(
    String name,
    Path file,
    String sha256,
    boolean restricted,
    String grading,
    String columns,
    Selection selection,
    List<Row> rows,
    List<Skipped> skipped) {
  public DataSet {
    rows = List.copyOf(rows);
    skipped = List.copyOf(skipped);
  }

  /// A row that cannot be used.
  ///
  /// @param where `Line 7`, or `Row 7` of a file without lines
  /// @param why a part of a sentence
  public record Skipped(String where, String why) {}

  /// What a named or unnamed set's name stands for.
  ///
  /// @param grading what the catalogue says of its answers; empty if nothing
  record Origin(
      String name, Path file, String sha256, boolean restricted, String grading, Columns columns) {}

  /// The rows with their answers, in order.
  public List<LabelledProblem> problems() {
    return rows.stream().map(row -> row.problem(grading)).toList();
  }

  /// The same rows, whose answers are of this kind.
  ///
  /// @throws IllegalArgumentException if there is no such kind
  public DataSet withGrading(String key) {
    Grading.named(key, "");
    return new DataSet(name, file, sha256, restricted, key, columns, selection, rows, skipped);
  }

  /// Reads the rows that `query` asks for.
  static DataSet read(Origin origin, DataQuery query) {
    Columns columns = query.columns().over(origin.columns());
    try (Entries entries = new Entries(DataFile.records(origin.file()), columns)) {
      Reading reading = new Reading(origin.file(), query, entries);
      List<Row> rows = reading.rows();
      return new DataSet(
          origin.name(),
          origin.file(),
          origin.sha256(),
          origin.restricted(),
          Kinds.of(rows, origin),
          columns.toString(),
          query.selection(),
          rows,
          reading.skipped);
    } catch (IOException e) {
      throw new EngineException("%s cannot be read: %s.".formatted(origin.file(), e), e);
    }
  }

  /// One pass over a file.
  private static final class Reading {
    private final Path file;
    private final DataQuery query;
    private final Entries entries;
    private final List<Skipped> skipped = new ArrayList<>();

    Reading(Path file, DataQuery query, Entries entries) {
      this.file = file;
      this.query = query;
      this.entries = entries;
    }

    /// A row and what decides whether it stays in the sample.
    private record Drawn(Row row, long number, long draw) {
      static final Comparator<Drawn> LARGEST_FIRST =
          (a, b) -> {
            int order = Long.compareUnsigned(b.draw, a.draw);
            return order == 0 ? Long.compare(b.number, a.number) : order;
          };
    }

    List<Row> rows() {
      Selection selection = query.selection();
      Selection.Sample sample = selection.sample();
      var kept = new PriorityQueue<>(Drawn.LARGEST_FIRST);
      while (entries.count() < selection.end()) {
        Entries.Entry entry = entries.next();
        if (entry == null) {
          break;
        }
        if (entry.number() < selection.offset()) {
          continue;
        }
        switch (entry) {
          case Entries.Entry.Bad bad -> leaveOut(bad);
          case Entries.Entry.Good good -> {
            long draw = sample == null ? 0 : sample.draw(good.row().id());
            kept.add(new Drawn(good.row(), good.number(), draw));
            if (sample != null && kept.size() > sample.count()) {
              kept.remove();
            }
          }
        }
      }
      if (kept.isEmpty()) {
        throw nothing();
      }
      return kept.stream().sorted(Comparator.comparingLong(Drawn::number)).map(Drawn::row).toList();
    }

    private void leaveOut(Entries.Entry.Bad bad) {
      Skipped row = new Skipped(entries.unit() + " " + bad.place(), bad.why());
      if (!query.skipBad()) {
        throw new EngineException(
            "%s of %s cannot be used: %s. Maybe look with 'ponder data check', or leave such rows out with --skip-bad."
                .formatted(row.where(), file, row.why()));
      }
      skipped.add(row);
    }

    private EngineException nothing() {
      if (entries.count() == 0) {
        return new EngineException("The data set %s is empty.".formatted(file));
      }
      if (skipped.isEmpty()) {
        return new EngineException(
            "The data set %s has %d rows, none of them from number %d on. Maybe a smaller --offset was meant."
                .formatted(file, entries.count(), query.selection().offset()));
      }
      Skipped first = skipped.getFirst();
      return new EngineException(
          "No row of %s can be used; %s: %s."
              .formatted(file, first.where().toLowerCase(java.util.Locale.ROOT), first.why()));
    }
  }
}
