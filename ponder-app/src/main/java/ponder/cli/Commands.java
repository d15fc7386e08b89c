package ponder.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import ponder.search.Methods;
import ponder.verify.Verifiers;

/// Every command, listed by hand.
final class Commands {
  private Commands() {}

  /// The command tree below `root`.
  static CommandLine line(RootCommand root, Shell shell) {
    return new CommandLine(root)
        .addSubcommand(solve(shell))
        .addSubcommand(new GenerateCommand(shell))
        .addSubcommand(new ScoreCommand(shell))
        .addSubcommand(new GradeCommand(shell))
        .addSubcommand(new DoctorCommand(shell))
        .addSubcommand(
            new CommandLine(new ModelsCommand())
                .addSubcommand(new ModelsCommand.Listing(shell))
                .addSubcommand(new ModelsCommand.Pull(shell))
                .addSubcommand(new ModelsCommand.Show(shell))
                .addSubcommand(new ModelsCommand.Rm(shell))
                .addSubcommand(new RequantizeCommand(shell)))
        .addSubcommand(
            new CommandLine(new NativesCommand())
                .addSubcommand(new NativesCommand.Listing(shell))
                .addSubcommand(new NativesCommand.Pull(shell))
                .addSubcommand(new NativesCommand.Show(shell)))
        .addSubcommand(new CommandLine(new RunCommand()).addSubcommand(new RunCommand.Show(shell)))
        .addSubcommand(
            new CommandLine(new JournalCommand())
                .addSubcommand(new JournalCommand.Ls(shell))
                .addSubcommand(new JournalCommand.Gc(shell)))
        .addSubcommand(
            new CommandLine(new BenchCommand())
                .addSubcommand(new BenchCommand.OfEngine(shell))
                .addSubcommand(new GradeBenchCommand(shell))
                .addSubcommand(new SearchBench(shell)));
  }

  /// `solve`, whose help lists the methods with their settings and defaults.
  private static CommandLine solve(Shell shell) {
    CommandLine line = new CommandLine(new SolveCommand(shell));
    List<String> footer =
        new ArrayList<>(
            List.of("", "Methods and their settings (--set KEY=VALUE, some with a flag):"));
    for (Methods.Method method : Methods.all()) {
      footer.add("  %s: %s".formatted(method.name(), method.summary()));
      for (Methods.Parameter parameter : method.parameters()) {
        footer.add(
            "    %-12s %s (default: %s)"
                .formatted(
                    parameter.name(),
                    parameter.help(),
                    parameter.value().isEmpty() ? "none" : parameter.value()));
      }
    }
    footer.add("");
    footer.add("Methods are composed: a&b gives b the solution of a as a draft, a|b pools both.");
    footer.add("");
    footer.add("Verifiers:");
    for (Verifiers.Kind verifier : Verifiers.all()) {
      footer.add("  %s: %s".formatted(verifier.text(), verifier.summary()));
    }
    footer.add("");
    footer.add("Examples:");
    footer.add("  ponder solve \"What is 17 * 23?\"");
    footer.add("  ponder solve --method best-of-n --verifier judge \"What is 17 * 23?\"");
    footer.add("  ponder solve --n 16 --budget 4096tok,60s --json - < question.txt");
    // Percent signs would be read as format specifiers.
    line.getCommandSpec()
        .usageMessage()
        .footer(footer.stream().map(row -> row.replace("%", "%%")).toArray(String[]::new));
    return line;
  }
}
