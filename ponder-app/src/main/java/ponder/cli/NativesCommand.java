package ponder.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import ponder.catalog.NativeBuild;
import ponder.catalog.Natives;
import ponder.catalog.TorchLibraries;
import ponder.catalog.TorchLibraries.Variant;

/// `ponder natives`: the compiled halves of the engines llama and torch.
@Command(
    name = "natives",
    synopsisSubcommandLabel = "COMMAND",
    description = "Lists, fetches and shows the native libraries of the engines.")
final class NativesCommand extends Group {
  /// One build's JSON.
  ///
  /// @param folder where it lies; null if it is not installed
  record Build(
      String name,
      String packageName,
      String version,
      String llama,
      String licence,
      @Nullable String folder) {
    static Build of(NativeBuild build, Natives natives) {
      return new Build(
          build.name(),
          build.project(),
          build.version(),
          build.llama(),
          build.licence(),
          natives.installed(build).map(library -> library.folder().toString()).orElse(null));
    }
  }

  private static List<Build> torchBuilds(Shell shell) {
    TorchLibraries libraries = new TorchLibraries(shell.home(), shell.environment());
    return Stream.of(Variant.values())
        .map(
            variant ->
                torchBuild(
                    variant.title(), libraries.installed(variant).map(Path::toString).orElse(null)))
        .toList();
  }

  private static Build torchBuild(String name, @Nullable String folder) {
    return new Build(
        name, "org.bytedeco:pytorch", TorchLibraries.version(), "", "BSD-3-Clause", folder);
  }

  private static Natives natives(Shell shell) {
    return new Natives(shell.home(), shell.environment());
  }

  /// `ponder natives list`.
  @Command(name = "list", description = "Lists the builds for this machine.")
  static final class Listing implements Callable<Integer> {
    private final Shell shell;

    @Option(names = "--json", description = "Print one JSON object on standard output.")
    boolean json;

    Listing(Shell shell) {
      this.shell = shell;
    }

    /// The command's JSON.
    record Listed(List<Build> natives) {}

    @Override
    public Integer call() {
      Natives natives = natives(shell);
      List<Build> builds =
          Stream.concat(
                  natives.builds().stream().map(build -> Build.of(build, natives)),
                  torchBuilds(shell).stream())
              .toList();
      if (json) {
        Json.print(new Listed(builds), shell);
        return Ponder.DONE;
      }
      Table table = new Table("NATIVES", "LLAMA.CPP", "HERE", "PACKAGE");
      for (Build build : builds) {
        table.row(
            build.name(),
            build.llama(),
            build.folder() == null ? "no" : "yes",
            build.packageName() + " " + build.version());
      }
      table.print(shell);
      return Ponder.DONE;
    }
  }

  /// `ponder natives pull`.
  @Command(
      name = "pull",
      description = "Fetches native libraries, through npm or Maven, and checks them.")
  static final class Pull implements Callable<Integer> {
    private final Shell shell;

    @Parameters(
        arity = "0..1",
        paramLabel = "NATIVES",
        defaultValue = "",
        description =
            "Which build; see 'ponder natives list' (default: this machine's usual one of"
                + " llama.cpp). For the engine torch: torch, torch-mkl with Intel's MKL, or torch-cuda"
                + " for NVIDIA's GPUs.")
    String name = "";

    @Option(names = "--json", description = "Print one JSON object on standard output.")
    boolean json;

    Pull(Shell shell) {
      this.shell = shell;
    }

    /// The command's JSON.
    record Fetched(@Nullable Build natives, boolean pinned, boolean already) {}

    @Override
    public Integer call() {
      Optional<Variant> torch = Variant.called(name);
      if (torch.isPresent()) {
        return torch(torch.get());
      }
      Natives natives = natives(shell);
      Natives.Installed installed = Pulls.natives(natives, name, shell);
      NativeBuild build = installed.library().build();
      if (json) {
        Build shown = build == null ? null : Build.of(build, natives);
        Json.print(new Fetched(shown, installed.pinned(), installed.already()), shell);
      } else {
        shell.out().println(installed.library().folder());
        shell.note(
            installed.already() ? "The natives were here already." : "The natives are here.");
      }
      return Ponder.DONE;
    }

    private Integer torch(Variant variant) {
      TorchLibraries libraries = new TorchLibraries(shell.home(), shell.environment());
      boolean already = libraries.installed(variant).isPresent();
      Path folder = Pulls.torch(libraries, variant, shell);
      if (json) {
        Json.print(
            new Fetched(torchBuild(name, folder.toString()), libraries.pinned(), already), shell);
      } else {
        shell.out().println(folder);
        shell.note(already ? "The natives were here already." : "The natives are here.");
      }
      return Ponder.DONE;
    }
  }

  /// `ponder natives info`.
  @Command(name = "info", description = "Shows which native libraries would be loaded.")
  static final class Show implements Callable<Integer> {
    private final Shell shell;

    @Option(
        names = "--library",
        paramLabel = "FOLDER",
        description = "Ask about the libraries in this folder instead.")
    @Nullable Path library;

    @Option(names = "--json", description = "Print one JSON object on standard output.")
    boolean json;

    Show(Shell shell) {
      this.shell = shell;
    }

    /// The command's JSON.
    ///
    /// @param build null for a folder of the user's
    record Shown(String folder, @Nullable Build build) {}

    @Override
    public Integer call() {
      Natives natives = natives(shell);
      Natives.Library found = natives.find(library);
      NativeBuild build = found.build();
      if (json) {
        Build shown = build == null ? null : Build.of(build, natives);
        Json.print(new Shown(found.folder().toString(), shown), shell);
        return Ponder.DONE;
      }
      Table table = new Table(2);
      table.row("FOLDER", found.folder().toString());
      if (build != null) {
        table.row("BUILD", build.name());
        table.row("LLAMA.CPP", build.llama());
        table.row("PACKAGE", build.project() + " " + build.version());
        table.row("LICENCE", build.licence());
      }
      table.print(shell);
      return Ponder.DONE;
    }
  }
}
