package ponder.cli;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import ponder.catalog.GpuBundle;
import ponder.catalog.Models;
import ponder.catalog.TorchLibraries;
import ponder.catalog.TorchLibraries.Variant;

/// `ponder bundle`: everything that a GPU machine without Java and without a network needs.
@Command(
    name = "bundle",
    sortOptions = false,
    description =
        "Packs Ponder for a GPU machine that has no Java and reaches no network: a Java runtime,"
            + " Ponder, libtorch for one kind of NVIDIA GPU, and models, in pieces of at most 40 MiB."
            + " The machine must bring CUDA 13 with cuDNN 9 and NCCL 2, as PyTorch's wheels do. There:"
            + " sh p1/unpack.sh FOLDER, then . p1/env.sh, then ponder --help.")
final class BundleCommand implements Callable<Integer> {
  private final Shell shell;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      required = true,
      description = "Where the pieces go: folders p1, p2, and so on.")
  @Nullable Path out;

  @Option(
      names = "--sm",
      paramLabel = "NUMBER",
      defaultValue = "90",
      description =
          "The GPU's architecture: 80 for A100, 86 for RTX 30, 89 for RTX 40, 90 for H100 and H200,"
              + " 100 for B200, 120 for RTX 50 (default: ${DEFAULT-VALUE}).")
  int architecture;

  @Option(
      names = "--model",
      paramLabel = "NAME|PATH",
      description = "A model to take along; may be repeated (default: none).")
  List<String> models = List.of();

  @Option(
      names = "--natives",
      paramLabel = "FOLDER",
      description = "libtorch's CUDA build (default: that of 'ponder natives pull torch-cuda').")
  @Nullable Path natives;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  boolean json;

  BundleCommand(Shell shell) {
    this.shell = shell;
  }

  /// The command's JSON.
  record Result(String out, int folders, long bytes) {}

  @Override
  public Integer call() {
    Path target = Objects.requireNonNull(out);
    List<Path> files = new ArrayList<>();
    for (String model : models) {
      files.add(model(model));
    }
    GpuBundle.Contents contents =
        new GpuBundle.Contents(
            Path.of(System.getProperty("java.home")),
            classPath(System.getProperty("java.class.path")),
            natives == null ? pulled() : natives,
            architecture,
            files);
    GpuBundle.Written written = Pulls.bundle(contents, target, shell);
    if (json) {
      Json.print(new Result(target.toString(), written.folders(), written.bytes()), shell);
    } else {
      shell
          .out()
          .println(
              "%d folders, %d MB, in %s"
                  .formatted(written.folders(), written.bytes() / 1_000_000, target));
    }
    return Ponder.DONE;
  }

  private Path model(String called) {
    Models all = new Models(shell.home(), shell.environment());
    boolean fetchable = called.startsWith("hf:") || all.catalogue().find(called).isPresent();
    if (fetchable && !all.info(called).installed()) {
      Pulls.model(all, called, shell);
    }
    Path path = all.resolve(called).path();
    if (!Files.isRegularFile(path)) {
      throw new IllegalArgumentException(
          "--model (%s) is a folder; only single files can be taken along. Maybe name a GGUF file."
              .formatted(called));
    }
    return path;
  }

  private Path pulled() {
    TorchLibraries libraries = new TorchLibraries(shell.home(), shell.environment());
    return libraries
        .installed(Variant.CUDA)
        .orElseGet(() -> Pulls.torch(libraries, Variant.CUDA, shell));
  }

  /// The jars of a class path, and those that their manifests name.
  static List<Path> classPath(String text) {
    Set<Path> jars = new LinkedHashSet<>();
    for (String part : text.split(File.pathSeparator)) {
      if (part.endsWith(".jar")) {
        Path jar = Path.of(part);
        jars.add(jar);
        named(jar).filter(Files::isRegularFile).forEach(jars::add);
      }
    }
    if (jars.isEmpty()) {
      throw new IllegalArgumentException(
          "Ponder does not run from jars here, so there is nothing to pack. Maybe start it with the"
              + " script ponder.");
    }
    return List.copyOf(jars);
  }

  private static Stream<Path> named(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      Manifest manifest = file.getManifest();
      String names =
          manifest == null
              ? null
              : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      return names == null
          ? Stream.empty()
          : List.of(names.split(" ")).stream().map(jar.toAbsolutePath()::resolveSibling);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
