package ponder.catalog;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is to be pulled.
///
/// @param name for messages
/// @param target where the file is to appear, under the home's `models`
/// @param size bytes it must have; 0 if not known
/// @param sha256 it must have, lower-case hex; null if not known
/// @param sources in the order of trying
record Order(String name, Path target, long size, @Nullable String sha256, List<Source> sources) {
  Order {
    sources = List.copyOf(sources);
  }
}
