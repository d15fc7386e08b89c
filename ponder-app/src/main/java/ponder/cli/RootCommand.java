package ponder.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// `ponder` itself: what all commands share.
@Command(
    name = "ponder",
    synopsisSubcommandLabel = "COMMAND",
    description = "Makes a language model answer better by thinking longer.",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    sortOptions = false,
    footer = {
      "",
      "Exit codes: 0 done, 1 finished without an answer, 2 usage error,",
      "3 engine, model or data error, 130 interrupted.",
      "Your models, natives and runs lie under PONDER_HOME (default ~/.ponder).",
      "'ponder COMMAND --help' shows a command's options and their defaults."
    })
final class RootCommand extends Group {
  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  boolean debug;
}
