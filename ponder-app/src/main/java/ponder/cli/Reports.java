package ponder.cli;

import java.nio.file.Path;
import ponder.report.Report;

/// Makes an evaluation's report and tells where the page is.
final class Reports {
  private Reports() {}

  static void write(Path folder, Shell shell) {
    Report.Made made = Report.write(folder);
    made.warnings().forEach(warning -> shell.note("warning: " + warning));
    shell.note("written: " + made.files().getLast());
  }
}
