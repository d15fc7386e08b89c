package ponder.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ponder.model.EngineException;
import ponder.store.Durable;
import ponder.store.Tool;

/// Fetches a package through the npm client and takes the libraries out of it.
///
/// npm knows the user's registry, proxy and certificates; we need not. `npm pack` only downloads
/// the package file: nothing is installed and none of its scripts run. The file's SHA-512 is
/// computed here and compared before a byte of it is unpacked.
final class NpmPackage {
  private static final Duration LIMIT = Duration.ofHours(1);
  private static final String OWN = "name a folder that has llama.cpp's libraries: --library DIR.";

  /// The libraries lie in one folder below `bins`; the licence must stay with them. The add-on for
  /// Node is left out.
  private static final Pattern WANTED =
      Pattern.compile(
          "package/(?:bins/[^/]+/)?(LICENSE|[A-Za-z0-9][A-Za-z0-9._-]*\\.(?:so|dylib|dll|metal)(?:\\.[0-9.]+)?)");

  private final Map<String, String> environment;

  NpmPackage(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /// Downloads the package file into `folder`.
  Path fetch(NativeBuild build, Path folder, Progress progress) throws IOException {
    progress.note("npm fetches " + build.project() + " " + build.version() + ".");
    String address = build.project() + "@" + build.version();
    run(folder, "pack", address, "--ignore-scripts", "--pack-destination", folder.toString());
    try (var archives = Files.newDirectoryStream(folder, "*.tgz")) {
      for (Path archive : archives) {
        return archive;
      }
    }
    throw new EngineException("npm left no package file of " + build.project() + ".");
  }

  /// Compares the package file with the catalogue's integrity or, for want of one, the registry's.
  ///
  /// @return the integrity
  /// @throws EngineException if they differ
  String check(NativeBuild build, Path archive, Path folder) throws IOException {
    String known = build.integrity();
    String wanted = known != null ? known : stated(build, folder);
    String found = integrity(archive);
    if (!found.equals(wanted)) {
      throw new EngineException(
          "The package %s %s has integrity %s and not the expected %s; it was deleted."
              .formatted(build.project(), build.version(), found, wanted));
    }
    return found;
  }

  /// Writes the libraries of the package file into `target`, which is empty.
  void unpack(NativeBuild build, Path archive, Path target) {
    try (InputStream in = Files.newInputStream(archive)) {
      TarGz.read(
          in,
          (name, content) -> {
            Matcher wanted = WANTED.matcher(name);
            if (wanted.matches()) {
              // The pattern lets no separator into the last part of the name.
              Path file = target.resolve(wanted.group(1));
              Files.copy(content, file);
              Durable.force(file);
            }
          });
    } catch (IOException e) {
      throw new EngineException(
          "The package %s %s cannot be unpacked: %s".formatted(build.project(), build.version(), e),
          e);
    }
  }

  private String stated(NativeBuild build, Path folder) {
    String address = build.project() + "@" + build.version();
    String text = run(folder, "view", address, "dist.integrity").out().strip();
    if (!Form.INTEGRITY.matcher(text).matches()) {
      throw new EngineException(
          "npm states no integrity for %s (%s), so it cannot be checked.".formatted(address, text));
    }
    return text;
  }

  private Tool.Result run(Path folder, String... arguments) {
    Tool npm = Tool.need(environment, "Maybe install Node.js, which brings npm, or " + OWN, "npm");
    Tool.Result result = npm.run(folder, LIMIT, List.of(arguments));
    if (result.status() != 0) {
      throw new EngineException(
          "npm %s %s failed: %s. Maybe %s"
              .formatted(arguments[0], arguments[1], reason(result), OWN));
    }
    return result;
  }

  /// npm's first line of error says what happened; those after it, where its log is.
  private static String reason(Tool.Result result) {
    return result
        .err()
        .lines()
        .filter(line -> !line.startsWith("npm warn") && !line.startsWith("npm WARN"))
        .map(line -> line.replaceFirst("^npm (error|ERR!) ?", "").strip())
        .filter(line -> !line.isEmpty() && !line.startsWith("code "))
        .findFirst()
        .map(line -> Tool.Result.withoutUsers(line).replaceFirst("\\.$", ""))
        .orElse(result.lastWords());
  }

  private static String integrity(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-512");
      var buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return "sha512-" + Base64.getEncoder().encodeToString(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-512.", e);
    }
  }
}
