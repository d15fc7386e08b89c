package ponder.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `ponder report`: makes an evaluation's plots and page again, without a model.
@Command(
    name = "report",
    sortOptions = false,
    description =
        "Makes curve.svg, curve.png and report.html of an evaluation again, from its folder alone.")
final class ReportCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(paramLabel = "FOLDER", description = "What 'ponder eval --out' wrote.")
  Path folder = Path.of("");

  ReportCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    Reports.write(folder, shell);
    return Ponder.DONE;
  }
}
