package ponder.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.model.AdapterKey;

/// One path of tokens that the engine works on: a sample being generated, or a text being read.
///
/// ```
/// QUEUED -> [WAITING] -> PREFILL -> DECODE -> ENDED
///    ^----- preempted ------'---------'
/// ```
///
/// All fields belong to the engine's thread; once the job has ended, to the caller.
abstract sealed class Job permits Sequence, Reading {
  enum State {
    /// In the group's queue.
    QUEUED,
    /// Until another job, its promiser, has computed a prefix of this one.
    WAITING,
    /// Its given (or, after preemption, known) tokens are being computed.
    PREFILL,
    /// One token a step.
    DECODE,
    ENDED
  }

  /// Who goes first where order matters: higher priority, then earlier arrival.
  static final Comparator<Job> FIRST =
      Comparator.<Job>comparingInt(job -> -job.ticket.priority())
          .thenComparingLong(job -> job.order);

  final Ticket ticket;

  /// Place among all jobs ever submitted; fixed by the engine when the job arrives.
  long order;

  State state = State.QUEUED;

  /// Given tokens, and behind them what was generated: int[size], the array may be longer.
  int[] tokens;

  int size;

  /// Leading tokens whose keys and values are in the cache for this job.
  int computed;

  /// Rows in the plan of the running step.
  int scheduled;

  /// The first of those rows.
  int firstRow;

  /// Leading tokens that were once computed or found: computing them again is recomputation.
  int high;

  PrefixTree.@Nullable Node node;
  int slot = -1;

  /// Jobs that wait for this one to compute what they have in common.
  List<Job> followers = List.of();

  @Nullable Job promiser;

  /// The length the promiser must reach.
  int target;

  /// The row of the running step whose logits this waiting job may use, or -1.
  int joinRow = -1;

  /// Tokens already charged to the owner's share.
  int charged;

  /// The step in which another job was first preferred to this one, or -1.
  long passedOverAt = -1;

  int failures;
  int restarts;
  @Nullable Group group;

  Job(Ticket ticket, int[] tokens, int size) {
    this.ticket = ticket;
    this.tokens = tokens;
    this.size = size;
  }

  @Nullable AdapterKey adapter() {
    return ticket.adapter();
  }

  boolean running() {
    return state == State.PREFILL || state == State.DECODE;
  }

  /// Most leading tokens that may come from the cache: what lies behind must be computed, because
  /// its outputs are wanted.
  abstract int matchLimit();

  /// Tokens that must be computed before the job can go on or end.
  abstract int goal();

  /// Most leading tokens that others may find.
  abstract int publishLimit();

  /// Whether the output at `position` is wanted.
  abstract boolean outputAt(int position);

  /// Tokens still to be generated, at most.
  abstract int ahead();

  /// Tokens of the request's prompt; the rest is generated or scored.
  abstract int promptLength();

  /// Whether the next rows must be computed in a step of hidden states.
  boolean wantsHidden() {
    return false;
  }

  /// What the next output's tokens will be weighed at: 0 for the most probable one, NaN where the
  /// whole row will be read.
  float temperature() {
    return Float.NaN;
  }

  /// The token whose logit the output of `position` is asked for, -1 for none.
  int wantedAt(int position) {
    return -1;
  }

  /// Whether the job, waiting, can use the logits of its promiser's row.
  boolean canJoin() {
    return false;
  }

  void follow(Job leader, int length) {
    state = State.WAITING;
    promiser = leader;
    target = length;
    joinRow = -1;
    if (leader.followers.isEmpty()) {
      leader.followers = new ArrayList<>();
    }
    leader.followers.add(this);
  }

  void unfollow() {
    promiser = null;
    joinRow = -1;
  }

  /// Leading tokens this job has in common with `other`, at most `limit`.
  int common(Job other, int limit) {
    int n = Math.min(limit, Math.min(size, other.size));
    int mismatch = Arrays.mismatch(tokens, 0, n, other.tokens, 0, n);
    return mismatch < 0 ? n : mismatch;
  }
}
