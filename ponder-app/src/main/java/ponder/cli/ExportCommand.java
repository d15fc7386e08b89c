package ponder.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import ponder.catalog.Resolved;
import ponder.model.EngineException;
import ponder.store.FileHash;
import ponder.torch.Exports;

/// `ponder models export`: a model as a folder in Hugging Face's layout, with adapters merged.
@Command(
    name = "export",
    sortOptions = false,
    description =
        "Writes a model as a folder in Hugging Face's layout, which other programs load. Adapters"
            + " are merged into its weights. The file provenance.json tells what it was made from.")
final class ExportCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(
      paramLabel = "MODEL",
      description = "A name of the catalogue, a GGUF file, or a folder.")
  String called = "";

  @Option(
      names = "--adapter",
      paramLabel = "FILE|FOLDER",
      description =
          "A LoRA adapter to merge, in GGUF or in PEFT's layout; may be repeated (default: none).")
  List<Path> adapters = List.of();

  @Option(
      names = "--scale",
      paramLabel = "FACTOR",
      description = "How strongly each adapter acts; one, or one for each (default: 1).")
  List<Double> scales = List.of();

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      defaultValue = "float32",
      description = "float32 or bfloat16 (default: ${DEFAULT-VALUE}).")
  String dtype = "";

  @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "What to write.")
  Path out = Path.of("");

  @Option(
      names = "--library",
      paramLabel = "FOLDER",
      description = "libtorch's natives (default: those of 'ponder natives pull torch').")
  @Nullable Path library;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  boolean json;

  ExportCommand(Shell shell) {
    this.shell = shell;
  }

  /// The command's JSON.
  record Result(String model, String path, int adapters) {}

  @Override
  public Integer call() {
    if (!dtype.equals("float32") && !dtype.equals("bfloat16")) {
      throw new IllegalArgumentException(
          "--dtype (%s) must be float32 or bfloat16.".formatted(dtype));
    }
    if (scales.size() > 1 && scales.size() != adapters.size()) {
      throw new IllegalArgumentException(
          "%d times --scale for %d adapters; it must be one, or one for each."
              .formatted(scales.size(), adapters.size()));
    }
    ModelOptions options = new ModelOptions();
    options.model = called;
    options.library = library;
    Resolved resolved = options.resolve(shell);
    List<Exports.Scaled> scaled = new ArrayList<>();
    for (int i = 0; i < adapters.size(); i++) {
      double scale = scales.isEmpty() ? 1 : scales.get(Math.min(i, scales.size() - 1));
      scaled.add(new Exports.Scaled(input(adapters.get(i)), scale));
    }
    Exports exports = new Exports(options.torch(shell), "ponder " + Version.number());
    shell.note("writing " + out);
    exports.folder(input(resolved), scaled, dtype.equals("bfloat16"), out);
    if (json) {
      Json.print(new Result(resolved.name(), out.toString(), adapters.size()), shell);
    } else {
      shell.out().println(out);
    }
    return Ponder.DONE;
  }

  static Exports.Input input(Resolved resolved) {
    return new Exports.Input(resolved.name(), resolved.path(), resolved.sha256());
  }

  /// An adapter, which nobody has resolved.
  static Exports.Input input(Path adapter) {
    try {
      String name = String.valueOf(adapter.toAbsolutePath().normalize().getFileName());
      return new Exports.Input(name, adapter, FileHash.computeAll(adapter));
    } catch (IOException e) {
      throw new EngineException("The adapter %s cannot be read: %s".formatted(adapter, e), e);
    }
  }
}
