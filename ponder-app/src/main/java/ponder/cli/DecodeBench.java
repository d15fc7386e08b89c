package ponder.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import ponder.engine.LocalModel;
import ponder.engine.Metrics;
import ponder.model.EngineException;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Tokens;

/// `ponder bench decode`: how long a step takes in which every running sample gets one token.
///
/// Two calls that differ only in length are subtracted, so that prompts and first steps drop out.
/// Both follow a longer one, which leaves their prompt in the cache and their sizes known.
@Command(
    name = "decode",
    sortOptions = false,
    description =
        "Measures the steps of decoding many samples at a time: the whole step, the engine's forward"
            + " in it, and reading and drawing tokens. With an engine that decodes in several ways"
            + " (setting 'decode'), those of --way, else its own choice. Nothing else should run beside"
            + " it.")
final class DecodeBench implements Callable<Integer> {
  private static final int BASE = 8;
  private static final String SETTING = "decode";

  private final Shell shell;

  @Mixin final ModelOptions model = new ModelOptions();

  @Option(
      names = "--batch",
      paramLabel = "COUNT",
      split = ",",
      defaultValue = "1,64,256",
      description = "Samples that decode side by side (default: ${DEFAULT-VALUE}).")
  List<Integer> batches = List.of();

  @Option(
      names = "--prompt-tokens",
      paramLabel = "COUNT",
      split = ",",
      defaultValue = "128",
      description = "Tokens in front of the samples (default: ${DEFAULT-VALUE}).")
  List<Integer> promptTokens = List.of();

  @Option(
      names = "--tokens",
      paramLabel = "COUNT",
      defaultValue = "64",
      description = "Steps that are measured (default: ${DEFAULT-VALUE}).")
  int tokens;

  @Option(
      names = "--way",
      paramLabel = "NAME",
      split = ",",
      description = "Values of the engine's setting 'decode' (default: the engine's own choice).")
  List<String> ways = List.of();

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0.7",
      description = "0 takes the most probable token (default: ${DEFAULT-VALUE}).")
  double temperature;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "0.95",
      description = "Probability mass to draw from (default: ${DEFAULT-VALUE}).")
  double topP;

  @Option(
      names = "--runs",
      paramLabel = "COUNT",
      defaultValue = "3",
      description =
          "How often everything is measured; the median counts (default: ${DEFAULT-VALUE}).")
  int runs;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  boolean json;

  DecodeBench(Shell shell) {
    this.shell = shell;
  }

  /// The command's JSON.
  record Result(String model, String engine, List<Way> ways) {}

  /// One way of decoding.
  ///
  /// @param build what computed, with what it had to say when it was done
  record Way(String decode, String build, List<Row> rows) {}

  /// One size, in milliseconds a step.
  record Row(
      int batch,
      int promptTokens,
      double step,
      double forward,
      double readAndSample,
      double tokensPerSecond) {}

  @Override
  public Integer call() {
    model.refuseOtherSettings();
    model.sideBySide(batches.stream().mapToInt(it -> it).max().orElse(1));
    List<Way> found = new ArrayList<>();
    String name = "";
    for (String way : ways.isEmpty() ? List.of("") : ways) {
      Map<String, String> settings = way.isEmpty() ? Map.of() : Map.of(SETTING, way);
      try (LanguageModel opened = model.open(settings, shell)) {
        ModelInfo info = opened.info();
        name = info.name();
        EngineBench bench = new EngineBench(opened, shell.cancellation(), 0);
        LocalModel local = local(opened);
        List<Row> rows = new ArrayList<>();
        for (int prompt : promptTokens) {
          for (int batch : batches) {
            rows.add(measure(bench, local, batch, prompt));
            shell.note(
                "%s: %d samples behind %d tokens done"
                    .formatted(way.isEmpty() ? info.engine() : way, batch, prompt));
          }
        }
        found.add(new Way(way.isEmpty() ? "default" : way, local.describe(), rows));
      }
    }
    print(new Result(name, model.engine, found));
    return Ponder.DONE;
  }

  private static LocalModel local(LanguageModel opened) {
    if (opened instanceof LocalModel local) {
      return local;
    }
    throw new EngineException(
        "The engine '%s' does not compute here, so its steps cannot be measured."
            .formatted(opened.info().engine()));
  }

  private Row measure(EngineBench bench, LocalModel local, int batch, int promptLength) {
    Stopwatch stopwatch = new Stopwatch(local, shell.cancellation());
    Tokens prompt = bench.tokens(promptLength);
    Sampling sampling = Sampling.of(temperature).withTopP(topP);
    Request brief = bench.request(prompt, batch, BASE).withSampling(sampling);
    Request whole = brief.withMaxTokens(BASE + tokens);
    stopwatch.time(whole);
    List<Row> rows = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      Metrics start = local.metrics();
      stopwatch.time(brief);
      Metrics middle = local.metrics();
      stopwatch.time(whole);
      Metrics end = local.metrics();
      double step = millis(start.step(), middle.step(), end.step());
      rows.add(
          new Row(
              batch,
              promptLength,
              step,
              millis(start.forward(), middle.forward(), end.forward()),
              millis(start.readAndSample(), middle.readAndSample(), end.readAndSample()),
              batch * 1e3 / step));
    }
    return rows.stream().sorted(Comparator.comparingDouble(Row::step)).toList().get(runs / 2);
  }

  /// A step's time, from what the longer call took more than the shorter one.
  private double millis(Metrics.Timing start, Metrics.Timing middle, Metrics.Timing end) {
    long brief = middle.totalNanos() - start.totalNanos();
    long whole = end.totalNanos() - middle.totalNanos();
    return (whole - brief) / 1e6 / tokens;
  }

  private void print(Result result) {
    if (json) {
      Json.print(result, shell);
      return;
    }
    Table table = new Table("DECODE", "SAMPLES", "PROMPT", "STEP", "FORWARD", "READ", "TOKENS/S");
    for (Way way : result.ways()) {
      for (Row row : way.rows()) {
        table.row(
            way.decode(),
            String.valueOf(row.batch()),
            String.valueOf(row.promptTokens()),
            shown(row.step()),
            shown(row.forward()),
            shown(row.readAndSample()),
            shown(row.tokensPerSecond()));
      }
    }
    table.print(shell);
    shell.out().println();
    result.ways().forEach(way -> shell.out().println(way.decode() + ": " + way.build()));
    shell.out().flush();
  }

  private static String shown(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.3f" : "%.0f", value);
  }
}
