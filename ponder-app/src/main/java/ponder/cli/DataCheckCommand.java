package ponder.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import ponder.data.Contamination;
import ponder.data.DataQuery;
import ponder.data.DataSets;
import ponder.data.Inspection;

/// `ponder data check`: what is wrong with a data set, and what two have in common.
@Command(
    name = "check",
    sortOptions = false,
    description = {
      "Looks for rows that cannot be used, ids and questions that come twice, and empty answers.",
      "With a second data set also for questions that are in both: the same words, or a run of"
          + " eight words in common.",
      "Case and spaces do not matter, nor do punctuation and markup in runs of words. Texts are not"
          + " shown unless --texts asks for them.",
      "",
      "Exit code: 0 if nothing was found, 1 if something was, 3 if a file cannot be read.",
      ""
    })
final class DataCheckCommand implements Callable<Integer> {
  private static final int FOUND = 1;

  private final Shell shell;

  @Parameters(index = "0", paramLabel = "A", description = "A name, NAME:SPLIT or a file.")
  String first = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "B",
      description = "Another, to compare with.")
  @Nullable String second;

  @Option(
      names = "--column",
      paramLabel = "FIELD=COLUMN",
      description = "Where A's fields come from, see 'ponder data info --help'.")
  List<String> columns = List.of();

  @Option(
      names = "--column-b",
      paramLabel = "FIELD=COLUMN",
      description = "Where B's fields come from (default: as --column).")
  @Nullable List<String> columnsOfB;

  @Option(
      names = "--show",
      paramLabel = "COUNT",
      defaultValue = "10",
      description = "Most findings of a kind of list to show (default: ${DEFAULT-VALUE}).")
  int show;

  @Option(names = "--texts", description = "Show the questions that overlap (default: off).")
  boolean texts;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  boolean json;

  DataCheckCommand(Shell shell) {
    this.shell = shell;
  }

  /// The command's JSON.
  ///
  /// @param contamination null without a second set
  /// @param texts of the pairs, if asked for: the two questions of each, in the pairs' order
  record Checked(
      boolean clean,
      List<Inspection> sets,
      @Nullable Contamination contamination,
      List<List<String>> texts) {}

  @Override
  public Integer call() {
    if (show < 0) {
      throw new IllegalArgumentException("--show (%d) must be at least 0.".formatted(show));
    }
    DataSets sets = DataCommand.sets(shell);
    DataQuery a = DataCommand.query(first, null, columns);
    List<Inspection> looks = new ArrayList<>(List.of(sets.inspect(a, show)));
    Contamination both = null;
    List<List<String>> questions = List.of();
    if (second != null) {
      DataQuery b = DataCommand.query(second, null, columnsOfB == null ? columns : columnsOfB);
      looks.add(sets.inspect(b, show));
      both = sets.compare(a, b, show);
      questions = texts ? texts(sets, a, b, both.pairs()) : List.of();
    }
    boolean clean = looks.stream().allMatch(Inspection::clean) && (both == null || both.clean());
    if (json) {
      Json.print(new Checked(clean, looks, both, questions), shell);
    } else {
      looks.forEach(this::print);
      if (both != null) {
        print(both, questions);
      }
      shell.out().flush();
    }
    return clean ? Ponder.DONE : FOUND;
  }

  private static List<List<String>> texts(
      DataSets sets, DataQuery a, DataQuery b, List<Contamination.Pair> pairs) {
    Map<Long, String> ofA =
        sets.questions(
            a, pairs.stream().map(Contamination.Pair::rowA).collect(Collectors.toSet())::contains);
    Map<Long, String> ofB =
        sets.questions(
            b, pairs.stream().map(Contamination.Pair::rowB).collect(Collectors.toSet())::contains);
    return pairs.stream()
        .map(pair -> List.of(ofA.getOrDefault(pair.rowA(), ""), ofB.getOrDefault(pair.rowB(), "")))
        .toList();
  }

  private void print(Inspection look) {
    String found =
        look.clean()
            ? "nothing found"
            : sorted(look).stream()
                .map(it -> "%s: %d".formatted(it.getKey().text(), it.getValue()))
                .collect(Collectors.joining(", "));
    shell
        .out()
        .println(
            "%s: %d rows, %d usable; %s".formatted(look.name(), look.rows(), look.usable(), found));
    for (Inspection.Finding finding : look.findings()) {
      String id = finding.id() == null ? "" : " (" + finding.id() + ")";
      shell.out().println("  %s%s: %s".formatted(finding.where(), id, finding.why()));
    }
    long more = look.counts().values().stream().mapToLong(it -> it).sum() - look.findings().size();
    if (more > 0 && show > 0) {
      shell.out().println("  and %d more; --show says how many are listed".formatted(more));
    }
  }

  /// How many findings of each kind, in the kinds' order.
  static List<Map.Entry<Inspection.Kind, Long>> sorted(Inspection look) {
    return look.counts().entrySet().stream().sorted(Map.Entry.comparingByKey()).toList();
  }

  private void print(Contamination both, List<List<String>> questions) {
    for (Contamination.Side side : List.of(both.a(), both.b())) {
      shell
          .out()
          .println(
              "%s: %d of %d questions (%.2f %%) share %d words in a row with the other set, %d are the same"
                  .formatted(
                      side.name(),
                      side.overlapping(),
                      side.questions(),
                      100 * side.share(),
                      both.words(),
                      side.same()));
    }
    if (both.pairs().isEmpty()) {
      return;
    }
    Table table = new Table("A", "B", "SHARED", "OF THE SHORTER");
    both.pairs()
        .forEach(
            pair ->
                table.row(
                    pair.a(),
                    pair.b(),
                    pair.same() ? "same" : Integer.toString(pair.shared()),
                    "%.0f %%".formatted(100 * pair.share())));
    table.print(shell);
    for (int i = 0; i < questions.size(); i++) {
      Contamination.Pair pair = both.pairs().get(i);
      shell.out().println("%n%s: %s".formatted(pair.a(), questions.get(i).getFirst()));
      shell.out().println("%s: %s".formatted(pair.b(), questions.get(i).getLast()));
    }
  }
}
