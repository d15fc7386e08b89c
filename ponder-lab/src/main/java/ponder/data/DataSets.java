package ponder.data;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import ponder.catalog.DataCatalogue;
import ponder.catalog.DataEntry;
import ponder.catalog.Progress;
import ponder.catalog.Pulled;
import ponder.core.Nearest;
import ponder.model.EngineException;
import ponder.store.FileHash;
import ponder.store.Home;

/// Finds data sets by what users call them: a name of the catalogue, `NAME:SPLIT`, or a path.
///
/// Names win over files of the same name in the working folder; `./NAME` is always a path.
///
/// Thread-safe.
public final class DataSets {
  private final FileHash hashes;
  private final DataCatalogue catalogue;

  /// Reads the catalogue.
  ///
  /// @param environment the process's environment variables, for proxies and tokens
  /// @throws EngineException if the user's catalogue has mistakes
  public DataSets(Home home, Map<String, String> environment) {
    this.hashes = new FileHash(home);
    this.catalogue = new DataCatalogue(home, environment);
  }

  /// A named set's part.
  ///
  /// @param split one of the entry's
  public record Part(DataEntry entry, DataEntry.Split split) {
    /// As users call it: `NAME:SPLIT`.
    public String name() {
      return entry.name() + ":" + split.name();
    }

    /// How its columns are read.
    ///
    /// @throws EngineException if the catalogue's text is none
    public Columns columns() {
      try {
        return parse(split.columns()).over(parse(entry.columns()));
      } catch (IllegalArgumentException e) {
        throw new EngineException(
            "The catalogue's data set '%s' cannot be read: %s"
                .formatted(entry.name(), e.getMessage()),
            e);
      }
    }

    private static Columns parse(String text) {
      return text.isEmpty() ? Columns.USUAL : Columns.parse(List.of(text));
    }
  }

  /// The sets known by name.
  public DataCatalogue catalogue() {
    return catalogue;
  }

  /// Reads the rows that `query` asks for; nothing is fetched.
  ///
  /// @throws IllegalArgumentException if a split is named that cannot be
  /// @throws EngineException naming the file and line that cannot be used, an id that comes twice,
  ///   a named set that is not here, or a set without such rows
  public DataSet open(DataQuery query) {
    return DataSet.read(origin(query), query);
  }

  /// The part of a named set that is called so; empty if it is none, but may be a file.
  ///
  /// @param split beside the name; null for the one behind a colon, or else the usual one
  /// @throws IllegalArgumentException if the set has no such split
  public Optional<Part> find(String called, @Nullable String split) {
    int colon = called.lastIndexOf(':');
    if (colon > 0 && catalogue.find(called).isEmpty()) {
      Optional<DataEntry> entry = catalogue.find(called.substring(0, colon));
      String inner = called.substring(colon + 1);
      if (entry.isPresent() && split != null && !split.equals(inner)) {
        throw new IllegalArgumentException(
            "split (%s) is not that of '%s'.".formatted(split, called));
      }
      return entry.map(it -> part(it, inner));
    }
    return catalogue.find(called).map(entry -> part(entry, split));
  }

  private static Part part(DataEntry entry, @Nullable String split) {
    if (split == null) {
      return new Part(entry, entry.splits().getFirst());
    }
    List<String> known = entry.splits().stream().map(DataEntry.Split::name).toList();
    return entry
        .find(split)
        .map(it -> new Part(entry, it))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "split (%s) is none of data set '%s'.%s"
                        .formatted(split, entry.name(), Nearest.maybe(split, known))));
  }

  /// Fetches a part's file unless it is here.
  ///
  /// @throws EngineException if it cannot be had, with the reason of each source and the way out
  public Pulled pull(Part part, Progress progress) {
    return catalogue.pull(part.entry(), part.split(), progress);
  }

  /// Looks at all rows of the set that `query` calls, whatever rows it asks for.
  ///
  /// @param most most findings to keep
  /// @throws EngineException if the file cannot be read; broken rows are findings
  public Inspection inspect(DataQuery query, int most) {
    DataSet.Origin origin = origin(query);
    return Inspection.of(origin, query.columns().over(origin.columns()), most);
  }

  /// Compares the questions of two whole sets.
  ///
  /// @param most most pairs to keep
  /// @throws EngineException if a file cannot be read
  public Contamination compare(DataQuery a, DataQuery b, int most) {
    return Contamination.between(set(a), set(b), most);
  }

  private Contamination.Asked set(DataQuery query) {
    DataSet.Origin origin = origin(query);
    return new Contamination.Asked(origin, query.columns().over(origin.columns()));
  }

  /// The questions in these rows of a set, by the rows' numbers and in their order.
  ///
  /// @throws EngineException if the file cannot be read
  public Map<Long, String> questions(DataQuery query, LongPredicate rows) {
    Map<Long, String> found = new TreeMap<>();
    set(query)
        .questions(
            question -> {
              if (rows.test(question.number())) {
                found.put(question.number(), question.text());
              }
            });
    return found;
  }

  private DataSet.Origin origin(DataQuery query) {
    Optional<Part> found = find(query.called(), query.split());
    if (found.isPresent()) {
      Part part = found.get();
      Pulled file = catalogue.present(part.entry(), part.split());
      return new DataSet.Origin(
          part.name(),
          file.path(),
          file.sha256(),
          part.entry().restricted(),
          part.entry().grading(),
          part.columns());
    }
    Path file = path(query.called());
    if (query.split() != null) {
      throw new IllegalArgumentException(
          "split (%s) is for data sets with a name, and %s is a file."
              .formatted(query.split(), file));
    }
    return new DataSet.Origin(
        String.valueOf(file.getFileName()), file, hashes.sha256(file), false, "", Columns.USUAL);
  }

  private Path path(String called) {
    try {
      Path file = Path.of(called);
      if (Files.isRegularFile(file)) {
        return file;
      }
      if (Files.isDirectory(file)) {
        throw new EngineException(
            "%s is a folder and no data set. Maybe a file in it was meant.".formatted(called));
      }
      boolean path = called.contains("/") || called.contains("\\") || called.contains(".");
      throw new EngineException(
          path
              ? "There is no file %s.".formatted(called)
              : "There is no data set '%s'.%s"
                  .formatted(called, Nearest.maybe(called, catalogue.names())));
    } catch (InvalidPathException e) {
      throw new EngineException("'%s' is not a data set's name or path.".formatted(called), e);
    }
  }
}
