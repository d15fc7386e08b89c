package ponder.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import ponder.core.Nearest;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo;

/// `ponder bench`: measurements that anyone can repeat.
@Command(
    name = "bench",
    synopsisSubcommandLabel = "COMMAND",
    description = "Measures speed on this machine.")
final class BenchCommand extends Group {
  /// `ponder bench engine`.
  @Command(
      name = "engine",
      sortOptions = false,
      description =
          "Measures an engine with a model: loading, prefill, decoding alone and side by side,"
              + " what the prefix tree saves, and what Java costs. Nothing else should run beside it.")
  static final class OfEngine implements Callable<Integer> {
    private static final List<String> CASES =
        List.of("standard", "idle", "thrash", "prefill-company");

    private final Shell shell;

    @Mixin final ModelOptions model = new ModelOptions();

    @Option(
        names = "--n",
        paramLabel = "COUNT",
        defaultValue = "16",
        description = "Samples that share a prompt (default: ${DEFAULT-VALUE}).")
    int n;

    @Option(
        names = "--prompt-tokens",
        paramLabel = "COUNT",
        defaultValue = "512",
        description = "Length of the shared prompt (default: ${DEFAULT-VALUE}).")
    int promptTokens;

    @Option(
        names = "--max-tokens",
        paramLabel = "COUNT",
        defaultValue = "128",
        description = "Tokens of each sample (default: ${DEFAULT-VALUE}).")
    int maxTokens;

    @Option(
        names = "--prefix-tokens",
        paramLabel = "COUNT",
        defaultValue = "2000",
        description = "Length of the text that a second call extends (default: ${DEFAULT-VALUE}).")
    int prefixTokens;

    @Option(
        names = "--runs",
        paramLabel = "COUNT",
        defaultValue = "3",
        description = "How often everything is measured (default: ${DEFAULT-VALUE}).")
    int runs;

    @Option(
        names = "--idle",
        description =
            "Also measure decoding while 25 and 75 %% of the cache hold unused prefixes (default: off).")
    boolean idle;

    @Option(
        names = "--case",
        paramLabel = "NAME",
        description =
            "Measure only this: standard, idle, thrash (prompts of 1.5 times the cache in turn) or"
                + " prefill-company (a running text beside a long prefill); may be repeated"
                + " (default: standard).")
    List<String> cases = List.of();

    @Option(
        names = "--json",
        description = "Print one JSON object on standard output (default: off).")
    boolean json;

    OfEngine(Shell shell) {
      this.shell = shell;
    }

    /// The command's JSON.
    ///
    /// @param peakMemoryBytes most resident memory of this process; 0 if the system does not tell
    record Result(
        String model,
        String engine,
        String build,
        Map<String, Object> settings,
        List<Measure> measures,
        long peakMemoryBytes) {}

    /// One measurement over all runs.
    record Measure(
        String name, String unit, double min, double median, double max, List<Double> runs) {
      static Measure of(String name, String unit, List<Double> runs) {
        List<Double> sorted = runs.stream().sorted().toList();
        int middle = sorted.size() / 2;
        double median =
            sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        return new Measure(
            name, unit, sorted.getFirst(), median, sorted.getLast(), List.copyOf(runs));
      }
    }

    @Override
    public Integer call() throws InterruptedException {
      model.refuseOtherSettings();
      Set<String> wanted = wanted();
      require("--n", n, 1);
      require("--prompt-tokens", promptTokens, 1);
      require("--max-tokens", maxTokens, 2);
      require("--prefix-tokens", prefixTokens, 1);
      require("--runs", runs, 1);
      model.sideBySide(n);
      Map<EngineBench.What, List<Double>> found = new EnumMap<>(EngineBench.What.class);
      ModelInfo info = null;
      for (int run = 0; run < runs; run++) {
        long start = System.nanoTime();
        try (LanguageModel opened = model.open(shell)) {
          add(found, EngineBench.What.LOAD, (System.nanoTime() - start) / 1e9);
          info = opened.info();
          EngineBench bench = new EngineBench(opened, shell.cancellation(), run);
          if (wanted.contains("standard")) {
            add(found, bench.measure(n, promptTokens, maxTokens, prefixTokens));
          }
          if (wanted.contains("idle")) {
            add(found, bench.idle(n, promptTokens, maxTokens));
          }
          if (wanted.contains("prefill-company")) {
            add(found, new CompanyBench(opened, bench, shell.cancellation()).measure());
          }
        }
        if (wanted.contains("thrash")) {
          add(
              found,
              new ThrashBench(more -> model.open(more, shell), shell.cancellation(), run)
                  .measure());
        }
        shell.note("run %d of %d done".formatted(run + 1, runs));
      }
      print(result(java.util.Objects.requireNonNull(info), found));
      return Ponder.DONE;
    }

    private Set<String> wanted() {
      Set<String> wanted = new LinkedHashSet<>(cases.isEmpty() ? List.of("standard") : cases);
      if (idle) {
        wanted.add("idle");
      }
      for (String name : wanted) {
        if (!CASES.contains(name)) {
          throw new IllegalArgumentException(
              "--case (%s) is unknown.%s".formatted(name, Nearest.maybe(name, CASES)));
        }
      }
      return wanted;
    }

    /// @throws IllegalArgumentException if an option's value is below `least`
    static void require(String option, int value, int least) {
      if (value < least) {
        throw new IllegalArgumentException(
            "%s (%d) must be at least %d.".formatted(option, value, least));
      }
    }

    private static void add(
        Map<EngineBench.What, List<Double>> found, EngineBench.What what, double value) {
      found.computeIfAbsent(what, key -> new ArrayList<>()).add(value);
    }

    private static void add(
        Map<EngineBench.What, List<Double>> found, Map<EngineBench.What, Double> more) {
      more.forEach((what, value) -> add(found, what, value));
    }

    private Result result(ModelInfo info, Map<EngineBench.What, List<Double>> found) {
      Map<String, Object> settings = new LinkedHashMap<>();
      settings.put("n", n);
      settings.put("promptTokens", promptTokens);
      settings.put("maxTokens", maxTokens);
      settings.put("prefixTokens", prefixTokens);
      settings.put("runs", runs);
      settings.put("threads", model.threads);
      settings.put("context", info.contextLength());
      settings.put("deterministic", model.deterministic);
      settings.put("processors", Runtime.getRuntime().availableProcessors());
      settings.put("java", Runtime.version().toString());
      settings.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
      List<Measure> measures = new ArrayList<>();
      found.forEach((what, runs) -> measures.add(Measure.of(what.text, what.unit, runs)));
      return new Result(info.name(), info.engine(), info.build(), settings, measures, peakMemory());
    }

    private void print(Result result) {
      if (json) {
        Json.print(result, shell);
        return;
      }
      Table table = new Table("MEASURE", "MIN", "MEDIAN", "MAX", "UNIT");
      for (Measure measure : result.measures()) {
        table.row(
            measure.name(),
            shown(measure.min()),
            shown(measure.median()),
            shown(measure.max()),
            measure.unit());
      }
      if (result.peakMemoryBytes() > 0) {
        String peak = shown(result.peakMemoryBytes() / 1e6);
        table.row("peak memory", peak, peak, peak, "MB");
      }
      table.print(shell);
      shell.out().println();
      shell.out().println("%s, %s %s".formatted(result.model(), result.engine(), result.build()));
      shell.out().println(result.settings().toString().replaceAll("[{}]", ""));
      shell.out().flush();
    }

    private static String shown(double value) {
      return String.format(Locale.ROOT, value < 10 ? "%.3f" : "%.1f", value);
    }

    /// Linux keeps a high-water mark of every process.
    private static long peakMemory() {
      Path status = Path.of("/proc/self/status");
      if (!Files.isReadable(status)) {
        return 0;
      }
      try {
        return Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
            .findFirst()
            .orElse(0);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
