package ponder.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import ponder.model.EngineException;

/// The folder under which everything of a user lies: models, data sets, natives, journal, runs.
///
/// Naming a folder makes nothing; [#make] creates it when something is about to be written. A home
/// that cannot be written to is no error until then, so reading commands work in a read-only
/// container; callers that can go on without it ask [#writable] first.
///
/// @param root the home folder, absolute
public record Home(Path root) {
  /// The environment variable that names the home folder.
  public static final String VARIABLE = "PONDER_HOME";

  public Home {
    root = root.toAbsolutePath().normalize();
  }

  /// The home that `environment` names by `PONDER_HOME`, else `.ponder` in the user's folder.
  ///
  /// @throws EngineException if `PONDER_HOME` is no path
  public static Home of(Map<String, String> environment) {
    String named = environment.getOrDefault(VARIABLE, "");
    if (named.isBlank()) {
      return new Home(Path.of(System.getProperty("user.home"), ".ponder"));
    }
    try {
      return new Home(Path.of(named));
    } catch (InvalidPathException e) {
      throw new EngineException("%s (%s) is not a path.".formatted(VARIABLE, named), e);
    }
  }

  /// Model files and those on their way.
  public Path models() {
    return root.resolve("models");
  }

  /// Files of data sets and those on their way.
  public Path datasets() {
    return root.resolve("datasets");
  }

  /// Native libraries, one folder per package and version.
  public Path natives() {
    return root.resolve("natives");
  }

  /// The journals of runs.
  public Path journal() {
    return root.resolve("journal");
  }

  /// What runs leave for people to read.
  public Path runs() {
    return root.resolve("runs");
  }

  /// Makes `folder`, which lies under the home, with its parents; nothing happens if it is there.
  ///
  /// @return `folder`
  /// @throws EngineException if it cannot be made or written to; the message says how to choose
  ///   another home
  public Path make(Path folder) {
    if (!folder.startsWith(root)) {
      throw new IllegalArgumentException(folder + " is not under the home " + root + ".");
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new EngineException(unusable(folder), e);
    }
    if (!Files.isWritable(folder)) {
      throw new EngineException(unusable(folder));
    }
    return folder;
  }

  /// Whether files can be written under the home, which may have to be made first. Makes nothing.
  public boolean writable() {
    Path nearest = root;
    while (!Files.exists(nearest)) {
      nearest = nearest.getParent();
      if (nearest == null) {
        return false;
      }
    }
    return Files.isDirectory(nearest) && Files.isWritable(nearest);
  }

  private static String unusable(Path folder) {
    return "The folder %s cannot be made or written to. Maybe set %s to a folder of yours."
        .formatted(folder, VARIABLE);
  }
}
