package ponder.cli;

import picocli.CommandLine;

/// Every command, listed by hand.
final class Commands {
  private Commands() {}

  /// The command tree below `root`.
  static CommandLine line(RootCommand root, Shell shell) {
    return new CommandLine(root)
        .addSubcommand(new SolveCommand(shell))
        .addSubcommand(new GenerateCommand(shell))
        .addSubcommand(new ScoreCommand(shell))
        .addSubcommand(new DoctorCommand(shell))
        .addSubcommand(
            new CommandLine(new ModelsCommand())
                .addSubcommand(new ModelsCommand.Listing(shell))
                .addSubcommand(new ModelsCommand.Pull(shell))
                .addSubcommand(new ModelsCommand.Info(shell))
                .addSubcommand(new ModelsCommand.Rm(shell)))
        .addSubcommand(
            new CommandLine(new NativesCommand())
                .addSubcommand(new NativesCommand.Listing(shell))
                .addSubcommand(new NativesCommand.Pull(shell))
                .addSubcommand(new NativesCommand.Info(shell)))
        .addSubcommand(
            new CommandLine(new JournalCommand())
                .addSubcommand(new JournalCommand.Ls(shell))
                .addSubcommand(new JournalCommand.Gc(shell)))
        .addSubcommand(
            new CommandLine(new BenchCommand()).addSubcommand(new BenchCommand.OfEngine(shell)));
  }
}
