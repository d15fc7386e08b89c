package ponder.cli;

import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import ponder.catalog.Sizes;
import ponder.store.Home;
import ponder.store.Journal;
import ponder.store.Retention;
import ponder.store.RunSummary;

/// `ponder journal`: the runs that can be taken up again, and making room.
@Command(
    name = "journal",
    synopsisSubcommandLabel = "COMMAND",
    description = "Lists the recorded runs or removes old ones.")
final class JournalCommand extends Group {
  /// `ponder journal ls`.
  @Command(
      name = "ls",
      sortOptions = false,
      description = "Lists the recorded runs, the last used first.")
  static final class Ls implements Callable<Integer> {
    private final Shell shell;

    @Option(names = "--json", description = "Print one JSON object on standard output.")
    boolean json;

    Ls(Shell shell) {
      this.shell = shell;
    }

    @Override
    public Integer call() {
      Home home = shell.home();
      List<RunSummary> runs = List.of();
      if (Files.isDirectory(home.journal())) {
        try (Journal journal = Journal.open(home.journal())) {
          runs = journal.runs();
        }
      }
      print(runs, json, shell);
      return Ponder.DONE;
    }
  }

  /// `ponder journal gc`.
  @Command(
      name = "gc",
      sortOptions = false,
      description = "Removes runs that are old or too large; never one that is running.")
  static final class Gc implements Callable<Integer> {
    private final Shell shell;

    @Option(
        names = "--older-than",
        paramLabel = "TIME",
        defaultValue = "30d",
        converter = Amounts.Time.class,
        description =
            "Runs not used for this long go, e.g. 12h or 30d (default: ${DEFAULT-VALUE}).")
    Duration olderThan = Duration.ZERO;

    @Option(
        names = "--max-size",
        paramLabel = "SIZE",
        defaultValue = "2GB",
        converter = Amounts.Bytes.class,
        description =
            "Then the least recently used go, until the rest is no larger (default: ${DEFAULT-VALUE}).")
    long maxSize;

    @Option(names = "--dry-run", description = "Only tell what would go.")
    boolean dryRun;

    @Option(names = "--json", description = "Print one JSON object on standard output.")
    boolean json;

    Gc(Shell shell) {
      this.shell = shell;
    }

    @Override
    public Integer call() {
      Home home = shell.home();
      List<RunSummary> gone = List.of();
      if (Files.isDirectory(home.journal())) {
        try (Journal journal = Journal.open(home.journal())) {
          gone = journal.collect(new Retention(olderThan, maxSize), dryRun, Instant.now());
        }
      }
      print(gone, json, shell);
      if (!json) {
        long bytes = gone.stream().mapToLong(RunSummary::bytes).sum();
        shell.note(
            "%d runs (%s) %s"
                .formatted(gone.size(), Sizes.text(bytes), dryRun ? "would go" : "removed"));
      }
      return Ponder.DONE;
    }
  }

  private static void print(List<RunSummary> runs, boolean json, Shell shell) {
    if (json) {
      Json.print(new Listing(runs), shell);
      return;
    }
    if (runs.isEmpty()) {
      return;
    }
    Instant now = Instant.now();
    Table table =
        new Table("RUN", "USED", "STATE", "METHOD", "MODEL", "SAMPLES", "SIZE", "QUESTION");
    for (RunSummary run : runs) {
      table.row(
          run.id(),
          Amounts.age(Duration.between(run.touched(), now)),
          state(run),
          run.method(),
          run.model(),
          Long.toString(run.samples()),
          Sizes.text(run.bytes()),
          run.question());
    }
    table.print(shell);
  }

  private static String state(RunSummary run) {
    if (run.inUse()) {
      return "running";
    }
    return run.finished() ? "finished" : "stopped";
  }

  /// The JSON of both commands.
  record Listing(List<RunSummary> runs) {}
}
