package ponder.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import ponder.catalog.ModelEntry;
import ponder.catalog.Models;
import ponder.catalog.Pulled;
import ponder.catalog.Sizes;
import ponder.catalog.Source;

/// `ponder models`: what can be had, what is here.
@Command(
    name = "models",
    synopsisSubcommandLabel = "COMMAND",
    description = "Lists, fetches, shows and removes models.")
final class ModelsCommand extends Group {
  /// One model's JSON.
  ///
  /// @param size bytes; 0 if not known
  record Model(
      String name,
      String path,
      long size,
      boolean installed,
      @Nullable String sha256,
      String licence,
      String summary,
      List<String> sources,
      boolean preferred) {
    static Model of(Models.Listed listed) {
      ModelEntry entry = listed.entry();
      return new Model(
          listed.name(),
          listed.path().toString(),
          listed.size(),
          listed.installed(),
          entry == null ? null : entry.sha256(),
          entry == null ? "" : entry.licence(),
          entry == null ? "" : entry.summary(),
          entry == null ? List.of() : entry.sources().stream().map(Source::toString).toList(),
          entry != null && entry.preferred());
    }
  }

  private static Models models(Shell shell) {
    return new Models(shell.home(), shell.environment());
  }

  /// `ponder models list`.
  @Command(name = "list", description = "Lists the models known by name and those fetched.")
  static final class Listing implements Callable<Integer> {
    private final Shell shell;

    @Option(names = "--json", description = "Print one JSON object on standard output.")
    boolean json;

    Listing(Shell shell) {
      this.shell = shell;
    }

    /// The command's JSON.
    record Listed(List<Model> models) {}

    @Override
    public Integer call() {
      List<Models.Listed> listed = models(shell).list();
      if (json) {
        Json.print(new Listed(listed.stream().map(Model::of).toList()), shell);
        return Ponder.DONE;
      }
      Table table = new Table("MODEL", "SIZE", "HERE", "ABOUT");
      for (Models.Listed model : listed) {
        ModelEntry entry = model.entry();
        table.row(
            model.name() + (entry != null && entry.preferred() ? " *" : ""),
            model.size() == 0 ? "?" : Sizes.text(model.size()),
            model.installed() ? "yes" : "no",
            entry == null ? "" : entry.summary());
      }
      table.print(shell);
      shell.note("* is taken when no model is named; 'ponder models pull MODEL' fetches one.");
      return Ponder.DONE;
    }
  }

  /// `ponder models pull`.
  @Command(name = "pull", description = "Fetches a model and checks its hash.")
  static final class Pull implements Callable<Integer> {
    private final Shell shell;

    @Parameters(
        arity = "0..1",
        paramLabel = "MODEL",
        description =
            "A name of the catalogue or hf:OWNER/REPOSITORY/FILE (default: the default model).")
    @Nullable String called;

    @Option(names = "--json", description = "Print one JSON object on standard output.")
    boolean json;

    Pull(Shell shell) {
      this.shell = shell;
    }

    /// The command's JSON.
    record Fetched(String model, String path, String sha256, String proof, boolean already) {}

    @Override
    public Integer call() {
      Models models = models(shell);
      String model = called == null ? models.catalogue().preferred().name() : called;
      Pulled pulled = Pulls.model(models, model, shell);
      if (json) {
        String proof = pulled.proof().name().toLowerCase(java.util.Locale.ROOT);
        Json.print(
            new Fetched(model, pulled.path().toString(), pulled.sha256(), proof, pulled.already()),
            shell);
      } else {
        shell.out().println(pulled.path());
        shell.note(pulled.already() ? model + " was here already." : model + " is here.");
      }
      return Ponder.DONE;
    }
  }

  /// `ponder models info`.
  @Command(name = "info", description = "Shows what is known of a model.")
  static final class Show implements Callable<Integer> {
    private final Shell shell;

    @Parameters(paramLabel = "MODEL", description = "A name or hf:OWNER/REPOSITORY/FILE.")
    String called = "";

    @Option(names = "--json", description = "Print one JSON object on standard output.")
    boolean json;

    Show(Shell shell) {
      this.shell = shell;
    }

    @Override
    public Integer call() {
      Model model = Model.of(models(shell).info(called));
      if (json) {
        Json.print(model, shell);
        return Ponder.DONE;
      }
      Table table = new Table(2);
      table.row("NAME", model.name());
      table.row("ABOUT", model.summary());
      table.row("SIZE", model.size() == 0 ? "?" : Sizes.text(model.size()));
      table.row("LICENCE", model.licence());
      table.row("FILE", model.path());
      table.row("HERE", model.installed() ? "yes" : "no: ponder models pull " + model.name());
      table.row("SHA-256", model.sha256() == null ? "?" : model.sha256());
      for (String source : model.sources()) {
        table.row("SOURCE", source);
      }
      table.print(shell);
      return Ponder.DONE;
    }
  }

  /// `ponder models rm`.
  @Command(name = "rm", description = "Removes a model's file from PONDER_HOME.")
  static final class Rm implements Callable<Integer> {
    private final Shell shell;

    @Parameters(paramLabel = "MODEL", description = "A name or hf:OWNER/REPOSITORY/FILE.")
    String called = "";

    @Option(names = "--json", description = "Print one JSON object on standard output.")
    boolean json;

    Rm(Shell shell) {
      this.shell = shell;
    }

    /// The command's JSON.
    record Removed(String model, String removed) {}

    @Override
    public Integer call() {
      Path removed = models(shell).remove(called);
      if (json) {
        Json.print(new Removed(called, removed.toString()), shell);
      } else {
        shell.note("removed " + removed);
      }
      return Ponder.DONE;
    }
  }
}
