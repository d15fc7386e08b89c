package ponder.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import ponder.catalog.Models;
import ponder.model.EngineException;
import ponder.model.LanguageModel;

/// `ponder doctor`: what is present, what is missing and the command that gets it, and how fast the
/// natives are here.
@Command(
    name = "doctor",
    sortOptions = false,
    description =
        "Says what is present, what is missing and the command that gets it, and how fast the"
            + " default model runs here.")
final class DoctorCommand implements Callable<Integer> {
  private final Shell shell;

  @Option(names = "--quick", description = "Do not measure the speed (default: off).")
  boolean quick;

  @Option(
      names = "--json",
      description = "Print one JSON object on standard output (default: off).")
  boolean json;

  DoctorCommand(Shell shell) {
    this.shell = shell;
  }

  /// The command's JSON.
  ///
  /// @param healthy whether Ponder can solve, or fetch by itself what it needs for that
  /// @param tokensPerSecond decoding one sample on the default model; null if not measured
  record Result(boolean healthy, List<Shown> checks, @Nullable Double tokensPerSecond) {}

  /// One check's JSON.
  ///
  /// @param state `ok`, `missing` or `broken`
  record Shown(String name, String state, String detail, String remedy) {
    static Shown of(Doctor.Check check) {
      return new Shown(
          check.name(),
          check.state().name().toLowerCase(Locale.ROOT),
          check.detail(),
          check.remedy());
    }
  }

  @Override
  public Integer call() {
    List<Doctor.Check> checks = new ArrayList<>(new Doctor(shell).examine());
    Double speed = null;
    if (!quick && isOk(checks, "natives") && isOk(checks, "model")) {
      speed = measure(checks);
    }
    boolean healthy = checks.stream().noneMatch(check -> check.state() == Doctor.State.BROKEN);
    if (json) {
      Json.print(new Result(healthy, checks.stream().map(Shown::of).toList(), speed), shell);
    } else {
      print(checks, healthy);
    }
    return healthy ? Ponder.DONE : Ponder.FAILED;
  }

  private static boolean isOk(List<Doctor.Check> checks, String name) {
    return checks.stream()
        .anyMatch(check -> check.name().equals(name) && check.state() == Doctor.State.OK);
  }

  private @Nullable Double measure(List<Doctor.Check> checks) {
    try {
      ModelOptions options = new ModelOptions();
      options.engine = "llama";
      options.model = new Models(shell.home(), shell.environment()).catalogue().preferred().name();
      try (LanguageModel model = options.open(shell)) {
        double speed = new Stopwatch(model, shell.cancellation()).decode();
        checks.add(
            new Doctor.Check(
                "speed",
                Doctor.State.OK,
                String.format(
                    Locale.ROOT, "%.0f tokens/s, one sample; %s", speed, model.info().build()),
                ""));
        return speed;
      }
    } catch (EngineException | IllegalArgumentException e) {
      checks.add(
          new Doctor.Check("speed", Doctor.State.BROKEN, String.valueOf(e.getMessage()), ""));
      return null;
    }
  }

  private void print(List<Doctor.Check> checks, boolean healthy) {
    Table table = new Table(4);
    for (Doctor.Check check : checks) {
      table.row(Shown.of(check).state(), check.name(), check.detail(), check.remedy());
    }
    table.print(shell);
    shell.note(
        healthy
            ? "Ponder can work here; what is missing it fetches when it is needed."
            : "Ponder cannot work here yet: the last column helps.");
  }
}
