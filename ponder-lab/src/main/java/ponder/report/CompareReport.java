package ponder.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import ponder.compare.Comparison;

/// The pictures and the page of a comparison: `compare.svg`, `compare.png` and `compare.html`.
///
/// Equal comparisons give an equal SVG and an equal page, byte for byte. The page links to the
/// runs' own reports where they lie beside it or elsewhere on this machine.
public final class CompareReport {
  static final String PAGE = "compare.html";

  private CompareReport() {}

  /// Writes them into `folder`, over those that are there.
  ///
  /// @param version of Ponder
  /// @throws java.io.UncheckedIOException if the folder cannot be written to
  public static Report.Made write(Comparison comparison, Path folder, String version) {
    List<Path> files = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    Report.pictures(CompareChart.of(comparison), folder.resolve("compare"), files, warnings);
    Path page = folder.resolve(PAGE);
    new ComparePage(comparison, folder, version).write(page);
    files.add(page);
    return new Report.Made(files, warnings);
  }
}
