package ponder.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// A command that only holds others; called alone, it is a usage error that names them.
abstract class Group implements Callable<Integer> {
  @Spec @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    CommandSpec group = Objects.requireNonNull(spec);
    throw new ParameterException(
        group.commandLine(),
        "A command is missing after '%s'. Maybe one of %s was meant."
            .formatted(group.qualifiedName(" "), group.subcommands().keySet()));
  }
}
