package ponder.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model that the catalogue knows.
///
/// @param name what `--model` takes
/// @param file the file's name under `PONDER_HOME/models`
/// @param size bytes; 0 if not known
/// @param sha256 of the whole file, lower-case hex; null if not known
/// @param licence SPDX name, or empty if not known
/// @param summary one sentence, or empty
/// @param preferred whether it is taken when no model is named
/// @param sources where it can be fetched, in the order of trying; at least one
public record ModelEntry(
    String name,
    String file,
    long size,
    @Nullable String sha256,
    String licence,
    String summary,
    boolean preferred,
    List<Source> sources) {
  public ModelEntry {
    sources = List.copyOf(sources);
  }
}
