package ponder.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import ponder.model.EngineException;
import ponder.store.Durable;
import ponder.store.FileHash;
import ponder.store.Home;
import ponder.store.Lock;
import ponder.store.Tool;

/// Finds and fetches the native libraries of libtorch, which the engine `torch` needs.
///
/// They are the jars that JavaCPP publishes for its classes, fetched through the Maven client
/// (which knows the user's mirror and proxy), compared with known hashes and unpacked side by side
/// into one folder of the home: 110 MB to fetch and 440 MB on disk, with Intel's MKL 290 MB and 1.1
/// GB, for NVIDIA's GPUs 480 MB and 880 MB beside CUDA itself, which the machine must bring. The
/// engine's own classes are small and always there.
///
/// Thread-safe.
public final class TorchLibraries {
  private static final String VERSION = "2.10.0-1.5.13";
  private static final String STAMP = "ponder-stamp";
  private static final Duration LIMIT = Duration.ofHours(1);
  private static final String OWN = "name a folder that has libtorch's libraries: --library DIR.";
  private static final Pattern LIBRARY =
      Pattern.compile("org/bytedeco/.+/([A-Za-z0-9_.+-]+\\.(?:so|dylib|dll)(?:\\.[0-9.]+)?)");

  /// libtorch asks for OpenBLAS by this name, JavaCPP by another with `_nolapack` in it.
  private static final Pattern BLAS = Pattern.compile("libopenblas\\.(so\\.0|0\\.dylib|dll)");

  /// What the libraries are built for.
  public enum Variant {
    /// Any processor.
    PLAIN("torch", ""),
    /// Any processor, with Intel's MKL.
    MKL("torch-mkl", "-mkl"),
    /// NVIDIA's GPUs, and any processor.
    CUDA("torch-cuda", "-cuda");

    private final String title;
    private final String suffix;

    Variant(String title, String suffix) {
      this.title = title;
      this.suffix = suffix;
    }

    /// What users call it, such as `torch-cuda`.
    public String title() {
      return title;
    }

    /// The variant that users call `title`.
    public static Optional<Variant> called(String title) {
      return Stream.of(values()).filter(variant -> variant.title.equals(title)).findFirst();
    }
  }

  /// A jar to fetch.
  ///
  /// @param suffix behind the platform in its classifier
  /// @param sha256 of the jar for linux-x86_64, the platform whose hashes are known
  private record Part(String artifact, String version, String suffix, String sha256) {
    String coordinates(String platform) {
      return "org.bytedeco:%s:%s:jar:%s%s".formatted(artifact, version, platform, suffix);
    }
  }

  /// The library that stands for all of MKL, where MKL is offered.
  private static final String MKL_LIBRARY = "libmkl_rt.so.2";

  private static final List<Part> COMMON =
      List.of(
          new Part(
              "javacpp",
              "1.5.13",
              "",
              "b7ebf6240c4025681b5fe868cc2d4cb166cf297824e55f25396f8465d48d8244"),
          new Part(
              "openblas",
              "0.3.31-1.5.13",
              "",
              "7a5e1494e0565b6e06a5d93f8b29993c9ed33239cb9ffab84909360f245b4688"));

  private static final Part FOR_PROCESSORS =
      new Part(
          "pytorch",
          VERSION,
          "",
          "67e9b5b7c2caf2e6ed0e81947f1ff712c9a0755faeff6a0c3436d4432a25cc06");

  private static final Part FOR_GPUS =
      new Part(
          "pytorch",
          VERSION,
          "-gpu",
          "299b5003deb8e01353db2112ce4ccd245205b871f0fce52fb8315d1948ff2ae4");

  private static final List<Part> MKL =
      List.of(
          new Part(
              "mkl",
              "2025.3-1.5.13",
              "",
              "e53c91ebd4036d236028d474f8debdd3eb99dbef5fbf0c7ebed7afdd3889823c"),
          new Part(
              "mkl",
              "2025.3-1.5.13",
              "-redist",
              "dd04c076cff9ea1df9bf6252d61517c8c861b90039719ca57d5cc21a7109c28e"));

  private static List<Part> parts(Variant variant) {
    List<Part> parts = new ArrayList<>(COMMON);
    parts.add(variant == Variant.CUDA ? FOR_GPUS : FOR_PROCESSORS);
    parts.addAll(variant == Variant.MKL ? MKL : List.of());
    return parts;
  }

  private final Home home;
  private final Map<String, String> environment;
  private final String platform;

  /// @param environment the process's environment variables; Maven is found on its `PATH`
  public TorchLibraries(Home home, Map<String, String> environment) {
    this(home, environment, platform(System.getProperty("os.name"), System.getProperty("os.arch")));
  }

  TorchLibraries(Home home, Map<String, String> environment, String platform) {
    this.home = home;
    this.environment = Map.copyOf(environment);
    this.platform = platform;
  }

  /// The folder to load from, if one is installed: the one for GPUs first, then the one with MKL.
  public Optional<Path> find() {
    return installed(Variant.CUDA)
        .or(() -> installed(Variant.MKL))
        .or(() -> installed(Variant.PLAIN));
  }

  /// A variant's folder, if it is installed.
  public Optional<Path> installed(Variant variant) {
    return Optional.of(folder(variant)).filter(this::complete);
  }

  /// What the libraries in a folder are built for; empty if libtorch is not among them.
  public static Optional<Variant> variant(Path folder) {
    try (Stream<Path> files = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
      Set<String> names =
          files.map(file -> String.valueOf(file.getFileName())).collect(Collectors.toSet());
      if (names.stream().anyMatch(name -> name.matches("(lib)?torch_cuda\\..+"))) {
        return Optional.of(Variant.CUDA);
      }
      boolean torch = names.stream().anyMatch(name -> name.matches("(lib)?torch_cpu\\..+"));
      return torch
          ? Optional.of(names.contains(MKL_LIBRARY) ? Variant.MKL : Variant.PLAIN)
          : Optional.empty();
    } catch (IOException e) {
      throw new EngineException("The folder %s cannot be read: %s".formatted(folder, e), e);
    }
  }

  /// Whether the libraries are compared with hashes of ours, not only by Maven with its own.
  public boolean pinned() {
    return platform.equals("linux-x86_64");
  }

  /// Fetches and unpacks the libraries, unless they are there.
  ///
  /// @return their folder
  /// @throws EngineException if Maven is missing or fails, a jar is not the one expected, there is
  ///   no such variant for this machine, or the home cannot be written to
  public Path pull(Variant variant, Progress progress) {
    if (variant == Variant.CUDA && !platform.equals("linux-x86_64")) {
      throw new EngineException(
          "libtorch for GPUs is there for linux-x86_64 only, not for %s. Maybe take 'torch'."
              .formatted(platform));
    }
    Path folder = folder(variant);
    Path partials = home.make(home.natives().resolve(".partial"));
    try (var lock =
        Lock.hold(
            partials.resolve(folder.getFileName() + ".lock"),
            () -> progress.note("libtorch is being fetched already; waiting for that."))) {
      return complete(folder) ? folder : install(variant, partials, progress);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException("Fetching libtorch was interrupted.", e);
    } catch (IOException e) {
      throw new EngineException("libtorch cannot be stored: %s".formatted(e), e);
    }
  }

  private Path folder(Variant variant) {
    return home.natives().resolve("torch-" + VERSION + variant.suffix);
  }

  private boolean complete(Path folder) {
    return Files.isRegularFile(folder.resolve(STAMP));
  }

  private Path install(Variant variant, Path partials, Progress progress) throws IOException {
    Path target = folder(variant);
    // A fixed name, ours by the lock: what a killed process left there goes.
    Path work = partials.resolve(String.valueOf(target.getFileName()));
    Durable.delete(work);
    Path jars = Files.createDirectories(work.resolve("jars"));
    Path unpacked = Files.createDirectory(work.resolve("unpacked"));
    try {
      for (Part part : parts(variant)) {
        fetch(part, jars, progress);
      }
      try (Stream<Path> files = Files.list(jars)) {
        for (Path jar : files.toList()) {
          unpack(jar, unpacked);
        }
      }
      linkBlas(unpacked);
      Durable.write(
          unpacked.resolve(STAMP), ("libtorch " + VERSION).getBytes(StandardCharsets.UTF_8));
      Durable.delete(target);
      Durable.move(unpacked, target);
      return target;
    } finally {
      Durable.delete(work);
    }
  }

  private void fetch(Part part, Path folder, Progress progress) throws IOException {
    String coordinates = part.coordinates(platform);
    progress.note("Maven fetches " + coordinates + ".");
    Path own = Files.createDirectory(folder.resolveSibling(part.artifact + part.suffix));
    Tool maven = Tool.need(environment, "Maybe install Maven, or " + OWN, "mvn");
    Tool.Result result =
        maven.run(
            folder,
            LIMIT,
            List.of(
                "-q",
                "-B",
                "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy",
                "-Dartifact=" + coordinates,
                "-DoutputDirectory=" + own));
    if (result.status() != 0) {
      throw new EngineException(
          "Maven could not fetch %s: %s. Maybe %s".formatted(coordinates, result.lastWords(), OWN));
    }
    try (Stream<Path> files = Files.list(own)) {
      for (Path jar : files.toList()) {
        check(part, jar);
        Files.move(jar, folder.resolve(jar.getFileName()));
      }
    }
  }

  private void check(Part part, Path jar) throws IOException {
    String found = FileHash.compute(jar);
    if (pinned() && !found.equals(part.sha256)) {
      throw new EngineException(
          "%s has SHA-256 %s and not the expected %s."
              .formatted(jar.getFileName(), found, part.sha256));
    }
  }

  private static void unpack(Path jar, Path target) throws IOException {
    try (InputStream file = Files.newInputStream(jar);
        ZipInputStream zip = new ZipInputStream(file)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Matcher matcher = LIBRARY.matcher(entry.getName());
        if (matcher.matches()) {
          // The pattern lets no separator into the last part of the name.
          Path library = target.resolve(matcher.group(1));
          Files.deleteIfExists(library);
          Files.copy(zip, library);
        }
      }
    }
  }

  /// Gives OpenBLAS its second name; where MKL came with it, both names lead to MKL.
  private static void linkBlas(Path folder) throws IOException {
    List<Path> libraries;
    try (Stream<Path> files = Files.list(folder)) {
      libraries = files.toList();
    }
    Path mkl = folder.resolve(MKL_LIBRARY);
    for (Path library : libraries) {
      Matcher matcher = BLAS.matcher(String.valueOf(library.getFileName()));
      if (matcher.matches()) {
        Path target = Files.exists(mkl) ? mkl : library;
        if (target.equals(mkl)) {
          Files.delete(library);
          link(library, mkl);
        }
        link(folder.resolve("libopenblas_nolapack." + matcher.group(1)), target);
      }
    }
  }

  /// A link, or a copy where the system has no links.
  private static void link(Path link, Path library) throws IOException {
    try {
      Files.createSymbolicLink(link, library.getFileName());
    } catch (UnsupportedOperationException | FileSystemException e) {
      Files.copy(library, link);
    }
  }

  /// libtorch's version, as JavaCPP calls it.
  public static String version() {
    return VERSION;
  }

  /// This machine in JavaCPP's words: `linux-x86_64`, `macosx-arm64`, `windows-x86_64`.
  static String platform(String os, String arch) {
    String system = os.toLowerCase(Locale.ROOT).replaceAll("\\W.*", "");
    String processor = arch.toLowerCase(Locale.ROOT);
    return (system.equals("mac") ? "macosx" : system)
        + "-"
        + switch (processor) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64" -> "arm64";
          default -> processor;
        };
  }
}
