package ponder.data;

import java.nio.file.Path;

/// Opens data files by what they hold.
final class DataFile {
  private DataFile() {}

  /// The records of `file`.
  ///
  /// @throws ponder.model.EngineException if there is no such file, or it is none of the known
  ///   forms
  static Records records(Path file) {
    return new JsonLines(Characters.open(file));
  }
}
