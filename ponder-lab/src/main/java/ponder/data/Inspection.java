package ponder.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ponder.model.EngineException;

/// What a data set holds and what is wrong with it, found in one pass over its file. Memory: ids
/// and a number for each row, no texts.
///
/// @param name the catalogue's name, or the file's
/// @param file where the rows are
/// @param sha256 of the file
/// @param restricted whether its texts must not be published
/// @param mapping how the columns were read; empty if as usual
/// @param rows all rows, broken ones too
/// @param usable rows that an evaluation can use
/// @param solutions usable rows with a worked solution
/// @param words the mean number of words of the usable rows' questions
/// @param mostWords the largest
/// @param columns the columns that rows have, with the number of rows that have them
/// @param counts how many findings there are of each kind
/// @param findings the first of them, in the file's order
public record Inspection(
    String name,
    String file,
    String sha256,
    boolean restricted,
    String mapping,
    long rows,
    long usable,
    long solutions,
    double words,
    int mostWords,
    Map<String, Long> columns,
    Map<Kind, Long> counts,
    List<Finding> findings) {
  public Inspection {
    columns = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    counts = Map.copyOf(counts);
    findings = List.copyOf(findings);
  }

  /// What can be found.
  public enum Kind {
    /// A row that is no row: no JSON, other bytes than UTF-8, a column that is missing.
    BROKEN("broken rows"),
    /// A row without a question.
    EMPTY_QUESTION("empty questions"),
    /// A row without an answer.
    EMPTY_ANSWER("empty answers"),
    /// A row whose id came before.
    REPEATED_ID("repeated ids"),
    /// A usable row whose question came before, but for case and spaces.
    REPEATED_QUESTION("repeated questions");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /// For people: a plural.
    public String text() {
      return text;
    }
  }

  /// Something wrong with a row.
  ///
  /// @param where `Line 7` or `Row 7`
  /// @param id the row's id; null if it could not be read
  /// @param why a part of a sentence; holds no text of the row but its id and columns
  public record Finding(Kind kind, String where, @Nullable String id, String why) {}

  /// Whether nothing was found.
  public boolean clean() {
    return counts.isEmpty();
  }

  /// Inspects a file.
  ///
  /// @param most most findings to keep; all are counted
  static Inspection of(DataSet.Origin origin, Columns columns, int most) {
    Pass pass = new Pass(most);
    try (Entries entries =
        new Entries(DataFile.records(origin.file()), columns, pass::heardColumns)) {
      for (Entries.Entry entry = entries.next(); entry != null; entry = entries.next()) {
        pass.take(entry, entries.unit());
      }
      return pass.result(origin, columns, entries.count());
    } catch (IOException e) {
      throw new EngineException("%s cannot be read: %s.".formatted(origin.file(), e), e);
    }
  }

  /// What is gathered on the way.
  private static final class Pass {
    private final int most;
    private final Map<String, Long> columns = new LinkedHashMap<>();
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    private final List<Finding> findings = new ArrayList<>();
    private final Map<Long, Long> questions = new HashMap<>();
    private long usable;
    private long solutions;
    private long words;
    private int mostWords;

    Pass(int most) {
      this.most = most;
    }

    void heardColumns(Collection<String> names) {
      names.forEach(name -> columns.merge(name, 1L, Long::sum));
    }

    void take(Entries.Entry entry, String unit) {
      String where = unit + " " + entry.place();
      switch (entry) {
        case Entries.Entry.Bad bad ->
            found(new Finding(Kind.valueOf(bad.kind().name()), where, bad.id(), bad.why()));
        case Entries.Entry.Good good -> {
          usable++;
          solutions += good.row().solution() == null ? 0 : 1;
          Words asked = Words.of(good.row().question());
          words += asked.hashes().length;
          mostWords = Math.max(mostWords, asked.hashes().length);
          Long before = questions.putIfAbsent(asked.whole(), entry.place());
          if (before != null) {
            String why =
                "its question stands in %s %d already"
                    .formatted(unit.toLowerCase(Locale.ROOT), before);
            found(new Finding(Kind.REPEATED_QUESTION, where, good.row().id(), why));
          }
        }
      }
    }

    private void found(Finding finding) {
      counts.merge(finding.kind(), 1L, Long::sum);
      if (findings.size() < most) {
        findings.add(finding);
      }
    }

    Inspection result(DataSet.Origin origin, Columns mapping, long rows) {
      return new Inspection(
          origin.name(),
          origin.file().toString(),
          origin.sha256(),
          origin.restricted(),
          mapping.toString(),
          rows,
          usable,
          solutions,
          usable == 0 ? 0 : (double) words / usable,
          mostWords,
          columns,
          counts,
          findings);
    }
  }
}
