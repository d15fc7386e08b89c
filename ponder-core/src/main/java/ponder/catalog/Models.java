package ponder.catalog;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ponder.core.Nearest;
import ponder.model.EngineException;
import ponder.store.Durable;
import ponder.store.FileHash;
import ponder.store.Home;

/// Finds, fetches and removes models by what users call them.
///
/// A model is called by its name in the catalogue, by a reference on the hub
/// (`hf:OWNER/REPOSITORY/FILE`), or by a path. Names win over files of the same name in the working
/// folder; `./NAME` is always a path.
///
/// Thread-safe.
public final class Models {
  private static final byte[] GGUF = {'G', 'G', 'U', 'F'};

  private final Home home;
  private final Catalogue catalogue;
  private final FileHash hashes;
  private final Puller puller;

  /// Reads the catalogue.
  ///
  /// @param environment the process's environment variables, for proxies, tokens and `PATH`
  /// @throws EngineException if the user's catalogue has mistakes
  public Models(Home home, Map<String, String> environment) {
    this(home, Catalogue.load(home), new Puller(home, environment));
  }

  Models(Home home, Catalogue catalogue, Puller puller) {
    this.home = home;
    this.catalogue = catalogue;
    this.hashes = new FileHash(home);
    this.puller = puller;
  }

  /// A model that can be had or is here.
  ///
  /// @param name what `--model` takes
  /// @param path where its file is, or would be after a pull
  /// @param size of the file if it is here, else by the catalogue; 0 if not known
  /// @param installed whether it is here
  /// @param entry what the catalogue knows of it; null for one pulled by its reference
  public record Listed(
      String name, Path path, long size, boolean installed, @Nullable ModelEntry entry) {}

  /// The models known by name.
  public Catalogue catalogue() {
    return catalogue;
  }

  /// The model that `called` stands for, which must be on this machine; nothing is fetched.
  ///
  /// A catalogue's model is compared with the catalogue's hash. Cost: reading the whole file the
  /// first time it is seen.
  ///
  /// @throws EngineException if there is none (the message offers the nearest name), it was not
  ///   pulled (the message says how), it is no model, or it is not what the catalogue says
  public Resolved resolve(String called) {
    Optional<ModelEntry> entry = catalogue.find(called);
    if (entry.isPresent()) {
      return installed(entry.get());
    }
    if (called.startsWith("hf:")) {
      Path path = present(called, hubPath(hub(called)));
      return new Resolved(called, path, hashes.sha256(path), null);
    }
    return ofPath(called);
  }

  /// All of the catalogue, in its order, then what was pulled by reference, sorted.
  public List<Listed> list() {
    var listed = new ArrayList<Listed>();
    for (ModelEntry entry : catalogue.entries()) {
      listed.add(listed(entry.name(), home.models().resolve(entry.file()), entry));
    }
    for (Path path : pulledByReference()) {
      listed.add(listed(reference(path), path, null));
    }
    return List.copyOf(listed);
  }

  /// What is known of the model called `called`, by name or reference.
  ///
  /// @throws EngineException if it is neither
  public Listed info(String called) {
    if (called.startsWith("hf:")) {
      return listed(called, hubPath(hub(called)), null);
    }
    ModelEntry entry = catalogue.need(called);
    return listed(called, home.models().resolve(entry.file()), entry);
  }

  /// Fetches the model called `called`, by name or reference, unless it is here.
  ///
  /// A reference that the catalogue does not have is allowed; its [Pulled#proof] then says whether
  /// the server stated a hash or nothing could be compared. Can be interrupted; what has arrived is
  /// kept for the next pull.
  ///
  /// @throws EngineException if it cannot be had, with the reason of each source and the way out
  public Pulled pull(String called, Progress progress) {
    if (called.startsWith("hf:")) {
      Source.Hub source = hub(called);
      Order order = new Order(called, hubPath(source), 0, null, List.of(source), Order.Shelf.MODEL);
      return puller.pull(order, progress);
    }
    return puller.pull(order(catalogue.need(called)), progress);
  }

  private Order order(ModelEntry entry) {
    Path target = home.models().resolve(entry.file());
    return new Order(
        entry.name(), target, entry.size(), entry.sha256(), entry.sources(), Order.Shelf.MODEL);
  }

  /// Deletes the file of the model called `called`, by name or reference, from the home.
  ///
  /// @return the file deleted
  /// @throws EngineException if it is not here, or is a file of the user's
  public Path remove(String called) {
    if (catalogue.find(called).isEmpty() && !called.startsWith("hf:") && looksLikePath(called)) {
      throw new EngineException(
          "'%s' is a file of yours; only models under %s are removed."
              .formatted(called, home.models()));
    }
    Path path = present(called, info(called).path());
    try {
      if (!path.resolveSibling("").toRealPath().startsWith(home.models().toRealPath())) {
        throw new EngineException(
            "%s leads out of %s and is not removed.".formatted(path, home.models()));
      }
      Durable.delete(path);
      return path;
    } catch (IOException e) {
      throw new EngineException("%s cannot be removed: %s".formatted(path, e), e);
    }
  }

  private Resolved installed(ModelEntry entry) {
    Path path = present(entry.name(), home.models().resolve(entry.file()));
    String sha256 = hashes.sha256(path);
    String wanted = entry.sha256();
    if (wanted != null && !wanted.equals(sha256)) {
      throw Puller.damaged(order(entry), sha256, wanted);
    }
    return new Resolved(entry.name(), path, sha256, entry);
  }

  private static Path present(String called, Path path) {
    if (!Files.isRegularFile(path)) {
      throw new EngineException(
          "Model '%s' is not on this machine. Maybe fetch it: ponder models pull %s"
              .formatted(called, called));
    }
    return path;
  }

  private Resolved ofPath(String called) {
    Path path = path(called);
    if (Files.isDirectory(path)) {
      return new Resolved(name(path), path, folderHash(path), null);
    }
    if (!Files.exists(path)) {
      throw new EngineException(
          looksLikePath(called)
              ? "There is no file " + called + "."
              : "There is no model '%s'.%s".formatted(called, Nearest.maybe(called, names())));
    }
    if (!startsLikeGguf(path)) {
      throw new EngineException(
          "%s is not a GGUF file: it does not begin with 'GGUF'.".formatted(called));
    }
    return new Resolved(name(path), path, hashes.sha256(path), null);
  }

  /// A folder's weights are its safetensors files: the hash of the lines `HASH NAME`, by name.
  private String folderHash(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      var lines = new StringBuilder();
      files
          .filter(file -> name(file).endsWith(".safetensors"))
          .sorted()
          .forEach(f -> lines.append(hashes.sha256(f)).append(' ').append(name(f)).append('\n'));
      if (lines.isEmpty()) {
        throw new EngineException(
            "The folder %s holds no model: it has no .safetensors file. Maybe name a GGUF file."
                .formatted(folder));
      }
      byte[] text = lines.toString().getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(FileHash.sha256().digest(text));
    } catch (IOException e) {
      throw new EngineException("The folder %s cannot be read: %s".formatted(folder, e), e);
    }
  }

  private static boolean startsLikeGguf(Path path) {
    try (var in = Files.newInputStream(path)) {
      return Arrays.equals(in.readNBytes(GGUF.length), GGUF);
    } catch (IOException e) {
      throw new EngineException("%s cannot be read: %s".formatted(path, e), e);
    }
  }

  private static boolean looksLikePath(String called) {
    return called.contains("/")
        || called.contains("\\")
        || called.endsWith(".gguf")
        || Files.exists(path(called));
  }

  private static Path path(String called) {
    try {
      return Path.of(called);
    } catch (InvalidPathException e) {
      throw new EngineException("'%s' is not a model's name or path.".formatted(called), e);
    }
  }

  private static String name(Path path) {
    return String.valueOf(path.toAbsolutePath().normalize().getFileName());
  }

  private List<String> names() {
    return catalogue.entries().stream().map(ModelEntry::name).toList();
  }

  private static Source.Hub hub(String called) {
    try {
      if (Source.parse(called) instanceof Source.Hub hub) {
        return hub;
      }
    } catch (IllegalArgumentException e) {
      throw new EngineException(String.valueOf(e.getMessage()), e);
    }
    throw new IllegalStateException(called + " begins with hf: and is read as something else.");
  }

  /// `models/hf/OWNER/REPOSITORY/FILE`: the reference as a path, so that [#reference] can read it
  /// back.
  private Path hubPath(Source.Hub hub) {
    return home.models().resolve("hf").resolve(hub.toString().substring("hf:".length()));
  }

  private String reference(Path path) {
    String inside = home.models().resolve("hf").relativize(path).toString();
    return "hf:" + inside.replace('\\', '/');
  }

  private List<Path> pulledByReference() {
    Path folder = home.models().resolve("hf");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> Form.HUB.matcher(reference(file)).matches())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new EngineException("%s cannot be read: %s".formatted(folder, e), e);
    }
  }

  private static Listed listed(String name, Path path, @Nullable ModelEntry entry) {
    long known = entry == null ? 0 : entry.size();
    boolean installed = Files.isRegularFile(path);
    return new Listed(name, path, installed ? path.toFile().length() : known, installed, entry);
  }
}
