package ponder.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import ponder.model.EngineException;
import ponder.store.Durable;
import ponder.store.Tool;

/// Packs Ponder for a machine that has a GPU, but neither Java nor a way to fetch anything: a Java
/// runtime, Ponder's jars, libtorch's CUDA build with the code for that GPU alone, and models if
/// wanted, cut into pieces. A script beside them checks the pieces and puts them together.
///
/// The machine must bring CUDA 13 with cuDNN 9 and NCCL 2, as PyTorch's wheels do. Uses `jlink` of
/// the JDK that runs, `tar` and `xz`; a few minutes and 2 GB of disk, given back at the end.
public final class GpuBundle {
  /// Most bytes of a piece.
  public static final long PIECE = 40L << 20;

  private static final Duration LIMIT = Duration.ofMinutes(30);
  private static final String ARCHIVE = "ponder.tar.xz";
  private static final String CUDA_LIBRARY = "libtorch_cuda.so";

  /// The modules of the JDK that Ponder and its libraries use.
  private static final String MODULES =
      "java.base,java.compiler,java.desktop,java.logging,java.management,java.naming,java.net.http,"
          + "java.sql,java.xml,jdk.httpserver,jdk.jfr,jdk.management,jdk.unsupported,jdk.zipfs";

  /// What goes in.
  ///
  /// @param jdk the JDK's folder
  /// @param jars the program's class path
  /// @param natives the folder of libtorch's CUDA build
  /// @param architecture the GPU's, such as 90 for H100 and H200
  /// @param models files that lie in `home/models/` there, where models are found by name
  public record Contents(
      Path jdk, List<Path> jars, Path natives, int architecture, List<Path> models) {
    public Contents {
      jars = List.copyOf(jars);
      models = List.copyOf(models);
    }
  }

  /// What came out.
  ///
  /// @param folders `p1` to `pN`, one piece in each
  /// @param bytes of all pieces
  public record Written(int folders, long bytes) {}

  private final Map<String, String> environment;
  private final Progress progress;
  private final long pieceBytes;

  /// @param environment the process's environment variables; tools are found on its `PATH`
  public GpuBundle(Map<String, String> environment, Progress progress) {
    this(environment, progress, PIECE);
  }

  GpuBundle(Map<String, String> environment, Progress progress, long pieceBytes) {
    this.environment = Map.copyOf(environment);
    this.progress = progress;
    this.pieceBytes = pieceBytes;
  }

  /// Writes the pieces into `out`, which must be new or empty.
  ///
  /// @throws EngineException if it is not, a tool is missing or fails, or the natives are not for
  ///   GPUs or not for this one
  public Written write(Contents contents, Path out) {
    try {
      requireEmpty(out);
      if (!Files.exists(contents.natives.resolve(CUDA_LIBRARY))) {
        throw new EngineException(
            "The folder %s has no %s. Maybe fetch libtorch for GPUs: ponder natives pull torch-cuda."
                .formatted(contents.natives, CUDA_LIBRARY));
      }
      Path work = Files.createDirectories(out.resolve(".work"));
      try {
        return write(contents, out, work);
      } finally {
        Durable.delete(work);
      }
    } catch (IOException e) {
      throw new EngineException("The bundle cannot be written to %s: %s".formatted(out, e), e);
    }
  }

  private static void requireEmpty(Path out) throws IOException {
    if (Files.exists(out)) {
      try (var files = Files.list(out)) {
        if (files.findAny().isPresent()) {
          throw new EngineException(
              "The folder %s is not empty. Maybe name a new one with --out.".formatted(out));
        }
      }
    }
  }

  private Written write(Contents contents, Path out, Path work) throws IOException {
    Path tree = Files.createDirectory(work.resolve("tree"));
    runtime(contents.jdk, tree.resolve("jre"));
    Path lib = Files.createDirectory(tree.resolve("lib"));
    for (Path jar : contents.jars) {
      Files.copy(jar, lib.resolve(jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }
    Path natives = tree.resolve("home").resolve("natives").resolve(contents.natives.getFileName());
    copy(contents.natives, natives);
    FatBinary.Cut cut = FatBinary.keepOnly(natives.resolve(CUDA_LIBRARY), contents.architecture);
    progress.note(
        "Of the GPU code %d MB are for architecture %d, %d MB are left out."
            .formatted(cut.kept() >> 20, contents.architecture, cut.blanked() >> 20));
    Path start = Files.createDirectory(tree.resolve("bin")).resolve("ponder");
    Files.write(start, script("ponder.sh"));
    if (!start.toFile().setExecutable(true, false)) {
      throw new IOException(start + " cannot be made executable");
    }
    return cut(contents, out, pack(work));
  }

  private void runtime(Path jdk, Path target) {
    Path jlink = jdk.resolve("bin").resolve("jlink");
    if (!Files.isExecutable(jlink)) {
      throw new EngineException(
          "The Java in %s has no jlink. Maybe run Ponder on a whole JDK.".formatted(jdk));
    }
    progress.note("Making a Java runtime.");
    run(
        new Tool(jlink, environment),
        jdk,
        List.of(
            "--strip-debug",
            "--no-header-files",
            "--no-man-pages",
            "--add-modules",
            MODULES,
            "--output",
            target.toAbsolutePath().toString()));
  }

  private Path pack(Path work) {
    progress.note("Packing; that takes a few minutes.");
    Path archive = work.resolve("ponder.tar");
    String advice = "Maybe install it.";
    run(
        Tool.need(environment, advice, "tar"),
        work,
        List.of("cf", archive.toAbsolutePath().toString(), "-C", "tree", "."));
    run(
        Tool.need(environment, advice, "xz"),
        work,
        List.of("-T0", "-6", archive.toAbsolutePath().toString()));
    return work.resolve(ARCHIVE);
  }

  private static void run(Tool tool, Path folder, List<String> arguments) {
    Tool.Result result = tool.run(folder.toAbsolutePath(), LIMIT, arguments);
    if (result.status() != 0) {
      throw new EngineException(
          "%s failed: %s".formatted(tool.executable().getFileName(), result.lastWords()));
    }
  }

  private Written cut(Contents contents, Path out, Path archive) throws IOException {
    Pieces pieces = new Pieces(out, pieceBytes);
    pieces.cut(archive, ARCHIVE);
    long bytes = Files.size(archive);
    for (Path model : contents.models) {
      pieces.cut(model, String.valueOf(model.getFileName()));
      bytes += Files.size(model);
    }
    Path first = out.resolve("p1");
    Files.write(first.resolve("pieces.sha256"), pieces.sums());
    Files.write(first.resolve("unpack.sh"), script("unpack.sh"));
    Files.write(first.resolve("env.sh"), script("env.sh"));
    return new Written(pieces.folders(), bytes);
  }

  private static byte[] script(String name) throws IOException {
    try (InputStream file = GpuBundle.class.getResourceAsStream("bundle/" + name)) {
      if (file == null) {
        throw new IllegalStateException(name + " is missing.");
      }
      return file.readAllBytes();
    }
  }

  /// Copies a folder. A link to a neighbour stays one; of another what it leads to is copied, so
  /// that nothing outside of the copy is reached through it.
  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(folder).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path target = to.resolve(from.relativize(file).toString());
            if (isNeighbour(file)) {
              Files.copy(file, target, LinkOption.NOFOLLOW_LINKS);
            } else {
              Files.copy(file, target);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /// Whether a link leads to a file beside it.
  private static boolean isNeighbour(Path file) throws IOException {
    if (!Files.isSymbolicLink(file)) {
      return false;
    }
    Path target = Files.readSymbolicLink(file);
    return !target.isAbsolute() && target.getNameCount() == 1 && !target.toString().equals("..");
  }
}
