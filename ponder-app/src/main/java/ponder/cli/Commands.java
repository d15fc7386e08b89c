package ponder.cli;

import picocli.CommandLine;

/// Every command, listed by hand.
final class Commands {
  private Commands() {}

  /// The command tree over `shell`.
  static CommandLine line(Shell shell) {
    return new CommandLine(new RootCommand())
        .addSubcommand(new GenerateCommand(shell))
        .addSubcommand(new ScoreCommand(shell));
  }
}
