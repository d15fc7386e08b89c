package ponder.data;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import ponder.model.EngineException;
import ponder.store.FileHash;
import ponder.store.Home;

/// Finds data sets by what users call them: a name of the catalogue or a path.
///
/// Thread-safe.
public final class DataSets {
  private final FileHash hashes;

  /// Reads the catalogue.
  ///
  /// @param environment the process's environment variables, for proxies and tokens
  /// @throws EngineException if the user's catalogue has mistakes
  public DataSets(Home home, Map<String, String> environment) {
    this.hashes = new FileHash(home);
  }

  /// Reads the rows that `query` asks for; nothing is fetched.
  ///
  /// @throws IllegalArgumentException if a split is named that cannot be
  /// @throws EngineException naming the file and line that cannot be used, an id that comes twice,
  ///   or a set without such rows
  public DataSet open(DataQuery query) {
    return DataSet.read(origin(query), query);
  }

  private DataSet.Origin origin(DataQuery query) {
    Path file = path(query.called());
    if (query.split() != null) {
      throw new IllegalArgumentException(
          "split (%s) is for data sets with a name, and %s is a file."
              .formatted(query.split(), file));
    }
    return new DataSet.Origin(
        String.valueOf(file.getFileName()), file, hashes.sha256(file), false, Columns.USUAL);
  }

  private static Path path(String called) {
    try {
      Path file = Path.of(called);
      if (Files.isRegularFile(file)) {
        return file;
      }
      throw new EngineException("There is no data set or file %s.".formatted(called));
    } catch (InvalidPathException e) {
      throw new EngineException("'%s' is not a data set's name or path.".formatted(called), e);
    }
  }
}
