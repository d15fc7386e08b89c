package ponder.engine;

import org.jspecify.annotations.Nullable;
import ponder.model.Tokens;

/// A text that is read and not continued: scored, or turned into hidden states.
///
/// Position i's output is the distribution of token i + 1, so a scored token needs the output one
/// place before it, and that place must be computed even where the cache knows it: the cache keeps
/// keys and values, not logits.
final class Reading extends Job {
  private enum Kind {
    /// Log-probabilities of the tokens from `from` on.
    SCORE,
    /// Log-probabilities of candidates after the last token.
    NEXT,
    /// Hidden states from `from` on.
    HIDDEN
  }

  private final Kind kind;
  private final int from;
  private final int publishLimit;
  private final int[] candidates;

  /// Outputs read so far.
  private int done;

  private @Nullable String failure;

  /// float[results], filled as rows are read.
  final float[] logprobs;

  /// float[positions][width], filled as rows are read.
  final float[][] states;

  private Reading(
      Ticket ticket, Tokens text, Kind kind, int from, int publishLimit, int[] candidates) {
    super(ticket, text.toArray(), text.size());
    this.kind = kind;
    this.from = from;
    this.publishLimit = publishLimit;
    this.candidates = candidates;
    this.logprobs =
        new float
            [switch (kind) {
              case SCORE -> size - from;
              case NEXT -> candidates.length;
              case HIDDEN -> 0;
            }];
    this.states = new float[kind == Kind.HIDDEN ? size - from : 0][];
  }

  static Reading score(Ticket ticket, Tokens prefix, Tokens continuation) {
    Tokens text = prefix.concat(continuation);
    return new Reading(ticket, text, Kind.SCORE, prefix.size(), text.size() - 1, new int[0]);
  }

  static Reading next(Ticket ticket, Tokens context, Tokens candidates, int privateTail) {
    int limit = context.size() - privateTail;
    return new Reading(ticket, context, Kind.NEXT, context.size(), limit, candidates.toArray());
  }

  static Reading hidden(Ticket ticket, Tokens text, int from) {
    return new Reading(ticket, text, Kind.HIDDEN, from, text.size(), new int[0]);
  }

  /// The first position whose output is wanted.
  private int firstOutput() {
    return kind == Kind.HIDDEN ? from : from - 1;
  }

  @Override
  int promptLength() {
    return from;
  }

  @Override
  int matchLimit() {
    return firstOutput() + done;
  }

  /// The last scored token is never computed: nothing is asked about what follows it. In a job for
  /// hidden states, ordinary rows end where the states begin.
  @Override
  int goal() {
    return kind == Kind.SCORE ? size - 1 : size;
  }

  @Override
  int publishLimit() {
    return publishLimit;
  }

  @Override
  boolean outputAt(int position) {
    return position >= firstOutput() && kind != Kind.HIDDEN;
  }

  @Override
  boolean wantsHidden() {
    return kind == Kind.HIDDEN && computed >= from;
  }

  /// How many rows from `computed` on are of one kind: before the hidden states, or within them.
  int stretch() {
    return kind == Kind.HIDDEN && computed < from ? from - computed : goal() - computed;
  }

  /// How many of the last positions in `[first, end)` have an output.
  int wanted(int first, int end) {
    return Math.max(0, end - Math.max(first, firstOutput()));
  }

  /// A scored token's row is asked for no other; candidates' rows are read whole.
  @Override
  float temperature() {
    return kind == Kind.SCORE ? 0 : Float.NaN;
  }

  @Override
  int wantedAt(int position) {
    return kind == Kind.SCORE ? tokens[position + 1] : -1;
  }

  @Override
  int ahead() {
    return 0;
  }

  boolean hidden() {
    return kind == Kind.HIDDEN;
  }

  /// Reads the logits of `position`; false if they hold NaN or +infinity. On a sampling thread.
  boolean take(int position, float[] logits, Sampler sampler) {
    if (kind == Kind.NEXT) {
      float[] found = sampler.logprobs(logits, candidates);
      System.arraycopy(found, 0, logprobs, 0, found.length);
      return found.length == 0 || !Float.isNaN(found[0]);
    }
    float logprob = sampler.logprob(logits, tokens[position + 1]);
    logprobs[position + 1 - from] = logprob;
    return !Float.isNaN(logprob);
  }

  /// Reads the output of `position` from what a backend condensed of it; false if that holds NaN or
  /// +infinity. On a sampling thread.
  boolean take(int position, Shortlist list) {
    float logprob = (float) (list.wanted - list.logTotal);
    logprobs[position + 1 - from] = logprob;
    return Double.isFinite(list.logTotal) && !Float.isNaN(logprob);
  }

  /// Counts outputs that were read.
  void read(int outputs) {
    done += outputs;
  }

  /// Forgets the output of `position` and all behind it.
  void rewind(int position) {
    done = Math.min(done, position - firstOutput());
  }

  void fail(String words) {
    failure = words;
  }

  /// Why the reading has no result; null if it has.
  @Nullable String failure() {
    return failure;
  }

  /// Given tokens whose result was returned.
  int results() {
    return kind == Kind.HIDDEN ? states.length : logprobs.length;
  }
}
