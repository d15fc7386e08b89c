package ponder.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import ponder.core.Nearest;
import ponder.model.EngineException;
import ponder.store.FileHash;
import ponder.store.Home;

/// The data sets known by name: those that Ponder ships, and those that the user added in
/// `datasets.yaml` of the home. A user's entry replaces a shipped one of the same name.
///
/// A split of a user's set can be a file of the user's, named by a path; a relative one begins at
/// the catalogue's folder. All others are fetched into the home's `datasets`.
///
/// Thread-safe.
public final class DataCatalogue {
  private static final Pattern ANY = Pattern.compile("[^\\p{Cntrl}]*");
  private static final Pattern SOME = Pattern.compile("[^\\p{Cntrl}]+");

  private final Home home;
  private final Puller puller;
  private final List<DataEntry> entries;

  /// Reads the shipped catalogue and the user's additions.
  ///
  /// @param environment the process's environment variables, for proxies and tokens
  /// @throws EngineException naming everything that is wrong with the user's file
  public DataCatalogue(Home home, Map<String, String> environment) {
    this(home, new Puller(home, environment));
  }

  DataCatalogue(Home home, Puller puller) {
    this.home = home;
    this.puller = puller;
    this.entries = load(home);
  }

  private static List<DataEntry> load(Home home) {
    var byName = new LinkedHashMap<String, DataEntry>();
    String shipped = Catalogue.resource("datasets.yaml");
    for (DataEntry entry : parse("the shipped catalogue", shipped, home.root())) {
      byName.put(entry.name(), entry);
    }
    Path file = home.root().resolve("datasets.yaml");
    for (DataEntry entry : users(file, home.root())) {
      byName.remove(entry.name());
      byName.put(entry.name(), entry);
    }
    return List.copyOf(byName.values());
  }

  private static List<DataEntry> users(Path file, Path folder) {
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      return parse(file.toString(), Files.readString(file), folder);
    } catch (IOException e) {
      throw new EngineException("%s cannot be read: %s".formatted(file, e), e);
    }
  }

  static List<DataEntry> parse(String origin, String text, Path folder) {
    var problems = new ArrayList<String>();
    var entries = new ArrayList<DataEntry>();
    Set<String> names = new HashSet<>();
    Fields file = Fields.ofFile(origin, text, problems);
    for (Fields fields : file.list("datasets", "name")) {
      DataEntry entry = entry(fields, folder);
      entries.add(entry);
      if (!names.add(entry.name())) {
        fields.problem("the name stands twice");
      }
    }
    file.end();
    Catalogue.refuse(problems);
    return entries;
  }

  private static DataEntry entry(Fields fields, Path folder) {
    Set<String> names = new HashSet<>();
    List<DataEntry.Split> splits = new ArrayList<>();
    for (Fields part : fields.list("splits", "name")) {
      splits.add(split(part, folder));
      if (!names.add(splits.getLast().name())) {
        part.problem("the name stands twice");
      }
    }
    var entry =
        new DataEntry(
            fields.text("name", Form.NAME),
            orEmpty(fields.optional("summary", ANY)),
            orEmpty(fields.optional("licence", ANY)),
            fields.flag("restricted"),
            orEmpty(fields.optional("columns", SOME)),
            orEmpty(fields.optional("grading", Form.GRADING)),
            fields.optional("shots", Form.NAME),
            splits);
    if (splits.isEmpty()) {
      fields.problem("splits must list one split at least");
    } else if (entry.shots() != null && !names.contains(entry.shots())) {
      fields.problem("shots (%s) is none of its splits".formatted(entry.shots()));
    }
    fields.end();
    return entry;
  }

  private static DataEntry.Split split(Fields fields, Path folder) {
    String path = fields.optional("path", SOME);
    var split =
        new DataEntry.Split(
            fields.text("name", Form.NAME),
            orEmpty(fields.optional("columns", SOME)),
            path == null ? null : path(path, folder, fields),
            path == null ? fields.text("file", Form.NAME) : "",
            fields.count("size"),
            fields.optional("sha256", Form.SHA256),
            path == null ? fields.sources("sources") : List.of());
    fields.end();
    return split;
  }

  private static Path path(String text, Path folder, Fields fields) {
    try {
      return folder.resolve(text).normalize();
    } catch (InvalidPathException e) {
      fields.problem("path (%s) is no path".formatted(text));
      return folder;
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /// In the order of the files, the user's last.
  public List<DataEntry> entries() {
    return entries;
  }

  /// The entry called `name`.
  public Optional<DataEntry> find(String name) {
    return entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  /// The entry called `name`.
  ///
  /// @throws EngineException if there is none; the message offers the nearest name
  public DataEntry need(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new EngineException(
                    "There is no data set '%s'.%s".formatted(name, Nearest.maybe(name, names()))));
  }

  /// The names of all entries, in order.
  public List<String> names() {
    return entries.stream().map(DataEntry::name).toList();
  }

  /// Where a split's file is, or would be after a pull.
  public Path path(DataEntry entry, DataEntry.Split split) {
    Path own = split.path();
    return own == null ? home.datasets().resolve(entry.name()).resolve(split.file()) : own;
  }

  /// A split's file, which must be here and be what the catalogue says; nothing is fetched.
  ///
  /// @return the file and its hash; [Pulled#already] is true
  /// @throws EngineException if it is not here (the message says how to have it) or another file
  public Pulled present(DataEntry entry, DataEntry.Split split) {
    Path file = path(entry, split);
    if (!Files.isRegularFile(file)) {
      throw new EngineException(
          split.path() != null
              ? "There is no file %s, which data set %s names.".formatted(file, entry.name())
              : "Data set '%1$s' (%2$s) is not on this machine. Maybe fetch it: ponder data pull %1$s --split %2$s"
                  .formatted(entry.name(), split.name()));
    }
    String sha256 = new FileHash(home).sha256(file);
    String wanted = split.sha256();
    if (wanted != null && !wanted.equals(sha256)) {
      throw Puller.damaged(order(entry, split), sha256, wanted);
    }
    var proof = wanted == null ? Pulled.Proof.NONE : Pulled.Proof.CATALOGUE;
    return new Pulled(file, sha256, proof, true);
  }

  /// Fetches a split's file unless it is here. Can be interrupted; what has arrived is kept.
  ///
  /// @throws EngineException if it cannot be had, with the reason of each source and the way out
  public Pulled pull(DataEntry entry, DataEntry.Split split, Progress progress) {
    return split.path() != null
        ? present(entry, split)
        : puller.pull(order(entry, split), progress);
  }

  private Order order(DataEntry entry, DataEntry.Split split) {
    return new Order(
        entry.name() + ":" + split.name(),
        path(entry, split),
        split.size(),
        split.sha256(),
        split.sources(),
        Order.Shelf.DATA);
  }
}
