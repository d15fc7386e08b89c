package ponder.cli;

import java.nio.file.Path;
import ponder.catalog.GpuBundle;
import ponder.catalog.Models;
import ponder.catalog.Natives;
import ponder.catalog.Progress;
import ponder.catalog.Pulled;
import ponder.catalog.TorchLibraries;
import ponder.data.DataSets;

/// Fetches with a bar, and lets Ctrl-C end it: what has arrived is kept for the next time.
final class Pulls {
  private Pulls() {}

  /// Fetches a model unless it is here.
  static Pulled model(Models models, String called, Shell shell) {
    Pulled pulled = fetch(called, shell, progress -> models.pull(called, progress));
    tellProof(called, pulled, shell);
    return pulled;
  }

  /// Fetches a part of a named data set unless it is here.
  static Pulled data(DataSets sets, DataSets.Part part, Shell shell) {
    Pulled pulled = fetch(part.name(), shell, progress -> sets.pull(part, progress));
    tellProof(part.name(), pulled, shell);
    return pulled;
  }

  private static void tellProof(String called, Pulled pulled, Shell shell) {
    if (!pulled.already() && pulled.proof() != Pulled.Proof.CATALOGUE) {
      shell.note(
          pulled.proof() == Pulled.Proof.SERVER
              ? "note: the catalogue has no hash for %s; the file is what its server stated."
                  .formatted(called)
              : "note: no hash is known for %s, so nothing could be checked. Its SHA-256 is %s."
                  .formatted(called, pulled.sha256()));
    }
  }

  /// Fetches natives unless they are here.
  ///
  /// @param name a build's name, or empty for this machine's usual one
  static Natives.Installed natives(Natives natives, String name, Shell shell) {
    String shown = name.isEmpty() ? "llama.cpp" : "llama.cpp for " + name;
    Natives.Installed installed = fetch(shown, shell, progress -> natives.pull(name, progress));
    if (!installed.already() && !installed.pinned()) {
      shell.note("note: the catalogue has no hash for these natives; the registry's own was used.");
    }
    return installed;
  }

  /// Fetches libtorch unless it is here.
  static Path torch(TorchLibraries libraries, TorchLibraries.Variant variant, Shell shell) {
    Path folder = fetch("libtorch", shell, progress -> libraries.pull(variant, progress));
    if (!libraries.pinned()) {
      shell.note("note: there are no hashes for these natives; Maven's own check was used.");
    }
    return folder;
  }

  /// Packs a bundle.
  static GpuBundle.Written bundle(GpuBundle.Contents contents, Path out, Shell shell) {
    return fetch(
        "bundle",
        shell,
        progress -> new GpuBundle(shell.environment(), progress).write(contents, out));
  }

  private interface Fetch<T> {
    T with(Progress progress);
  }

  private static <T> T fetch(String name, Shell shell, Fetch<T> fetch) {
    Runnable withdraw = shell.cancellation().onCancel(Thread.currentThread()::interrupt);
    try (Bar bar = new Bar(name, shell)) {
      return fetch.with(bar);
    } finally {
      withdraw.run();
    }
  }
}
