package ponder.catalog;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The model that a `--model` stands for.
///
/// @param name what to call it: the catalogue's name, the reference on the hub, or the file's name
/// @param path its file, or its folder if it has several
/// @param sha256 of its weights, lower-case hex
/// @param entry what the catalogue knows of it; null if it is not in there
public record Resolved(String name, Path path, String sha256, @Nullable ModelEntry entry) {}
