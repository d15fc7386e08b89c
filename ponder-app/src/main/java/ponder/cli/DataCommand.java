package ponder.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import ponder.catalog.DataCatalogue;
import ponder.catalog.DataEntry;
import ponder.catalog.Pulled;
import ponder.catalog.Sizes;
import ponder.catalog.Source;
import ponder.data.Columns;
import ponder.data.DataQuery;
import ponder.data.DataSets;
import ponder.data.Inspection;
import ponder.data.Selection;

/// `ponder data`: which data sets can be had, what is in them.
@Command(
    name = "data",
    synopsisSubcommandLabel = "COMMAND",
    description = "Lists, fetches, shows and checks data sets.")
final class DataCommand extends Group {
  static DataSets sets(Shell shell) {
    return new DataSets(shell.home(), shell.environment());
  }

  static DataQuery query(String called, @Nullable String split, List<String> columns) {
    return new DataQuery(called, split, Columns.parse(columns), Selection.EVERYTHING, true);
  }

  /// A part of a named set, for JSON.
  ///
  /// @param size bytes; 0 if not known
  record Split(
      String split,
      String path,
      boolean installed,
      long size,
      @Nullable String sha256,
      List<String> sources) {
    static Split of(DataEntry entry, DataEntry.Split split, DataCatalogue catalogue) {
      Path path = catalogue.path(entry, split);
      boolean installed = Files.isRegularFile(path);
      return new Split(
          split.name(),
          path.toString(),
          installed,
          installed ? path.toFile().length() : split.size(),
          split.sha256(),
          split.sources().stream().map(Source::toString).toList());
    }
  }

  /// A named set, for JSON.
  record Named(
      String name,
      String summary,
      String licence,
      boolean restricted,
      String columns,
      @Nullable String shots,
      List<Split> splits) {
    static Named of(DataEntry entry, DataCatalogue catalogue) {
      return new Named(
          entry.name(),
          entry.summary(),
          entry.licence(),
          entry.restricted(),
          entry.columns(),
          entry.shots(),
          entry.splits().stream().map(split -> Split.of(entry, split, catalogue)).toList());
    }
  }

  /// `ponder data list`.
  @Command(name = "list", description = "Lists the data sets known by name.")
  static final class Listing implements Callable<Integer> {
    private final Shell shell;

    @Option(names = "--json", description = "Print one JSON object on standard output.")
    boolean json;

    Listing(Shell shell) {
      this.shell = shell;
    }

    /// The command's JSON.
    record Listed(List<Named> datasets) {}

    @Override
    public Integer call() {
      DataCatalogue catalogue = sets(shell).catalogue();
      List<Named> named =
          catalogue.entries().stream().map(entry -> Named.of(entry, catalogue)).toList();
      if (json) {
        Json.print(new Listed(named), shell);
        return Ponder.DONE;
      }
      Table table = new Table("DATA SET", "SPLITS", "HERE", "ABOUT");
      for (Named set : named) {
        List<String> splits = set.splits().stream().map(Split::split).toList();
        List<String> here =
            set.splits().stream().filter(Split::installed).map(Split::split).toList();
        table.row(
            set.name() + (set.restricted() ? " *" : ""),
            String.join(", ", splits),
            here.isEmpty() ? "no" : String.join(", ", here),
            set.summary());
      }
      table.print(shell);
      shell.note(
          "* texts must not be published; 'ponder data pull NAME' fetches a set, a file needs no name.");
      return Ponder.DONE;
    }
  }

  /// `ponder data pull`.
  @Command(
      name = "pull",
      description = "Fetches a named data set into PONDER_HOME/datasets and checks its hash.")
  static final class Pull implements Callable<Integer> {
    private final Shell shell;

    @Parameters(paramLabel = "NAME[:SPLIT]", description = "A name of the catalogue.")
    String called = "";

    @Option(
        names = "--split",
        paramLabel = "NAME",
        description = "Only this part (default: all parts).")
    @Nullable String split;

    @Option(names = "--json", description = "Print one JSON object on standard output.")
    boolean json;

    Pull(Shell shell) {
      this.shell = shell;
    }

    /// The command's JSON.
    record Fetched(List<File> files) {}

    /// One split's.
    record File(String dataset, String path, String sha256, String proof, boolean already) {}

    @Override
    public Integer call() {
      DataSets sets = sets(shell);
      List<File> files = new ArrayList<>();
      for (DataSets.Part part : parts(sets)) {
        Pulled pulled = Pulls.data(sets, part, shell);
        String proof = pulled.proof().name().toLowerCase(Locale.ROOT);
        files.add(
            new File(
                part.name(), pulled.path().toString(), pulled.sha256(), proof, pulled.already()));
        if (!json) {
          shell.out().println(pulled.path());
          shell.note(part.name() + (pulled.already() ? " was here already." : " is here."));
        }
      }
      if (json) {
        Json.print(new Fetched(files), shell);
      }
      return Ponder.DONE;
    }

    private List<DataSets.Part> parts(DataSets sets) {
      Optional<DataSets.Part> one = sets.find(called, split);
      if (one.isEmpty()) {
        sets.catalogue().need(called);
      }
      DataSets.Part part = one.orElseThrow();
      if (split != null || !called.equals(part.entry().name())) {
        return List.of(part);
      }
      return part.entry().splits().stream().map(it -> new DataSets.Part(part.entry(), it)).toList();
    }
  }

  /// `ponder data info`.
  @Command(
      name = "info",
      sortOptions = false,
      description = {
        "Shows what is known of a data set, and what its file holds if it is here.",
        "",
        "Columns (--column here and wherever rows are read): question=COLUMN,answer=COLUMN and so"
            + " on for id, solution and options. COLUMN is a name or a path (extra.answer,"
            + " answers.0), several with | between are joined, and rules may follow it:",
        "  ~after:TEXT, ~before:TEXT   what stands after or before the last TEXT",
        "  ~drop:FROM...TO             without the pieces from FROM to TO",
        "  ~yes-no                     true and false become yes and no",
        "options=COLUMN makes a question a choice: options stand below it as lines 'A) ...', and"
            + " the answer becomes a letter. The answer column holds an option's label or text, or"
            + " its number with ~index:0 or ~index:1. Options in columns of their own:"
            + " options='Right|Wrong 1|Wrong 2~shuffle'.",
        ""
      })
  static final class Info implements Callable<Integer> {
    private final Shell shell;

    @Parameters(paramLabel = "NAME|FILE", description = "A name, NAME:SPLIT or a file.")
    String called = "";

    @Option(
        names = "--split",
        paramLabel = "NAME",
        description = "Which part of a named set (default: its usual one).")
    @Nullable String split;

    @Option(
        names = "--column",
        paramLabel = "FIELD=COLUMN",
        description = "Where a row's fields come from, see above.")
    List<String> columns = List.of();

    @Option(names = "--json", description = "Print one JSON object on standard output.")
    boolean json;

    Info(Shell shell) {
      this.shell = shell;
    }

    /// The command's JSON.
    ///
    /// @param named what the catalogue knows; null of a file
    /// @param content what the file holds; null if it is not here
    record Shown(@Nullable Named named, @Nullable Inspection content) {}

    @Override
    public Integer call() {
      DataSets sets = sets(shell);
      DataQuery query = query(called, split, columns);
      DataSets.Part part = sets.find(called, split).orElse(null);
      boolean here =
          part == null || Files.isRegularFile(sets.catalogue().path(part.entry(), part.split()));
      Named named = part == null ? null : Named.of(part.entry(), sets.catalogue());
      Inspection content = here ? sets.inspect(query, 0) : null;
      if (json) {
        Json.print(new Shown(named, content), shell);
      } else {
        print(named, content);
      }
      return Ponder.DONE;
    }

    private void print(@Nullable Named named, @Nullable Inspection content) {
      Table table = new Table(2);
      if (named != null) {
        table.row("NAME", named.name());
        table.row("ABOUT", named.summary());
        table.row("LICENCE", named.licence() + (named.restricted() ? "; not to be published" : ""));
        for (Split part : named.splits()) {
          String size = part.size() == 0 ? "?" : Sizes.text(part.size());
          table.row("SPLIT", part.split() + ", " + size + (part.installed() ? ", here" : ""));
        }
      }
      if (content == null) {
        table.row("HERE", "no: ponder data pull " + called);
      } else {
        print(table, content);
      }
      table.print(shell);
      shell.out().flush();
    }

    private static void print(Table table, Inspection content) {
      table.row("FILE", content.file());
      table.row("SHA-256", content.sha256());
      table.row("ROWS", "%d, usable %d".formatted(content.rows(), content.usable()));
      for (Map.Entry<Inspection.Kind, Long> found : DataCheckCommand.sorted(content)) {
        table.row("", "%s: %d".formatted(found.getKey().text(), found.getValue()));
      }
      table.row("SOLUTIONS", Long.toString(content.solutions()));
      table.row(
          "QUESTIONS",
          "%.1f words on average, %d at most".formatted(content.words(), content.mostWords()));
      content
          .columns()
          .forEach(
              (name, count) ->
                  table.row(
                      "COLUMN",
                      name + (count == content.rows() ? "" : " (in %d rows)".formatted(count))));
      if (!content.mapping().isEmpty()) {
        table.row("READ AS", content.mapping());
      }
    }
  }
}
