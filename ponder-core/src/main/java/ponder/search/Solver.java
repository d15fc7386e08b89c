package ponder.search;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import ponder.core.Budget;
import ponder.core.Event;
import ponder.core.Limits;
import ponder.core.Seed;
import ponder.core.TraceSink;
import ponder.grade.Answers;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.EngineException;
import ponder.model.FinishReason;
import ponder.model.LanguageModel;
import ponder.model.Listener;
import ponder.model.Purse;
import ponder.model.Request;
import ponder.model.Tokenizing;
import ponder.verify.Verifier;

/// What a [Strategy] works with on one problem: the model behind the budget, the seed, and the
/// trace.
///
/// Every sample is reserved before it runs, settled after, and told to the sink. Thread-safe,
/// except that nodes get their numbers in the order of the calls: a method that samples from
/// several threads opens its nodes beforehand on one.
public final class Solver {
  private final LanguageModel model;
  private final @Nullable Verifier verifier;
  private final Purse purse;
  private final Seed seed;
  private final TraceSink sink;
  private final AtomicInteger nodes;

  /// @param verifier what judges candidates; null if nothing does but the method itself
  /// @param seed the problem's own
  public Solver(
      LanguageModel model, @Nullable Verifier verifier, Purse purse, Seed seed, TraceSink sink) {
    this(model, verifier, purse, seed, sink, new AtomicInteger());
    open(-1, "problem");
  }

  private Solver(
      LanguageModel model,
      @Nullable Verifier verifier,
      Purse purse,
      Seed seed,
      TraceSink sink,
      AtomicInteger nodes) {
    this.model = model;
    this.verifier = verifier;
    this.purse = purse;
    this.seed = seed;
    this.sink = sink;
    this.nodes = nodes;
  }

  /// A solver for a part of the work: same model, verifier and trace, a share of the budget, and
  /// randomness of its own.
  ///
  /// @param part names the part; split from this solver's seed
  public Solver part(String part, int index, Limits share) {
    return new Solver(
        model,
        verifier,
        new Purse(purse.budget().child(share), purse.cancellation()),
        seed.split(part, index),
        sink,
        nodes);
  }

  public LanguageModel model() {
    return model;
  }

  /// What judges candidates; null if nothing does but the method itself.
  public @Nullable Verifier verifier() {
    return verifier;
  }

  /// What the method's calls are paid from.
  public Purse purse() {
    return purse;
  }

  public Budget budget() {
    return purse.budget();
  }

  /// The problem's own seed.
  public Seed seed() {
    return seed;
  }

  public TraceSink sink() {
    return sink;
  }

  /// Whether the user wants the method to end with what it has.
  public boolean cancelled() {
    return purse.cancelled();
  }

  /// Opens a node of the trace and returns its number.
  public int open(int parent, String proposer) {
    int node = nodes.getAndIncrement();
    sink.accept(new Event.Opened(node, parent, proposer));
    return node;
  }

  /// One sample in the trace.
  ///
  /// @param answer the answer read from its text; null if it holds none. A text that was cut off
  ///   has one only where it marks it; one that failed has none
  public record Sample(int node, Completion completion, @Nullable String answer) {}

  /// What one request brought.
  ///
  /// @param samples in index order
  /// @param cut whether the budget, a deadline or the user made it less than was asked for
  public record Wave(List<Sample> samples, boolean cut) {
    public Wave {
      samples = List.copyOf(samples);
    }
  }

  /// Completes `request` as far as the budget reaches, as children of node `parent`.
  ///
  /// Samples are given up from the last; a single one is shortened. One call.
  ///
  /// @throws EngineException if every sample fails
  public Wave sample(int parent, Request request) {
    long promptTokens =
        Double.isFinite(budget().left().flops())
            ? model
                .ability(Tokenizing.class)
                .map(tokenizing -> tokenizing.tokens(request.prompt()).size())
                .orElse(0)
            : 0;
    Optional<Budget.Reservation> reserved =
        purse.reserve(model, request.n(), request.maxTokens(), promptTokens);
    if (reserved.isEmpty()) {
      return new Wave(List.of(), true);
    }
    try (Budget.Reservation reservation = reserved.get()) {
      Request granted =
          request
              .withSamples(request.samples().subList(0, reservation.samples()))
              .withMaxTokens(reservation.maxTokens());
      return complete(parent, granted, request, reservation);
    }
  }

  private Wave complete(
      int parent, Request granted, Request asked, Budget.Reservation reservation) {
    Map<Integer, Integer> nodeOf = new HashMap<>();
    for (int sample : granted.samples()) {
      nodeOf.put(sample, open(parent, "sample " + sample));
    }
    Listener listener =
        (sample, delta) -> sink.accept(new Event.Text(nodeOf.getOrDefault(sample, 0), delta));
    Completions completions = model.complete(granted, purse.call().withListener(listener));
    purse.settle(reservation, model, completions.usage(), granted.n());
    boolean cut = granted.n() < asked.n();
    List<Sample> samples = new ArrayList<>();
    for (Completion completion : completions.completions()) {
      cut |= cutOff(completion, granted.maxTokens() < asked.maxTokens());
      samples.add(close(nodeOf.getOrDefault(completion.sample(), 0), completion));
    }
    sink.accept(new Event.Progress(budget().spent(), budget().left()));
    if (samples.stream().allMatch(s -> s.completion().finish() == FinishReason.ERROR)) {
      throw new EngineException("Every sample failed: " + completions.first().detail());
    }
    return new Wave(samples, cut);
  }

  private static boolean cutOff(Completion completion, boolean shortened) {
    return switch (completion.finish()) {
      case CANCELLED, DEADLINE -> true;
      case LENGTH -> shortened;
      case STOP, EOS, CONTEXT, ERROR -> false;
    };
  }

  private Sample close(int node, Completion completion) {
    String answer = answer(completion).orElse(null);
    sink.accept(
        new Event.Closed(
            node,
            completion.text(),
            completion.tokens().size(),
            completion.sumLogprob(),
            completion.finish().json(),
            answer));
    if (completion.finish() == FinishReason.ERROR) {
      sink.accept(
          new Event.Warned(
              "Sample %d failed: %s".formatted(completion.sample(), completion.detail())));
    }
    return new Sample(node, completion, answer);
  }

  private static Optional<String> answer(Completion completion) {
    return switch (completion.finish()) {
      case STOP, EOS -> Answers.extract(completion.text());
      case LENGTH, CONTEXT, CANCELLED, DEADLINE -> Answers.marked(completion.text());
      case ERROR -> Optional.empty();
    };
  }
}
