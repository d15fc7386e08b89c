package ponder.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import ponder.recipe.Receipts;
import tools.jackson.databind.JsonNode;

/// `ponder run`: what earlier runs came to.
@Command(
    name = "run",
    synopsisSubcommandLabel = "COMMAND",
    description = "Shows what earlier runs came to and what they cost.")
final class RunCommand extends Group {
  private static final int LONGEST = 60;

  /// `ponder run show`.
  @Command(
      name = "show",
      sortOptions = false,
      description = "Prints a run's receipt: what was asked, what came out, why, and its cost.")
  static final class Show implements Callable<Integer> {
    private final Shell shell;

    @Parameters(paramLabel = "ID", description = "The run's id, or enough of its beginning.")
    String id = "";

    @Option(names = "--json", description = "Print the receipt as one JSON object.")
    boolean json;

    Show(Shell shell) {
      this.shell = shell;
    }

    @Override
    public Integer call() {
      JsonNode receipt = Receipts.read(shell.home().runs(), id);
      if (json) {
        Json.print(receipt, shell);
      } else {
        print(receipt);
      }
      return Ponder.DONE;
    }

    private void print(JsonNode receipt) {
      JsonNode recipe = receipt.path("recipe");
      Table table = new Table(2);
      table.row("run", receipt.path("run").asString(""));
      table.row("question", line(recipe.path("question").asString(""), shell.columns()));
      table.row("answer", receipt.path("answer").asString("none"));
      table.row("why", receipt.path("why").asString(""));
      table.row("method", receipt.path("method").asString("") + settings(recipe.path("settings")));
      table.row("verifier", receipt.path("verifier").asString(""));
      table.row(
          "model",
          receipt.path("model").asString("") + " on " + receipt.path("build").asString(""));
      table.row("weights", receipt.path("weightsHash").asString(""));
      table.row("seed", receipt.path("seed").asString(""));
      table.row("budget", recipe.path("budget").asString(""));
      table.row("reproducible", receipt.path("reproducible").asString(""));
      table.row("started", receipt.path("started").asString(""));
      table.row("finished", receipt.path("finished").asString(""));
      table.row("spend", cost(receipt.path("spend")));
      table.row("paid", cost(receipt.path("paid")));
      table.print(shell);
      candidates(receipt.path("candidates"));
      shell.out().flush();
    }

    private static String settings(JsonNode settings) {
      StringBuilder text = new StringBuilder();
      settings
          .properties()
          .forEach(
              entry ->
                  text.append(' ')
                      .append(entry.getKey())
                      .append('=')
                      .append(line(entry.getValue().asString(""), LONGEST)));
      return text.toString();
    }

    private static String cost(JsonNode spend) {
      return String.format(
          Locale.ROOT,
          "%d calls, %d prompt tokens (%d cached), %d generated, %d scored, %.3g FLOP, %.1f s",
          spend.path("calls").asLong(),
          spend.path("promptTokens").asLong(),
          spend.path("cachedPromptTokens").asLong(),
          spend.path("generatedTokens").asLong(),
          spend.path("scoredTokens").asLong(),
          spend.path("flops").asDouble(),
          spend.path("seconds").asDouble());
    }

    private void candidates(JsonNode candidates) {
      shell.out().println();
      Table table = new Table("CANDIDATE", "ANSWER", "SCORE", "TOKENS");
      int index = 0;
      for (JsonNode candidate : candidates) {
        table.row(
            Integer.toString(index++),
            line(candidate.path("answer").asString("none"), LONGEST),
            String.format(Locale.ROOT, "%.4f", candidate.path("score").asDouble()),
            candidate.path("tokens").asString(""));
      }
      table.print(shell);
    }

    private static String line(String text, int longest) {
      String line = text.strip().replaceAll("\\s+", " ");
      return line.length() <= longest ? line : line.substring(0, longest - 1) + "…";
    }
  }
}
