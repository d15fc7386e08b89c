package ponder.study;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ponder.core.Event;
import ponder.core.Seed;
import ponder.core.Spend;
import ponder.core.Trace;
import ponder.eval.EvalFolder;
import ponder.eval.EvalPlan;
import ponder.eval.Flow;
import ponder.eval.ProblemResult;
import ponder.eval.Replay;
import ponder.journal.JournaledModel;
import ponder.model.Call;
import ponder.model.Cancellation;
import ponder.model.ContextOverflowException;
import ponder.model.EngineException;
import ponder.model.LanguageModel;
import ponder.model.MeteredModel;
import ponder.model.ModelInfo;
import ponder.stats.Interval;
import ponder.store.Durable;
import ponder.store.Journal;
import ponder.store.RunInfo;
import ponder.store.RunLog;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Which patterns the reasoning of an evaluation shows, by a model that judges its traces.
///
/// What is judged is the path of the trace that ends at the winner: of a search the steps that were
/// kept, of a chain with feedback the feedback too. Problems without a trace or a winner are left
/// out; so are those too long for the judge's context, and that is told. A redacted folder holds no
/// texts: there the traces are those of a [Replay], and no text is written. Every reply is
/// journalled before it is used, so the same work again costs nothing.
///
/// @param shares of the problems that show a pattern, of those that were labelled; empty if none
///   was
/// @param labelled problems whose reply could be read
/// @param faults problems whose reply could not
/// @param spend what labelling used, replayed calls included; no time
/// @param paid what this process computed for it; no time
/// @param skipped why nothing was labelled, or which texts were not; empty if all were
public record PatternLabels(
    Map<Pattern, Interval> shares,
    int labelled,
    int faults,
    Spend spend,
    Spend paid,
    String skipped) {
  private static final Seed SEED = new Seed(0).split("patterns", 0);
  private static final JsonMapper MAPPER = new JsonMapper();

  public PatternLabels {
    Map<Pattern, Interval> copy = new EnumMap<>(Pattern.class);
    copy.putAll(shares);
    shares = Collections.unmodifiableMap(copy);
  }

  /// Whether no text was given to the judge, or none fitted.
  public boolean none() {
    return labelled + faults == 0;
  }

  /// One problem's label.
  ///
  /// @param patterns null if there are none
  /// @param fitted whether the problem fitted into the judge's context; if it did and there are no
  ///   patterns, the reply could not be read
  private record Label(String id, @Nullable Set<Pattern> patterns, boolean fitted) {}

  /// No labels.
  ///
  /// @param why a part of a sentence
  public static PatternLabels none(String why) {
    return new PatternLabels(Map.of(), 0, 0, Spend.NONE, Spend.NONE, why);
  }

  /// Labels an evaluation that has ended, and writes a line for each labelled problem; blocks.
  ///
  /// @param replay of the evaluation, if its folder is redacted; null if it holds traces
  /// @param judge the model that labels
  /// @param file where the lines go; written whole at the end
  /// @return null if it was cancelled
  /// @throws EngineException if the model fails or the file cannot be written
  public static @Nullable PatternLabels of(
      EvalFolder folder,
      @Nullable Replay replay,
      LanguageModel judge,
      Journal journal,
      Path file,
      Cancellation cancellation) {
    List<ProblemResult> results = folder.results();
    Flow flow = Flow.full(judge);
    var computed = new MeteredModel(flow.model());
    var labels = new AtomicReferenceArray<@Nullable Label>(results.size());
    Spend spend;
    Runnable withdraw = cancellation.onCancel(flow::end);
    try (RunLog log = journal.begin(run(folder.plan(), judge.info()), List.of())) {
      var used = new MeteredModel(new JournaledModel(computed, log));
      var asked = new PatternJudge(used);
      Call call = Call.plain().withCancellation(cancellation);
      try {
        flow.all(
            IntStream.range(0, results.size()).toArray(),
            i -> labels.set(i, label(folder, replay, results.get(i), asked, call)));
      } catch (RuntimeException e) {
        if (!cancellation.isCancelled()) {
          throw e;
        } // else a call that was cancelled may fail
      }
      if (cancellation.isCancelled()) {
        return null;
      }
      log.finish();
      spend = used.paid();
    } finally {
      withdraw.run();
    }
    List<Label> all = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      Label label = labels.get(i);
      if (label != null) {
        all.add(label);
      }
    }
    List<Label> fitted = all.stream().filter(Label::fitted).toList();
    write(fitted, file);
    return summed(fitted, skipped(all.size(), all.size() - fitted.size()), spend, computed.paid());
  }

  private static RunInfo run(EvalPlan plan, ModelInfo judge) {
    return new RunInfo(
        "bench study",
        plan.json().toString(),
        plan.rowsSha256(),
        "%s %s %s".formatted(judge.engine(), judge.build(), judge.determinism()),
        judge.weightsHash(),
        plan.method(),
        judge.name(),
        "patterns of " + plan.dataset());
  }

  /// Null if there is nothing to judge.
  private static @Nullable Label label(
      EvalFolder folder,
      @Nullable Replay replay,
      ProblemResult result,
      PatternJudge judge,
      Call call) {
    Trace trace =
        (replay == null ? folder.trace(result.index()) : replay.trace(result, call.cancellation()))
            .orElse(null);
    Event.Started start = trace == null ? null : trace.start();
    String reasoning = trace == null ? "" : reasoning(trace);
    if (start == null || reasoning.isBlank()) {
      return null;
    }
    try {
      Set<Pattern> patterns = judge.judge(start.problem().question(), reasoning, call);
      return new Label(result.id(), patterns, true);
    } catch (ContextOverflowException e) {
      return new Label(result.id(), null, false);
    }
  }

  /// The texts on the way to the winner.
  static String reasoning(Trace trace) {
    Event.Finished end = trace.end();
    StringBuilder text = new StringBuilder();
    int node = end == null ? -1 : end.node();
    while (node > 0) {
      text.insert(0, trace.nodes().get(node).text() + "\n");
      node = trace.nodes().get(node).parent();
    }
    return text.toString();
  }

  private static String skipped(int texts, int tooLong) {
    if (texts == 0) {
      return "no problem has a trace or an answer to judge";
    }
    return tooLong == 0
        ? ""
        : "%d of %d texts are too long for the judge's context".formatted(tooLong, texts);
  }

  private static PatternLabels summed(List<Label> all, String skipped, Spend spend, Spend paid) {
    List<Set<Pattern>> read = new ArrayList<>();
    for (Label label : all) {
      if (label.patterns != null) {
        read.add(label.patterns);
      }
    }
    Map<Pattern, Interval> shares = new EnumMap<>(Pattern.class);
    if (!read.isEmpty()) {
      for (Pattern pattern : Pattern.values()) {
        double[] shows = read.stream().mapToDouble(it -> it.contains(pattern) ? 1 : 0).toArray();
        shares.put(pattern, Interval.of(shows, SEED));
      }
    }
    return new PatternLabels(shares, read.size(), all.size() - read.size(), spend, paid, skipped);
  }

  private static void write(List<Label> all, Path file) {
    StringBuilder lines = new StringBuilder();
    for (Label label : all) {
      ObjectNode node = MAPPER.createObjectNode().put("id", label.id);
      if (label.patterns == null) {
        node.putNull("patterns");
      } else {
        ArrayNode list = node.putArray("patterns");
        label.patterns.forEach(it -> list.add(it.words()));
      }
      lines.append(node).append('\n');
    }
    try {
      Path parent = file.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Durable.write(file, lines.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new EngineException("%s cannot be written.".formatted(file), e);
    }
  }
}
