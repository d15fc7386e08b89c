package ponder.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import ponder.eval.EvalFolder;
import ponder.eval.EvalPlan;
import ponder.eval.Summary;
import ponder.plot.Chart;
import ponder.plot.Png;
import ponder.plot.Svg;
import ponder.store.Durable;

/// The report of an evaluation: `curve.svg`, `curve.png` and `report.html`, made from its folder
/// alone, so it can be made again where there is no model.
///
/// Equal folders give an equal SVG and an equal page, byte for byte. The page holds the texts of
/// all candidates, problem by problem in order, as long as their traces together are not larger
/// than 64 MiB; a problem beyond that keeps its row, its votes and its scores, and the page says
/// where its texts are. Texts are taken whole or left out, never cut. One problem at a time is in
/// memory.
public final class Report {
  static final String PAGE = "report.html";
  static final long MOST_TEXT = 64L << 20;

  private Report() {}

  /// What was written.
  ///
  /// @param files in the order they were written
  /// @param warnings what a user should know: a picture that could not be drawn, texts that are not
  ///   in the page; empty if all is well
  public record Made(List<Path> files, List<String> warnings) {
    public Made {
      files = List.copyOf(files);
      warnings = List.copyOf(warnings);
    }
  }

  /// Writes the report of the evaluation in `folder` into it, over one that is there.
  ///
  /// @throws ponder.model.EngineException if the folder holds no evaluation that has come to its
  ///   end, or a file of it cannot be read
  /// @throws UncheckedIOException if the folder cannot be written to
  public static Made write(Path folder) {
    return write(folder, MOST_TEXT);
  }

  /// @param mostText bytes of traces that the page takes in
  static Made write(Path folder, long mostText) {
    var evaluation = new EvalFolder(folder);
    EvalPlan plan = evaluation.plan();
    Summary summary = evaluation.summary();
    List<Path> files = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    if (!summary.curve().isEmpty()) {
      pictures(CurveChart.of(plan, summary), folder.resolve("curve"), files, warnings);
    }
    var data = new ReportData(evaluation, plan, mostText);
    Path page = folder.resolve(PAGE);
    new ReportPage(plan, summary, data).write(page);
    files.add(page);
    if (data.leftOut() > 0) {
      warnings.add(
          "The texts of %s did not fit into %s; they are in %s."
              .formatted(Amount.count(data.leftOut(), "problem"), page, folder.resolve("traces")));
    }
    if (data.broken() > 0) {
      warnings.add(
          "The trace of %s cannot be read.".formatted(Amount.count(data.broken(), "problem")));
    }
    return new Made(files, warnings);
  }

  /// Writes a chart as SVG and, where this machine can, as PNG.
  ///
  /// @param name the files' path without its ending
  static void pictures(Chart chart, Path name, List<Path> files, List<String> warnings) {
    Path svg = name.resolveSibling(name.getFileName() + ".svg");
    Path png = name.resolveSibling(name.getFileName() + ".png");
    put(svg, Svg.file(chart, Figures.WIDTH, Figures.HEIGHT).getBytes(StandardCharsets.UTF_8));
    files.add(svg);
    try {
      put(png, Png.file(chart, Figures.WIDTH, Figures.HEIGHT));
      files.add(png);
    } catch (Png.NotDrawableException e) {
      forget(png);
      warnings.add(String.valueOf(e.getMessage()));
    }
  }

  /// A picture of an earlier state would belie the page.
  private static void forget(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be removed.".formatted(file), e);
    }
  }

  private static void put(Path file, byte[] content) {
    try {
      Durable.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be written.".formatted(file), e);
    }
  }
}
