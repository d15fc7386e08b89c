package ponder.cli;

import java.nio.file.Path;
import ponder.compare.Comparison;
import ponder.report.CompareReport;
import ponder.report.Report;

/// Makes reports and tells where the page is.
final class Reports {
  private Reports() {}

  static void write(Path folder, Shell shell) {
    tell(Report.write(folder), shell);
  }

  /// The same for a comparison.
  static void write(Comparison comparison, Path folder, Shell shell) {
    tell(CompareReport.write(comparison, folder, Version.number()), shell);
  }

  private static void tell(Report.Made made, Shell shell) {
    made.warnings().forEach(warning -> shell.note("warning: " + warning));
    shell.note("written: " + made.files().getLast());
  }
}
