package ponder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import ponder.model.AdapterKey;
import ponder.model.Call;
import ponder.model.Completion;
import ponder.model.FinishReason;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Stop;
import ponder.model.Tokens;
import ponder.model.Usage;
import ponder.testkit.ByteTokenizer;
import ponder.testkit.Dice;
import ponder.testkit.ScriptedBackend;

/// A random load on a random engine, driven step by step on the test's own thread, so that a seed
/// repeats it exactly.
final class Trial {
  static final List<AdapterKey> ADAPTERS =
      List.of(new AdapterKey("a", 1), new AdapterKey("b", 1), new AdapterKey("a", 0.5));

  /// Held, because loggers are collected with what was set in them.
  static final Logger QUIET = Logger.getLogger("ponder.engine");

  static {
    QUIET.setLevel(Level.OFF); // faults are injected by the hundred
  }

  private static final ByteTokenizer TOKENIZER = new ByteTokenizer();
  private static final int MOST_STEPS = 20_000;

  /// One call of the load.
  sealed interface Work {
    @Nullable AdapterKey adapter();

    record Generate(Request request, Tokens prompt) implements Work {
      @Override
      public @Nullable AdapterKey adapter() {
        return request.adapter();
      }
    }

    record Score(Tokens prefix, Tokens continuation, @Nullable AdapterKey adapter)
        implements Work {}

    record Next(Tokens context, Tokens candidates, int tail, @Nullable AdapterKey adapter)
        implements Work {}

    record States(Tokens text, int from, @Nullable AdapterKey adapter) implements Work {}
  }

  /// A call's results, comparable; what has none is empty.
  record Result(List<Completion> completions, List<List<Float>> numbers, String failure) {}

  /// A call under way.
  private record Running(
      Work work, Ticket ticket, List<Sequence> sequences, @Nullable Reading reading) {
    Result result() {
      List<Completion> completions = sequences.stream().map(Sequence::completion).toList();
      List<List<Float>> numbers = new ArrayList<>();
      String failure = "";
      if (reading != null) {
        numbers.add(list(reading.logprobs));
        for (float[] state : reading.states) {
          numbers.add(state == null ? List.of() : list(state));
        }
        failure = reading.failure() == null ? "" : reading.failure();
      }
      return new Result(completions, numbers, failure);
    }

    Usage usage() {
      return ticket.usage(reading == null ? 0 : reading.results());
    }
  }

  private static List<Float> list(float[] numbers) {
    List<Float> list = new ArrayList<>();
    for (float number : numbers) {
      list.add(number);
    }
    return list;
  }

  final Dice dice;
  final Backend.Shape shape;
  final EngineSettings settings;
  final List<Work> load = new ArrayList<>();
  private final List<Tokens> texts = new ArrayList<>();
  private final List<Tokens> made = new ArrayList<>();
  ScriptedBackend backend;
  StepLoop loop;
  long clock;

  Trial(long seed) {
    this(seed, forward -> null, Map.of());
  }

  Trial(
      long seed, IntFunction<ScriptedBackend.@Nullable Fault> faults, Map<String, String> changes) {
    dice = new Dice(seed);
    shape = shape();
    settings = settings().with(changes);
    backend = new ScriptedBackend(shape, faults, settings.deterministic());
    if (dice.chance(50)) {
      backend.fickle();
    }
    if (dice.chance(50)) {
      backend.mixing();
    }
    loop = loop(backend, settings);
    for (int i = 0; i < 4; i++) {
      texts.add(Scripted.prompt(dice.next(), shape.contextLength()));
    }
    int calls = dice.between(8, 24);
    for (int i = 0; i < calls; i++) {
      load.add(work());
    }
  }

  private StepLoop loop(ScriptedBackend on, EngineSettings with) {
    StepLoop fresh = new StepLoop(on, with, () -> clock);
    ADAPTERS.forEach(key -> fresh.load(key, Path.of("none")));
    return fresh;
  }

  private Backend.Shape shape() {
    int context = dice.between(40, 120);
    int rows = dice.between(8, 64);
    return new Backend.Shape(
        ByteTokenizer.SIZE,
        context,
        dice.chance(50) ? context + dice.below(context) : 20 * context,
        dice.between(4, 24),
        rows,
        dice.between(2, rows),
        4,
        16,
        dice.chance(90));
  }

  private EngineSettings settings() {
    return EngineSettings.DEFAULT
        .with("checked", true)
        .with("samplingThreads", 1)
        .with("stepTime", 0)
        .with("maxSequences", dice.between(1, 20))
        .with("stepTokens", dice.between(1, 64))
        .with("chunk", dice.between(1, 40))
        .with("minPrefill", dice.between(1, 8))
        .with("watermark", dice.chance(50) ? 0 : 0.1)
        .with("reserveAhead", dice.below(20))
        .with("idleCells", dice.below(100))
        .with("parkBytes", dice.chance(50) ? 0 : dice.between(100, 20_000))
        .with("parkTokens", dice.between(1, 20))
        .with("joinAhead", dice.between(1, 16))
        .with("groupSteps", dice.between(1, 8))
        .with("groupTime", dice.between(1, 10));
  }

  /// A text that often shares a beginning with others.
  private Tokens text(int most) {
    Tokens base =
        dice.chance(30) && !made.isEmpty()
            ? made.get(dice.below(made.size()))
            : texts.get(dice.below(texts.size()));
    int length = dice.between(1, Math.min(most, base.size()));
    if (dice.chance(40)) {
      length = Math.min(Math.min(most, base.size()), 16 + length / 16 * 16);
    }
    Tokens text = base.slice(0, length);
    if (dice.chance(30)) {
      text = text.concat(Scripted.prompt(dice.below(3), Math.min(most - length, dice.below(6))));
    }
    return text;
  }

  private Work work() {
    AdapterKey adapter = dice.chance(70) ? null : ADAPTERS.get(dice.below(ADAPTERS.size()));
    int longest = shape.contextLength();
    switch (dice.below(10)) {
      case 0 -> {
        Tokens prefix = text(longest - 1);
        return new Work.Score(
            prefix,
            Scripted.prompt(dice.below(3), dice.between(1, longest - prefix.size())),
            adapter);
      }
      case 1 -> {
        Tokens context = text(longest);
        return new Work.Next(
            context, Scripted.prompt(5, 3), dice.below(Math.min(4, context.size() + 1)), adapter);
      }
      case 2 -> {
        Tokens text = text(longest);
        return new Work.States(text, dice.below(text.size()), adapter);
      }
      default -> {
        return generate(adapter, longest);
      }
    }
  }

  private Work.Generate generate(@Nullable AdapterKey adapter, int longest) {
    Tokens prompt = text(longest - 1);
    Stop stop =
        new Stop(
            dice.chance(30) ? List.of("e", "th") : List.of(), List.of(), false, dice.chance(50));
    Request request =
        Request.of(Prompt.of(prompt))
            .withMaxTokens(dice.between(1, dice.chance(20) ? longest : 12))
            .withN(dice.chance(60) ? 1 : dice.between(2, 6))
            .withSampling(dice.chance(50) ? Sampling.GREEDY : Sampling.of(0.7))
            .withStop(stop)
            .withSeed(dice.below(3))
            .withTopLogprobs(dice.chance(20) ? 2 : 0)
            .withAdapter(adapter);
    made.add(prompt);
    return new Work.Generate(request, prompt);
  }

  private Running start(StepLoop on, Work work, Call call, long deadline) {
    Ticket ticket = new Ticket(call, work.adapter(), deadline, null);
    List<Sequence> sequences = List.of();
    Reading reading = null;
    switch (work) {
      case Work.Generate g ->
          sequences =
              Sequence.all(g.request(), g.prompt(), ticket, TOKENIZER, shape.contextLength());
      case Work.Score s -> reading = Reading.score(ticket, s.prefix(), s.continuation());
      case Work.Next n -> reading = Reading.next(ticket, n.context(), n.candidates(), n.tail());
      case Work.States s -> reading = Reading.hidden(ticket, s.text(), s.from());
    }
    if (reading != null) {
      ticket.add(reading);
    }
    on.send(() -> on.arrive(ticket));
    return new Running(work, ticket, sequences, reading);
  }

  /// What the call gives on an engine of its own, sample by sample, without reuse.
  Result alone(Work work) {
    if (work instanceof Work.Generate(Request request, Tokens prompt) && request.n() > 1) {
      List<Completion> all = new ArrayList<>();
      for (int sample : request.samples()) {
        all.addAll(
            alone(new Work.Generate(request.withSamples(List.of(sample)), prompt)).completions());
      }
      return new Result(all, List.of(), "");
    }
    StepLoop own =
        loop(
            new ScriptedBackend(shape, forward -> null, settings.deterministic()),
            settings.with("reuse", false).with("checked", false));
    Running running = start(own, work, Call.plain(), Long.MAX_VALUE);
    while (own.work()) {
      clock++;
    }
    return running.result();
  }

  /// How calls end early.
  record Ends(int cancelPercent, int deadlinePercent) {
    static final Ends NEVER = new Ends(0, 0);
  }

  /// Runs the load, submitted at random times, to its end; then checks every result against
  /// [#alone]. With faults, jobs may also fail.
  void run(Ends ends, boolean faulty) {
    List<Running> all = new ArrayList<>();
    int steps = 0;
    boolean busy = true;
    while (busy || all.size() < load.size()) {
      while (all.size() < load.size() && dice.chance(40)) {
        Work work = load.get(all.size());
        Call call = Call.plain().withPriority(dice.below(2)).withOwner("owner" + dice.below(3));
        long deadline =
            dice.chance(ends.deadlinePercent()) ? clock + dice.below(60_000_000) : Long.MAX_VALUE;
        all.add(start(loop, work, call, deadline));
      }
      if (!all.isEmpty() && dice.chance(ends.cancelPercent())) {
        Ticket ticket = all.get(dice.below(all.size())).ticket();
        loop.send(() -> loop.cancel(ticket));
      }
      long before = backend.forwards();
      busy = loop.work();
      clock += 1_000_000;
      assertThat(++steps).as("steps").isLessThan(MOST_STEPS);
      assertThat(!busy || backend.forwards() > before || steps < MOST_STEPS).isTrue();
    }
    loop.rest();
    assertThat(backend.violations()).isEmpty();
    Metrics metrics = loop.metrics();
    assertThat(metrics.cellsUsed()).isEqualTo(backend.usedCells());
    assertThat(metrics.evaluatedTokens()).isEqualTo(backend.rows());
    checkUsage(all, metrics);
    for (Running running : all) {
      check(running, ends, faulty);
    }
  }

  private static void checkUsage(List<Running> all, Metrics metrics) {
    long prompt = 0;
    long generated = 0;
    for (Running running : all) {
      assertThat(running.ticket().isDone()).isTrue();
      Usage usage = running.usage();
      assertThat(usage.cachedPromptTokens()).isBetween(0L, usage.promptTokens());
      prompt += usage.promptTokens() - usage.cachedPromptTokens();
      generated += usage.generatedTokens();
    }
    assertThat(metrics.promptTokens()).isEqualTo(prompt);
    assertThat(metrics.generatedTokens()).isEqualTo(generated);
  }

  private void check(Running running, Ends ends, boolean faulty) {
    Result result = running.result();
    Result expected = alone(running.work());
    boolean mayEnd = faulty || ends.cancelPercent() + ends.deadlinePercent() > 0;
    for (int i = 0; i < result.completions().size(); i++) {
      Completion found = result.completions().get(i);
      Completion wanted = expected.completions().get(i);
      if (mayEnd && !found.finish().finished()) {
        assertThat(faulty || found.finish() != FinishReason.ERROR).isTrue();
        assertThat(wanted.tokens().startsWith(found.tokens())).isTrue();
      } else {
        assertEqual(found, wanted);
      }
    }
    if (!(mayEnd && !result.failure().isEmpty())) {
      assertThat(result.failure()).isEqualTo(expected.failure());
      assertThat(result.numbers()).isEqualTo(expected.numbers());
    }
  }

  private static void assertEqual(Completion found, Completion wanted) {
    assertThat(found.tokens()).isEqualTo(wanted.tokens());
    assertThat(found.text()).isEqualTo(wanted.text());
    assertThat(found.finish()).as(found.detail()).isEqualTo(wanted.finish());
    assertThat(found.detail()).isEqualTo(wanted.detail());
    assertThat(found.logprobs()).containsExactly(wanted.logprobs());
    assertThat(found.sampledLogprobs()).containsExactly(wanted.sampledLogprobs());
    assertThat(found.topLogprobs()).isEqualTo(wanted.topLogprobs());
  }
}
