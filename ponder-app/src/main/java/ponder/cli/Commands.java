package ponder.cli;

import picocli.CommandLine;

/// Every command, listed by hand.
final class Commands {
  private Commands() {}

  /// The command tree below `root`.
  static CommandLine line(RootCommand root, Shell shell) {
    return new CommandLine(root)
        .addSubcommand(new GenerateCommand(shell))
        .addSubcommand(new ScoreCommand(shell));
  }
}
