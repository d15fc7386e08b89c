package ponder.search;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import ponder.core.Budget;
import ponder.core.Event;
import ponder.core.Limits;
import ponder.core.Seed;
import ponder.core.Spend;
import ponder.core.TraceSink;
import ponder.grade.Rubric;
import ponder.model.Completion;
import ponder.model.EngineException;
import ponder.model.LanguageModel;
import ponder.model.Listener;
import ponder.model.Purse;
import ponder.model.Request;
import ponder.verify.Aggregation;
import ponder.verify.Candidate;
import ponder.verify.Scores;
import ponder.verify.Steps;
import ponder.verify.Verifier;
import ponder.verify.Verifiers;

/// What a [Strategy] works with on one problem: the model behind the budget, the seed, and the
/// trace.
///
/// Every sample is reserved before it runs, settled after, and told to the sink. Thread-safe,
/// except that nodes get their numbers in the order of the calls: a method that samples from
/// several threads opens its nodes beforehand on one.
public final class Solver {
  private final LanguageModel model;
  private final @Nullable Verifier verifier;
  private final @Nullable Verifier auditor;
  private final Purse purse;
  private final Seed seed;
  private final TraceSink sink;
  private final Shared shared;
  private final int root;
  private final String label;
  private final @Nullable Taken taken;

  /// What all parts of one solve have, and count, together.
  private static final class Shared {
    private final Budget budget;
    private final LanguageModel judge;
    private final boolean certain;
    private final boolean checked;
    private volatile Opener opener;
    private volatile Opener auditors;
    private volatile Rubric rubric = Rubric.MATH;
    private final AtomicInteger nodes = new AtomicInteger();
    private final AtomicLong expected = new AtomicLong();
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final Faults faults = new Faults();

    private Shared(
        Budget budget, LanguageModel judge, boolean certain, boolean checked, Opener opener) {
      this.budget = budget;
      this.judge = judge;
      this.certain = certain;
      this.checked = checked;
      this.opener = opener;
      this.auditors = opener;
    }
  }

  /// Opens verifiers for methods that choose their own.
  @FunctionalInterface
  public interface Opener {
    /// The verifier that `text` names, whose calls are metered like all others.
    ///
    /// @throws IllegalArgumentException if it cannot be had here
    Verifier open(String text, Aggregation aggregation);
  }

  /// Samples that were taken already.
  ///
  /// @param draws how
  /// @param attempts from the first on, in index order
  /// @param certain whether they carry their certainty
  private record Taken(Draws draws, List<Attempt> attempts, boolean certain) {}

  /// @param verifier what judges candidates; null if nothing does but the method itself
  /// @param seed the problem's own
  public Solver(
      LanguageModel model, @Nullable Verifier verifier, Purse purse, Seed seed, TraceSink sink) {
    this(model, verifier, purse, seed, sink, false, null);
  }

  /// @param certain whether candidates carry their certainty also for a verifier that does not want
  ///   it
  /// @param auditor an equal of the verifier, at nobody's cost, for methods that count again as
  ///   they go what they keep account of; null if they are not to
  public Solver(
      LanguageModel model,
      @Nullable Verifier verifier,
      Purse purse,
      Seed seed,
      TraceSink sink,
      boolean certain,
      @Nullable Verifier auditor) {
    this(model, model, verifier, purse, seed, sink, certain, auditor, auditor != null);
  }

  /// @param judge the model for methods that ask another for its opinion; may be `model`
  /// @param checked whether methods are to count again what they keep account of
  public Solver(
      LanguageModel model,
      LanguageModel judge,
      @Nullable Verifier verifier,
      Purse purse,
      Seed seed,
      TraceSink sink,
      boolean certain,
      @Nullable Verifier auditor,
      boolean checked) {
    this(
        model,
        verifier,
        auditor,
        purse,
        seed,
        sink,
        new Shared(
            purse.budget(),
            judge,
            certain,
            checked,
            (text, steps) ->
                Verifiers.open(
                    text, steps, Verifiers.asksModel(text) ? judge : model, Map.of(), seed)),
        0,
        "",
        null);
    open(-1, "problem");
  }

  /// Has methods that choose their own verifiers open them by `opener`; to be called before the
  /// solve begins.
  public Solver opening(Opener opener) {
    shared.opener = opener;
    return this;
  }

  /// Has auditors of such verifiers be opened by `opener`, at nobody's cost; to be called before
  /// the solve begins.
  public Solver auditing(Opener opener) {
    shared.auditors = opener;
    return this;
  }

  /// Has answers be read and voted on as `rubric` says; to be called before the solve begins.
  public Solver answering(Rubric rubric) {
    shared.rubric = rubric;
    return this;
  }

  private Solver(
      LanguageModel model,
      @Nullable Verifier verifier,
      @Nullable Verifier auditor,
      Purse purse,
      Seed seed,
      TraceSink sink,
      Shared shared,
      int root,
      String label,
      @Nullable Taken taken) {
    this.model = model;
    this.verifier = verifier;
    this.auditor = auditor;
    this.purse = purse;
    this.seed = seed;
    this.sink = sink;
    this.shared = shared;
    this.root = root;
    this.label = label;
    this.taken = taken;
  }

  /// A solver for a part of the work: same model, verifier and trace, a share of the budget, and
  /// randomness of its own.
  ///
  /// @param part names the part, also in the trace; split from this solver's seed
  public Solver part(String part, int index, Limits share) {
    return new Solver(
        model,
        verifier,
        auditor,
        new Purse(purse.budget().child(share), purse.cancellation()),
        seed.split(part, index),
        sink,
        shared,
        root,
        label + part + ": ",
        null);
  }

  /// The same solver with at most this much of its budget.
  Solver within(Limits limits) {
    Purse less = new Purse(purse.budget().child(limits), purse.cancellation());
    return new Solver(model, verifier, auditor, less, seed, sink, shared, root, label, taken);
  }

  /// The same solver, whose samples continue `node`.
  Solver below(int node) {
    return new Solver(model, verifier, auditor, purse, seed, sink, shared, node, label, null);
  }

  /// The same solver, judged by `other`.
  ///
  /// @param again an equal of it that audits; null if nothing does
  Solver judgedBy(@Nullable Verifier other, @Nullable Verifier again) {
    return new Solver(model, other, again, purse, seed, sink, shared, root, label, taken);
  }

  /// The same solver, which has taken samples already.
  ///
  /// @param draws how they were drawn, with this solver's seed
  /// @param attempts from the first on, in index order
  /// @param certain whether they carry their certainty
  Solver having(Draws draws, List<Attempt> attempts, boolean certain) {
    Taken have = new Taken(draws, List.copyOf(attempts), certain);
    return new Solver(model, verifier, auditor, purse, seed, sink, shared, root, label, have);
  }

  /// The first of the samples that `draws` would take, as far as they were taken already.
  ///
  /// @param certainty whether they must carry their certainty
  List<Attempt> taken(Draws draws, boolean certainty) {
    if (taken == null || !taken.draws.same(draws)) {
      return List.of();
    }
    boolean lacking = (certainty || wantsCertainty()) && !taken.certain;
    return lacking
        ? List.of()
        : taken.attempts.subList(0, Math.min(draws.n(), taken.attempts.size()));
  }

  /// Opens a verifier that the method has chosen.
  ///
  /// @throws IllegalArgumentException if it cannot be had here
  Verifier open(String text, Aggregation aggregation) {
    return shared.opener.open(text, aggregation);
  }

  /// Opens an equal of such a verifier that audits; null if nothing is to be counted again.
  @Nullable Verifier openAuditor(String text, Aggregation aggregation) {
    return checked() ? shared.auditors.open(text, aggregation) : null;
  }

  /// The node that this part of the work begins at.
  int root() {
    return root;
  }

  public LanguageModel model() {
    return model;
  }

  /// The model that a method asks for another's opinion; the one that answers if there is no other.
  LanguageModel judge() {
    return shared.judge;
  }

  /// How answers are read and voted on.
  Rubric rubric() {
    return shared.rubric;
  }

  /// What judges candidates; null if nothing does but the method itself.
  public @Nullable Verifier verifier() {
    return verifier;
  }

  /// What judges candidates of a method that cannot do without.
  ///
  /// @param method for the message
  /// @throws IllegalArgumentException if there is none
  Verifier requireVerifier(String method) {
    if (verifier == null) {
      throw new IllegalArgumentException(
          "method (%s) needs a verifier. Maybe --verifier logprob was meant.".formatted(method));
    }
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

  /// What judges again what the verifier has judged, at nobody's cost; null if nothing does.
  @Nullable Verifier auditor() {
    return auditor;
  }

  /// Whether the method is to count again what it keeps account of, and to fail if it differs.
  boolean checked() {
    return shared.checked;
  }

  /// Counts what the verifier said, for [#conclude].
  void count(List<Scores> scores) {
    shared.faults.add(scores);
  }

  /// Tells, once at the end of a solve, what only shows in the whole.
  public void conclude() {
    String by = verifier == null ? "of the method's choice" : verifier.name();
    String warning = shared.faults.warning(by);
    if (!warning.isEmpty()) {
      sink.accept(new Event.Warned(warning));
    }
  }

  /// Tells how many samples the method means to take, beyond what was told before, so that progress
  /// can be shown as a part of the whole.
  public void expect(long samples) {
    shared.expected.addAndGet(samples);
  }

  /// Opens a node of the trace and returns its number.
  public int open(int parent, String proposer) {
    int node = shared.nodes.getAndIncrement();
    sink.accept(new Event.Opened(node, parent, label + proposer));
    return node;
  }

  /// One sample in the trace.
  ///
  /// @param answer the answer read from its text; null if it holds none. A text that was cut off
  ///   has one only where it marks it; one that failed has none
  public record Sample(int node, Completion completion, @Nullable String answer) {
    /// As a solution of its own.
    public Attempt attempt() {
      return new Attempt(
          node,
          new Candidate(
              completion.text(),
              Steps.split(completion.text()),
              answer,
              completion.tokens().size(),
              completion.sumLogprob(),
              mean(completion.certainty())));
    }

    private static double mean(float[] values) {
      double sum = 0;
      for (float value : values) {
        sum += value;
      }
      return sum / values.length;
    }
  }

  /// What one request brought.
  ///
  /// @param samples in index order
  /// @param cut whether the budget, a deadline or the user made it less than was asked for
  /// @param ended whether asking for what is missing would bring nothing: no sample could be paid,
  ///   or one was cut off
  public record Wave(List<Sample> samples, boolean cut, boolean ended) {
    public Wave {
      samples = List.copyOf(samples);
    }
  }

  /// Completes `request` as far as the budget reaches, as children of the node that this part of
  /// the work begins at.
  ///
  /// Samples are given up from the last; a single one is shortened. One call.
  ///
  /// @throws EngineException if every sample fails
  public Wave sample(Request request) {
    return sample(root, request);
  }

  /// The same as children of node `parent`.
  public Wave sample(int parent, Request request) {
    return sample(parent, request, "sample", UnaryOperator.identity());
  }

  /// Completes `request`, whose text is nothing but an answer.
  ///
  /// @param read what to read the answer from, given the text
  Wave extract(int parent, Request request, UnaryOperator<String> read) {
    return sample(parent, request, "answer of sample", read);
  }

  private Wave sample(int parent, Request request, String proposer, UnaryOperator<String> read) {
    return sampleAll(List.of(new Calls.Order(parent, request, proposer, read, true))).getFirst();
  }

  /// Completes `request`, whose text is no candidate but helps to come to one: a limit of samples
  /// does not count it.
  Wave remark(int parent, Request request, String proposer) {
    return sampleAll(List.of(Calls.Order.remark(parent, request, proposer))).getFirst();
  }

  /// Carries out several requests side by side, each with a prompt of its own; see [Calls#all].
  List<Wave> sampleAll(List<Calls.Order> orders) {
    return new Calls(this, model).all(orders);
  }

  /// Whoever takes a sample, the verifier may come to judge it.
  boolean wantsCertainty() {
    return verifier != null && (shared.certain || verifier.wantsCertainty());
  }

  /// Counts samples that are about to be taken.
  void asks(long samples) {
    shared.asked.addAndGet(samples);
  }

  /// Passes text on as it comes, and counts what has come to its end.
  ///
  /// @param nodes by sample
  /// @param unsettled generated tokens of samples that have ended in calls that have not
  Listener ear(Map<Integer, Integer> nodes, AtomicLong unsettled) {
    return new Listener() {
      @Override
      public void onText(int sample, String delta) {
        sink.accept(new Event.Text(nodes.getOrDefault(sample, 0), delta));
      }

      @Override
      public void onFinish(Completion completion) {
        long tokens = unsettled.addAndGet(completion.tokens().size());
        shared.done.incrementAndGet();
        progress(tokens);
      }
    };
  }

  /// @param unsettled generated tokens of samples that have ended in a call that has not
  void progress(long unsettled) {
    Spend spend = shared.budget.spent().plus(new Spend(0, 0, unsettled, 0, 0, 0, 0));
    long wanted = Math.max(shared.expected.get(), shared.asked.get());
    sink.accept(new Event.Progress(spend, shared.budget.left(), shared.done.get(), wanted));
  }
}
