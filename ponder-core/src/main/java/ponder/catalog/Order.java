package ponder.catalog;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.store.Home;

/// What is to be pulled.
///
/// @param name for messages
/// @param target where the file is to appear, under the shelf's folder
/// @param size bytes it must have; 0 if not known
/// @param sha256 it must have, lower-case hex; null if not known
/// @param sources in the order of trying
/// @param shelf what it is
record Order(
    String name,
    Path target,
    long size,
    @Nullable String sha256,
    List<Source> sources,
    Shelf shelf) {
  Order {
    sources = List.copyOf(sources);
  }

  /// What can be ordered: where it lies in the home, and what else a user can do about it.
  enum Shelf {
    MODEL,
    DATA;

    Path folder(Home home) {
      return switch (this) {
        case MODEL -> home.models();
        case DATA -> home.datasets();
      };
    }

    /// How to be rid of a file that is not what it should be.
    String again(String name) {
      return switch (this) {
        case MODEL -> "remove it (ponder models rm %s) and pull it again".formatted(name);
        case DATA -> "delete it and pull it again";
      };
    }

    /// How to do without a pull.
    String otherwise() {
      return switch (this) {
        case MODEL -> "--model FILE";
        case DATA -> "--dataset FILE";
      };
    }
  }
}
