package ponder.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import ponder.core.Nearest;
import ponder.model.EngineException;
import ponder.store.Home;

/// The models known by name: those that Ponder ships, and those that the user added in
/// `models.yaml` of the home. A user's entry replaces a shipped one of the same name, and a user's
/// default the shipped default.
///
/// @param entries in the order of the files, the user's last
public record Catalogue(List<ModelEntry> entries) {
  private static final Pattern ANY = Pattern.compile("[^\\p{Cntrl}]*");

  public Catalogue {
    entries = List.copyOf(entries);
  }

  /// Reads the shipped catalogue and the user's additions.
  ///
  /// @throws EngineException naming everything that is wrong with the user's file
  public static Catalogue load(Home home) {
    var byName = new LinkedHashMap<String, ModelEntry>();
    for (ModelEntry entry : parse("the shipped catalogue", resource("models.yaml"))) {
      byName.put(entry.name(), entry);
    }
    Path file = home.root().resolve("models.yaml");
    for (ModelEntry entry : users(file)) {
      byName.remove(entry.name());
      byName.put(entry.name(), entry);
    }
    var problems = new ArrayList<String>();
    checkFiles(byName.values(), file, problems);
    refuse(problems);
    return new Catalogue(List.copyOf(byName.values()));
  }

  /// The entry called `name`.
  public Optional<ModelEntry> find(String name) {
    return entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  /// The entry called `name`.
  ///
  /// @throws EngineException if there is none; the message offers the nearest name
  public ModelEntry need(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new EngineException(
                    "There is no model '%s'.%s"
                        .formatted(
                            name,
                            Nearest.maybe(name, entries.stream().map(ModelEntry::name).toList()))));
  }

  /// The model taken when none is named: the last entry marked so.
  public ModelEntry preferred() {
    return entries.stream()
        .filter(ModelEntry::preferred)
        .reduce((earlier, later) -> later)
        .orElseThrow(
            () -> new EngineException("No model is marked as the default. Maybe name one."));
  }

  private static List<ModelEntry> users(Path file) {
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      return parse(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw new EngineException("%s cannot be read: %s".formatted(file, e), e);
    }
  }

  static List<ModelEntry> parse(String origin, String text) {
    var problems = new ArrayList<String>();
    var entries = new ArrayList<ModelEntry>();
    var names = new HashMap<String, Integer>();
    Fields file = Fields.ofFile(origin, text, problems);
    for (Fields fields : file.list("models", "name")) {
      ModelEntry entry = entry(fields);
      entries.add(entry);
      if (names.merge(entry.name(), 1, Integer::sum) == 2) {
        fields.problem("the name stands twice");
      }
    }
    file.end();
    refuse(problems);
    return entries;
  }

  private static ModelEntry entry(Fields fields) {
    var entry =
        new ModelEntry(
            fields.text("name", Form.NAME),
            fields.text("file", Form.NAME),
            fields.count("size"),
            fields.optional("sha256", Form.SHA256),
            orEmpty(fields.optional("licence", ANY)),
            orEmpty(fields.optional("summary", ANY)),
            fields.flag("default"),
            fields.sources("sources"));
    fields.end();
    return entry;
  }

  /// Two models must not share a file: one would be taken for the other.
  private static void checkFiles(Iterable<ModelEntry> entries, Path origin, List<String> problems) {
    Map<String, String> owners = new HashMap<>();
    for (ModelEntry entry : entries) {
      String other = owners.put(entry.file(), entry.name());
      if (other != null) {
        problems.add(
            "%s, %s: file (%s) belongs to %s already"
                .formatted(origin, entry.name(), entry.file(), other));
      }
    }
  }

  static void refuse(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new EngineException(String.join("; ", problems) + ".");
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /// The text of a file shipped beside this class.
  static String resource(String name) {
    try (InputStream in = Catalogue.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("The resource " + name + " is missing.");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
