package ponder.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import ponder.cli.BenchCommand.OfEngine;
import ponder.cli.BenchCommand.OfEngine.Measure;
import ponder.core.Event;
import ponder.core.Problem;
import ponder.core.TraceSink;
import ponder.model.Cancellation;
import ponder.model.EngineException;
import ponder.recipe.Solve;
import ponder.recipe.SolveTask;
import ponder.store.Journal;
import ponder.verify.Aggregation;

/// `ponder bench tree`: what a node of a search tree costs in time and memory, beside the model.
@Command(
    name = "tree",
    sortOptions = false,
    description = {
      "Measures what a node of a search tree costs beside the model: a method searches with a toy"
          + " model of random words, judged by their log-probabilities, until the tree has so many"
          + " nodes.",
      "",
      "Nodes are measured block by block: a search whose blocks cost the same costs the same for a"
          + " node however large its tree is. Memory is what a garbage collection leaves. One run"
          + " before the first warms the code and does not count."
    })
final class TreeBench implements Callable<Integer> {
  /// More paths than any tree here has.
  private static final String ENOUGH = "100000";

  private final Shell shell;

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      defaultValue = "mcts",
      description = "A method that searches a step tree (default: ${DEFAULT-VALUE}).")
  String method = "mcts";

  @Option(
      names = "--nodes",
      paramLabel = "COUNT",
      defaultValue = "10000",
      description = "Nodes of the tree (default: ${DEFAULT-VALUE}).")
  int nodes;

  @Option(
      names = "--block",
      paramLabel = "COUNT",
      defaultValue = "1000",
      description = "Nodes that are measured together (default: ${DEFAULT-VALUE}).")
  int block;

  @Option(
      names = "--step-tokens",
      paramLabel = "COUNT",
      defaultValue = "32",
      description = "Tokens of a step (default: ${DEFAULT-VALUE}).")
  int stepTokens;

  @Option(
      names = "--runs",
      paramLabel = "COUNT",
      defaultValue = "3",
      description = "How often everything is measured (default: ${DEFAULT-VALUE}).")
  int runs;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of the method; may be repeated.")
  Map<String, String> set = Map.of();

  @Option(
      names = "--json",
      description = "Print one JSON object on standard output (default: off).")
  boolean json;

  TreeBench(Shell shell) {
    this.shell = shell;
  }

  /// The command's JSON.
  ///
  /// @param growth the last block's time for a node over the first's, run by run
  record Result(String method, Map<String, Object> settings, List<Block> blocks, Measure growth) {}

  /// Nodes that were measured together.
  ///
  /// @param upTo the number of the last
  record Block(int upTo, Measure micros, Measure bytes) {}

  @Override
  public Integer call() {
    OfEngine.require("--nodes", nodes, 1);
    OfEngine.require("--block", block, 1);
    OfEngine.require("--step-tokens", stepTokens, 3);
    OfEngine.require("--runs", runs, 1);
    if (nodes % block != 0) {
      throw new IllegalArgumentException(
          "--block (%d) must divide --nodes (%d). Maybe --nodes %d was meant."
              .formatted(block, nodes, Math.ceilDiv(nodes, block) * block));
    }
    SolveTask task = task();
    Solve.check(task);
    List<Watch> watches = new ArrayList<>();
    for (int run = -1; run < runs; run++) {
      Watch watch = search(task.withSeed(run));
      if (run >= 0) {
        watches.add(watch);
      }
    }
    print(result(watches));
    return Ponder.DONE;
  }

  private SolveTask task() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("n", ENOUGH);
    settings.put("max-tokens", Integer.toString(1 << 20));
    settings.putAll(set);
    return SolveTask.of(Problem.of("A question that has no answer."), method)
        .withCommand("bench tree")
        .withSettings(settings)
        .withVerifier("logprob", Aggregation.LAST);
  }

  /// Searches until the tree is as large as wanted.
  ///
  /// @throws EngineException if the search ends before
  private Watch search(SolveTask task) {
    Cancellation enough = new Cancellation();
    try (ToyModel model = new ToyModel(stepTokens);
        Journal journal = Journal.off()) {
      Watch watch = new Watch(model, enough);
      new Solve(model, journal, null).run(task, watch, enough);
      if (watch.opened < nodes) {
        throw new EngineException(
            "The search ended after %d of %d nodes. Maybe use --set n=%s or a method that goes on, such as mcts."
                .formatted(watch.opened, nodes, ENOUGH));
      }
      return watch;
    }
  }

  /// Counts nodes as they are opened, and stops the time at the end of each block.
  private final class Watch implements TraceSink {
    private final ToyModel model;
    private final Cancellation enough;
    private final List<Double> micros = new ArrayList<>();
    private final List<Double> bytes = new ArrayList<>();
    private int opened;
    private long held = held();
    private long since = System.nanoTime();
    private long modelBefore;

    private Watch(ToyModel model, Cancellation enough) {
      this.model = model;
      this.enough = enough;
    }

    @Override
    public synchronized void accept(Event event) {
      if (!(event instanceof Event.Opened open) || open.node() == 0 || opened == nodes) {
        return;
      }
      if (opened == 0 && micros.isEmpty()) {
        since = System.nanoTime();
      }
      opened++;
      if (opened % block == 0) {
        mark();
      }
      if (opened == nodes) {
        enough.cancel();
      }
    }

    private void mark() {
      long own = System.nanoTime() - since - (model.nanos() - modelBefore);
      micros.add(own / 1e3 / block);
      long now = held();
      bytes.add((double) (now - held) / block);
      held = now;
      modelBefore = model.nanos();
      since = System.nanoTime();
    }

    private static long held() {
      Runtime runtime = Runtime.getRuntime();
      System.gc();
      return runtime.totalMemory() - runtime.freeMemory();
    }
  }

  private Result result(List<Watch> watches) {
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < nodes / block; i++) {
      int at = i;
      blocks.add(
          new Block(
              (i + 1) * block,
              Measure.of(
                  "time of a node", "µs", watches.stream().map(it -> it.micros.get(at)).toList()),
              Measure.of(
                  "memory of a node", "B", watches.stream().map(it -> it.bytes.get(at)).toList())));
    }
    Map<String, Object> settings = new LinkedHashMap<>(Solve.resolve(task()).settings());
    settings.put("nodes", nodes);
    settings.put("block", block);
    settings.put("stepTokens", stepTokens);
    settings.put("runs", runs);
    settings.put("processors", Runtime.getRuntime().availableProcessors());
    settings.put("java", Runtime.version().toString());
    Measure growth =
        Measure.of(
            "last block / first",
            "",
            watches.stream().map(it -> it.micros.getLast() / it.micros.getFirst()).toList());
    return new Result(method, settings, blocks, growth);
  }

  private void print(Result result) {
    if (json) {
      Json.print(result, shell);
      return;
    }
    Table table = new Table("NODES", "µs MIN", "MEDIAN", "MAX", "BYTES MEDIAN");
    for (Block one : result.blocks()) {
      table.row(
          Integer.toString(one.upTo()),
          shown(one.micros().min()),
          shown(one.micros().median()),
          shown(one.micros().max()),
          shown(one.bytes().median()));
    }
    table.print(shell);
    shell.out().println();
    shell
        .out()
        .println(
            "%s: a node of the last block takes %s times the first's (%s to %s)"
                .formatted(
                    result.method(),
                    ratio(result.growth().median()),
                    ratio(result.growth().min()),
                    ratio(result.growth().max())));
    shell.out().flush();
  }

  private static String shown(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String ratio(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
