package ponder.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import ponder.catalog.Resolved;
import ponder.torch.Exports;

/// `ponder models export-adapter`: a LoRA adapter in the other form.
@Command(
    name = "export-adapter",
    sortOptions = false,
    description =
        "Writes a LoRA adapter in another form: as a GGUF file, which llama.cpp loads, if the name"
            + " of what is written ends in .gguf, else as a folder in PEFT's layout.")
final class ExportAdapterCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(paramLabel = "ADAPTER", description = "A folder in PEFT's layout, or a GGUF adapter.")
  Path adapter = Path.of("");

  @Option(
      names = "--model",
      required = true,
      paramLabel = "NAME|PATH",
      description = "The model that it is for: a name of the catalogue, a GGUF file, or a folder.")
  String model = "";

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE.gguf|FOLDER",
      description = "What to write.")
  Path out = Path.of("");

  @Option(
      names = "--library",
      paramLabel = "FOLDER",
      description = "libtorch's natives (default: those of 'ponder natives pull torch').")
  @Nullable Path library;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  boolean json;

  ExportAdapterCommand(Shell shell) {
    this.shell = shell;
  }

  /// The command's JSON.
  record Result(String model, String path) {}

  @Override
  public Integer call() {
    ModelOptions options = new ModelOptions();
    options.model = model;
    options.library = library;
    Resolved resolved = options.resolve(shell);
    Exports.Input input = ExportCommand.input(adapter);
    new Exports(options.torch(shell), "ponder " + Version.number())
        .adapter(input, ExportCommand.input(resolved), out);
    if (json) {
      Json.print(new Result(resolved.name(), out.toString()), shell);
    } else {
      shell.out().println(out);
    }
    return Ponder.DONE;
  }
}
