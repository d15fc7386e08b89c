package ponder.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/// Every command, listed by hand.
final class Commands {
  private Commands() {}

  /// The command tree below `root`.
  static CommandLine line(RootCommand root, Shell shell) {
    return new CommandLine(root)
        .addSubcommand(solve(shell))
        .addSubcommand(eval(shell))
        .addSubcommand(new ReportCommand(shell))
        .addSubcommand(new GenerateCommand(shell))
        .addSubcommand(new ScoreCommand(shell))
        .addSubcommand(new GradeCommand(shell))
        .addSubcommand(new CompareCommand(shell))
        .addSubcommand(new DoctorCommand(shell))
        .addSubcommand(
            new CommandLine(new ModelsCommand())
                .addSubcommand(new ModelsCommand.Listing(shell))
                .addSubcommand(new ModelsCommand.Pull(shell))
                .addSubcommand(new ModelsCommand.Show(shell))
                .addSubcommand(new ModelsCommand.Rm(shell))
                .addSubcommand(new RequantizeCommand(shell))
                .addSubcommand(new ExportCommand(shell))
                .addSubcommand(new ExportAdapterCommand(shell)))
        .addSubcommand(
            new CommandLine(new DataCommand())
                .addSubcommand(new DataCommand.Listing(shell))
                .addSubcommand(new DataCommand.Info(shell))
                .addSubcommand(new DataCommand.Pull(shell))
                .addSubcommand(new DataCheckCommand(shell)))
        .addSubcommand(new BundleCommand(shell))
        .addSubcommand(
            new CommandLine(new NativesCommand())
                .addSubcommand(new NativesCommand.Listing(shell))
                .addSubcommand(new NativesCommand.Pull(shell))
                .addSubcommand(new NativesCommand.Show(shell)))
        .addSubcommand(new CommandLine(new RunCommand()).addSubcommand(new RunCommand.Show(shell)))
        .addSubcommand(
            new CommandLine(new PolicyCommand())
                .addSubcommand(new PolicyCommand.Fitting(shell))
                .addSubcommand(new PolicyCommand.Show(shell)))
        .addSubcommand(
            new CommandLine(new TraceCommand())
                .addSubcommand(new TraceCommand.Show(shell))
                .addSubcommand(new TraceCommand.Html(shell)))
        .addSubcommand(
            new CommandLine(new JournalCommand())
                .addSubcommand(new JournalCommand.Ls(shell))
                .addSubcommand(new JournalCommand.Gc(shell)))
        .addSubcommand(
            new CommandLine(new BenchCommand())
                .addSubcommand(new BenchCommand.OfEngine(shell))
                .addSubcommand(new DecodeBench(shell))
                .addSubcommand(new GradeBenchCommand(shell))
                .addSubcommand(new SearchBench(shell))
                .addSubcommand(new StudyCommand(shell))
                .addSubcommand(new TreeBench(shell)));
  }

  private static CommandLine solve(Shell shell) {
    return withMethods(
        new SolveCommand(shell),
        "  ponder solve \"What is 17 * 23?\"",
        "  ponder solve --method best-of-n --verifier judge \"What is 17 * 23?\"",
        "  ponder solve --n 16 --budget 4096tok,60s --json - < question.txt");
  }

  private static CommandLine eval(Shell shell) {
    return withMethods(
        new EvalCommand(shell),
        "  ponder eval --dataset problems.jsonl --sample 50 --out runs/first",
        "  ponder eval --dataset problems.jsonl --n 16 --dry-run",
        "  ponder eval --dataset problems.jsonl --method best-of-n --verifier judge --out runs/judged"
            + " --reuse runs/first");
  }

  /// A command whose help lists the methods with their settings and defaults, and examples.
  private static CommandLine withMethods(Object command, String... examples) {
    CommandLine line = new CommandLine(command);
    List<String> footer = new ArrayList<>(MethodHelp.lines());
    footer.add("");
    footer.add("Examples:");
    footer.addAll(List.of(examples));
    // Percent signs would be read as format specifiers.
    line.getCommandSpec()
        .usageMessage()
        .footer(footer.stream().map(row -> row.replace("%", "%%")).toArray(String[]::new));
    return line;
  }
}
