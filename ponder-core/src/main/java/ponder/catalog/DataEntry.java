package ponder.catalog;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A data set that the catalogue knows.
///
/// @param name what `--dataset` takes
/// @param summary one sentence, or empty
/// @param licence SPDX name and remarks, or empty if not known
/// @param restricted whether its texts must not be published
/// @param columns how its columns are to be read, as `--column` takes it; empty if as usual
/// @param grading what kind of answers it has, a key of [ponder.core.Grading]; empty if its rows
///   tell
/// @param shots the split whose rows may serve as worked examples; null if there is none
/// @param splits the usual one first; at least one
public record DataEntry(
    String name,
    String summary,
    String licence,
    boolean restricted,
    String columns,
    String grading,
    @Nullable String shots,
    List<Split> splits) {
  public DataEntry {
    splits = List.copyOf(splits);
  }

  /// A part of a data set, in a file of its own.
  ///
  /// @param name what `--split` takes
  /// @param columns how its columns are to be read where they differ from the set's; or empty
  /// @param path a file of the user's, absolute; null if it is fetched
  /// @param file the name of the fetched file under `PONDER_HOME/datasets/NAME`; empty with a path
  /// @param size bytes; 0 if not known
  /// @param sha256 of the whole file, lower-case hex; null if not known
  /// @param sources where it can be fetched, in the order of trying; none with a path
  public record Split(
      String name,
      String columns,
      @Nullable Path path,
      String file,
      long size,
      @Nullable String sha256,
      List<Source> sources) {
    public Split {
      sources = List.copyOf(sources);
    }
  }

  /// The split called `split`.
  public Optional<Split> find(String split) {
    return splits.stream().filter(it -> it.name().equals(split)).findFirst();
  }
}
