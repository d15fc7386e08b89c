package ponder.catalog;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ponder.core.Nearest;
import ponder.model.EngineException;
import ponder.store.Durable;
import ponder.store.Home;
import ponder.store.Lock;

/// Finds and fetches the native libraries of llama.cpp.
///
/// A build lies in a folder of its own under the home's `natives`, named for its package and
/// version, with a stamp that says what it is; a folder without the stamp of the catalogue's build
/// is not used. Builds of another version stay where they are and are passed over, so that an older
/// Ponder goes on working with the same home.
///
/// Thread-safe.
public final class Natives {
  private static final Pattern ANY = Pattern.compile("\\S+");
  private static final Pattern PROJECT = Pattern.compile("@[a-z0-9._-]+/[a-z0-9._-]+|[a-z0-9._-]+");
  private static final Pattern LLAMA =
      Pattern.compile("(lib)?llama(\\.[.0-9a-z]+)?\\.(so|dylib|dll)(\\.[0-9.]+)?");
  private static final String STAMP = "ponder-stamp";

  private final Home home;
  private final List<NativeBuild> builds;
  private final String platform;
  private final NpmPackage packages;

  /// @param environment the process's environment variables; npm is found on its `PATH`
  public Natives(Home home, Map<String, String> environment) {
    this(home, parse(Catalogue.resource("natives.yaml")), platform(), environment);
  }

  Natives(Home home, List<NativeBuild> builds, String platform, Map<String, String> environment) {
    this.home = home;
    this.builds = List.copyOf(builds);
    this.platform = platform;
    this.packages = new NpmPackage(environment);
  }

  /// Libraries that are ready to load.
  ///
  /// @param folder holds llama.cpp's library and its back ends
  /// @param build which build that is; null for a folder that the user named
  public record Library(Path folder, @Nullable NativeBuild build) {}

  /// What a pull led to.
  ///
  /// @param library the libraries
  /// @param pinned whether they were compared with the catalogue's own integrity; if not, with the
  ///   one that the registry states, and the user must be told
  /// @param already whether they were there before
  public record Installed(Library library, boolean pinned, boolean already) {}

  /// The builds for this machine's platform: the usual one first.
  public List<NativeBuild> builds() {
    return builds.stream().filter(build -> build.platform().equals(platform)).toList();
  }

  /// The libraries to load: those in `userFolder` if that is named, else an installed build of this
  /// platform. Variants come before the usual build: they are fetched by those who want them, and
  /// run without their device, too.
  ///
  /// @throws EngineException if there are none; the message has the command that gets them
  public Library find(@Nullable Path userFolder) {
    if (userFolder != null) {
      if (!holdsLlama(userFolder)) {
        throw new EngineException(
            "The folder %s holds no library of llama.cpp (such as libllama.so)."
                .formatted(userFolder));
      }
      return new Library(userFolder, null);
    }
    return builds().stream()
        .sorted(Comparator.comparing(build -> build.variant().isEmpty()))
        .flatMap(build -> installed(build).stream())
        .findFirst()
        .orElseThrow(this::none);
  }

  /// The libraries of `build` if they are installed.
  public Optional<Library> installed(NativeBuild build) {
    Path folder = home.natives().resolve(build.folder());
    try {
      String stamp = Files.readString(folder.resolve(STAMP));
      boolean right = stamp.startsWith(head(build)) && holdsLlama(folder);
      return right ? Optional.of(new Library(folder, build)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// Fetches a build through npm, checks it and unpacks its libraries, unless it is there.
  ///
  /// @param name a build's name, or empty for this platform's usual one
  /// @throws EngineException if there is no such build, npm is missing or fails, the package is not
  ///   the one expected, or the home cannot be written to
  public Installed pull(String name, Progress progress) {
    NativeBuild build = build(name);
    Path partials = home.make(home.natives().resolve(".partial"));
    boolean pinned = build.integrity() != null;
    try (var lock =
        Lock.hold(
            partials.resolve(build.folder() + ".lock"),
            () -> progress.note(build.name() + " is being fetched already; waiting for that."))) {
      Optional<Library> there = installed(build);
      return there.isPresent()
          ? new Installed(there.get(), pinned, true)
          : new Installed(install(build, partials, progress), pinned, false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException("Fetching " + build.project() + " was interrupted.", e);
    } catch (IOException e) {
      throw new EngineException("%s cannot be stored: %s".formatted(build.project(), e), e);
    }
  }

  private Library install(NativeBuild build, Path partials, Progress progress) throws IOException {
    // A fixed name, ours by the lock: what a killed process left there goes.
    Path work = partials.resolve(build.folder());
    Durable.delete(work);
    Files.createDirectory(work);
    try {
      Path archive = packages.fetch(build, work, progress);
      String integrity = packages.check(build, archive, work);
      Path unpacked = Files.createDirectory(work.resolve("unpacked"));
      packages.unpack(build, archive, unpacked);
      if (!holdsLlama(unpacked)) {
        throw new EngineException(
            "The package %s holds no library of llama.cpp.".formatted(build.project()));
      }
      String pin = build.integrity() == null ? integrity + "\n" : "";
      String stamp = head(build) + pin + "llama.cpp " + build.llama() + "\n";
      Durable.write(unpacked.resolve(STAMP), stamp.getBytes(StandardCharsets.UTF_8));
      Path target = home.natives().resolve(build.folder());
      // Whatever lies there has no valid stamp: the rest of something else.
      Durable.delete(target);
      Durable.move(unpacked, target);
      return new Library(target, build);
    } finally {
      Durable.delete(work);
    }
  }

  /// How a build's stamp begins: package, version and, where the catalogue has one, integrity.
  private static String head(NativeBuild build) {
    String head = build.project() + " " + build.version() + "\n";
    return build.integrity() == null ? head : head + build.integrity() + "\n";
  }

  private NativeBuild build(String name) {
    String wanted = name.isEmpty() ? platform : name;
    return builds.stream()
        .filter(build -> build.name().equals(wanted))
        .findFirst()
        .orElseThrow(() -> name.isEmpty() ? none() : unknown(name));
  }

  private EngineException unknown(String name) {
    List<String> names = builds().stream().map(NativeBuild::name).toList();
    return new EngineException(
        "There are no natives '%s'.%s".formatted(name, Nearest.maybe(name, names)));
  }

  private EngineException none() {
    return builds().isEmpty()
        ? new EngineException(
            "No build of llama.cpp is known for %s. Maybe build one and name its folder: --library DIR."
                .formatted(platform))
        : new EngineException(
            "llama.cpp's libraries are not on this machine. Maybe fetch them: ponder natives pull. Or name a folder that has them: --library DIR.");
  }

  private static boolean holdsLlama(Path folder) {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(f -> LLAMA.matcher(String.valueOf(f.getFileName())).matches());
    } catch (IOException e) {
      throw new EngineException("The folder %s cannot be read: %s".formatted(folder, e), e);
    }
  }

  /// This machine in the words of the catalogue: `linux-x64`, `mac-arm64`, `win-x64`, ...
  private static String platform() {
    return platform(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  static String platform(String os, String arch) {
    String system = os.toLowerCase(Locale.ROOT).replaceAll("\\W.*", "");
    String processor = arch.toLowerCase(Locale.ROOT);
    return switch (system) {
          case "mac" -> "mac";
          case "windows" -> "win";
          default -> system;
        }
        + "-"
        + switch (processor) {
          case "amd64", "x86_64" -> "x64";
          case "aarch64" -> "arm64";
          default -> processor;
        };
  }

  static List<NativeBuild> parse(String text) {
    var problems = new ArrayList<String>();
    Fields file = Fields.ofFile("natives.yaml", text, problems);
    String version = file.text("version", ANY);
    String llama = file.text("llama", ANY);
    String licence = file.text("licence", ANY);
    var builds = new ArrayList<NativeBuild>();
    for (Fields fields : file.list("builds", "package")) {
      String variant = fields.optional("variant", Form.NAME);
      builds.add(
          new NativeBuild(
              fields.text("platform", Form.NAME),
              variant == null ? "" : variant,
              fields.text("package", PROJECT),
              version,
              fields.optional("integrity", Form.INTEGRITY),
              llama,
              licence));
      fields.end();
    }
    file.end();
    Catalogue.refuse(problems);
    return builds;
  }
}
