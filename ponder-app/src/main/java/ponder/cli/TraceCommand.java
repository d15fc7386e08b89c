package ponder.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import ponder.core.Trace;
import ponder.report.TraceReport;

/// `ponder trace`: what runs thought.
@Command(
    name = "trace",
    synopsisSubcommandLabel = "COMMAND",
    description =
        "Shows what a run thought: its tree with scores and visits, the path that won, and why"
            + " branches were given up.")
final class TraceCommand extends Group {
  /// `ponder trace show`.
  @Command(
      name = "show",
      sortOptions = false,
      description =
          "Prints a trace as a tree. Of an evaluation's folder it lists the problems, or shows the"
              + " one that --problem names.",
      footer = {
        "",
        "  ★ won   ● on the way to it   ✗ given up, with the reason   ○ anything else",
        "",
        "Examples:",
        "  ponder trace show 3f9a",
        "  ponder trace show trace.jsonl --depth 3",
        "  ponder trace show runs/first --problem 12 --node 7"
      })
  static final class Show implements Callable<Integer> {
    private final Shell shell;

    @Mixin final TraceOptions from = new TraceOptions();

    @Option(
        names = "--depth",
        paramLabel = "COUNT",
        description = "Only so many steps from the problem (default: all).")
    @Nullable Integer depth;

    @Option(
        names = "--node",
        paramLabel = "ID",
        description = "Only this node, with its whole text.")
    @Nullable Integer node;

    @Option(
        names = "--json",
        description = "Print one JSON object on standard output (default: off).")
    boolean json;

    Show(Shell shell) {
      this.shell = shell;
    }

    @Override
    public Integer call() {
      if (depth != null && depth < 0) {
        throw new IllegalArgumentException("--depth (%d) must be 0 or more.".formatted(depth));
      }
      List<TraceReport.Source> sources = from.sources(shell);
      if (from.many(sources)) {
        refuseOfOne();
        new TraceList(sources, shell).print(json);
        return Ponder.DONE;
      }
      Trace trace = sources.getFirst().trace().get();
      int most = depth == null ? Integer.MAX_VALUE : depth;
      if (node != null) {
        new TraceNode(trace, TraceNode.require(trace, node), shell).print(json);
      } else if (json) {
        Json.print(TraceNode.json(trace, most), shell);
      } else {
        new TraceTree(trace, most, shell).print();
      }
      return Ponder.DONE;
    }

    private void refuseOfOne() {
      if (node != null || depth != null) {
        throw new IllegalArgumentException(
            "%s holds the traces of many problems. Maybe add --problem to choose one."
                .formatted(from.what));
      }
    }
  }

  /// `ponder trace html`.
  @Command(
      name = "html",
      sortOptions = false,
      description =
          "Writes a page with the tree: to be zoomed, searched and read offline, in one file. Of an"
              + " evaluation's folder it holds all problems, or the one that --problem names.",
      footer = {
        "",
        "Examples:",
        "  ponder trace html 3f9a --out tree.html",
        "  ponder trace html runs/first --out trees.html"
      })
  static final class Html implements Callable<Integer> {
    private final Shell shell;

    @Mixin final TraceOptions from = new TraceOptions();

    @Option(
        names = "--out",
        required = true,
        paramLabel = "FILE",
        description = "The page; one that is there is written over.")
    Path out = Path.of("");

    Html(Shell shell) {
      this.shell = shell;
    }

    @Override
    public Integer call() {
      TraceReport.Made made = TraceReport.write(from.sources(shell), out);
      made.warnings().forEach(warning -> shell.note("warning: " + warning));
      shell.note("written: " + out);
      return Ponder.DONE;
    }
  }
}
