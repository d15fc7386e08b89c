package ponder.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import ponder.catalog.Resolved;
import ponder.catalog.Sizes;
import ponder.llama.Libraries;
import ponder.llama.Requantizer;

/// `ponder models requantize`: a copy of a model whose kernels decode batches faster.
@Command(
    name = "requantize",
    sortOptions = false,
    description =
        "Writes a copy of a model with weights of another type. Types differ in speed: q8_0 keeps"
            + " nearly all that a q4_1 file knows and decodes many samples together faster;"
            + " q4_0 is fastest and loses precision.")
final class RequantizeCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(paramLabel = "MODEL", description = "A name of the catalogue or a GGUF file.")
  String called = "";

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      defaultValue = "q8_0",
      description = "f16, q8_0, q4_0 or iq4_nl (default: ${DEFAULT-VALUE}).")
  String type = "";

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where to write it (default: beside the other models, named for the type).")
  @Nullable Path out;

  @Option(
      names = "--library",
      paramLabel = "FOLDER",
      description = "llama.cpp's natives (default: those of 'ponder natives pull').")
  @Nullable Path library;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  boolean json;

  RequantizeCommand(Shell shell) {
    this.shell = shell;
  }

  /// The command's JSON.
  record Result(String model, String type, String path, long size) {}

  @Override
  public Integer call() {
    Requantizer.Type wanted = Requantizer.Type.named(type);
    ModelOptions options = new ModelOptions();
    options.model = called;
    options.library = library;
    Resolved resolved = options.resolve(shell);
    Path target = target(resolved, wanted);
    Path natives = options.natives(shell);
    shell.note("writing " + target);
    new Requantizer(Libraries.load(natives)).write(resolved.path(), target, wanted);
    long size = size(target);
    if (json) {
      Json.print(new Result(resolved.name(), name(wanted), target.toString(), size), shell);
    } else {
      shell.out().println(target);
      shell.note("%s; use it with --model %s".formatted(Sizes.text(size), target));
    }
    return Ponder.DONE;
  }

  private Path target(Resolved resolved, Requantizer.Type wanted) {
    Path target = out;
    if (target == null) {
      String stem = String.valueOf(resolved.path().getFileName()).replaceFirst("\\.gguf$", "");
      Path models = shell.home().make(shell.home().models());
      target = models.resolve("%s-%s.gguf".formatted(stem, name(wanted)));
    }
    if (Files.exists(target)) {
      throw new IllegalArgumentException(
          "%s is there already. Maybe use it with --model, or name another file with --out."
              .formatted(target));
    }
    return target;
  }

  private static String name(Requantizer.Type type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
