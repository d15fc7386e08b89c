package ponder.catalog;

import java.nio.file.Path;

/// What a pull led to.
///
/// @param path the file
/// @param sha256 of the file, lower-case hex, computed here
/// @param proof what the hash was compared with
/// @param already whether the file was there before, so that nothing was fetched
public record Pulled(Path path, String sha256, Proof proof, boolean already) {
  /// What says that the file is the right one.
  public enum Proof {
    /// The hash that the catalogue has.
    CATALOGUE,
    /// The hash that the server stated for the file: safe against damage, not against the server.
    SERVER,
    /// Nothing: no hash is known. The user must be told.
    NONE
  }
}
