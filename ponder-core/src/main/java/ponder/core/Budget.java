package ponder.core;

import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What a solve may still cost, and what it has cost.
///
/// Work **reserves** before it runs and **settles** after. A reservation shrinks what was asked for
/// until it fits: first the number of samples, then the tokens of the last one. So generated tokens
/// never exceed their limit, whatever runs at once; seconds are exceeded by at most what was in
/// flight, and FLOPs by at most the prompt tokens that a caller could not foresee.
///
/// [#reserve] never waits. A method that runs several calls at once reserves for all of them, in
/// index order and on its own thread, before it starts any: then what each gets depends on earlier
/// results alone and not on which call is faster. A blocking reservation was rejected: it makes
/// results depend on arrival, and a parent that holds one while it waits for a child can block
/// itself.
///
/// A **child** has limits of its own and charges its ancestors too; a method that runs others gives
/// them children made from [Limits#share] and holds no reservation meanwhile.
///
/// Time comes from a clock that is given, so that tests control it and replayed calls can move it
/// by what they once took. Thread-safe; every operation is O(depth).
public final class Budget {
  private final Limits limits;
  private final LongSupplier nanoClock;
  private final long start;
  private final @Nullable Budget parent;

  /// One lock for a whole family: a reservation reads and changes all ancestors.
  private final ReentrantLock lock;

  private Spend spent = Spend.NONE;
  private long samplesSpent;
  private long tokensOfSteps;
  private long tokensReserved;
  private long callsReserved;
  private long samplesReserved;
  private double flopsReserved;

  private Budget(
      Limits limits, LongSupplier nanoClock, @Nullable Budget parent, ReentrantLock lock) {
    this.limits = limits;
    this.nanoClock = nanoClock;
    this.start = nanoClock.getAsLong();
    this.parent = parent;
    this.lock = lock;
  }

  /// A budget whose time begins now.
  public static Budget of(Limits limits) {
    return of(limits, System::nanoTime);
  }

  /// A budget whose time begins now on this clock.
  ///
  /// @param nanoClock nanoseconds since any fixed moment, never falling; thread-safe
  public static Budget of(Limits limits, LongSupplier nanoClock) {
    return new Budget(limits, nanoClock, null, new ReentrantLock());
  }

  /// A budget that charges this one as well and grants only what both allow.
  public Budget child(Limits childLimits) {
    return new Budget(childLimits, nanoClock, this, lock);
  }

  /// The limits it was made with.
  public Limits limits() {
    return limits;
  }

  /// What is being asked for.
  ///
  /// @param samples completions; 0 for work that only scores or judges
  /// @param maxTokens most tokens of each completion; at least 1 if there are samples. Without
  ///   samples the tokens of a call that generates but gives no candidate, such as a verdict: they
  ///   count as tokens and not as a sample
  /// @param before tokens that stand before all others and are computed already, as far as known
  /// @param promptTokens tokens that will be computed before or besides, as far as known
  /// @param compute what a token takes
  /// @param steps whether the completions are steps of solutions. A limit of samples counts
  ///   solutions: it does not shrink such work, and what is finished is told when it is settled
  public record Work(
      int samples, int maxTokens, long before, long promptTokens, Compute compute, boolean steps) {
    /// Work whose completions are whole, with nothing computed before.
    public Work(int samples, int maxTokens, long promptTokens, Compute compute) {
      this(samples, maxTokens, 0, promptTokens, compute, false);
    }

    public Work {
      if (samples < 0 || maxTokens < (samples == 0 ? 0 : 1) || before < 0 || promptTokens < 0) {
        throw new IllegalArgumentException(
            "work of %d samples, %d tokens each and %d prompt tokens cannot be reserved."
                .formatted(samples, maxTokens, promptTokens));
      }
    }

    /// FLOPs of what is computed besides the completions.
    private double promptFlops() {
      return compute.flops(before, promptTokens);
    }

    /// FLOPs of one completion.
    private double flops(int tokens) {
      return compute.flops(before + promptTokens, tokens);
    }
  }

  /// Takes one call for `work`, shrunk to what is left, out of the budget.
  ///
  /// @return empty if not one token, sample, call or second is left that is not reserved already,
  ///   or not the FLOPs of what is computed besides
  public Optional<Reservation> reserve(Work work) {
    lock.lock();
    try {
      Limits left = left();
      if (left.calls() < 1 || left.seconds() <= 0 || left.flops() <= 0) {
        return Optional.empty();
      }
      if (work.samples > 0 || work.maxTokens > 0) {
        return reserveTokens(work, left);
      }
      return work.promptFlops() > left.flops()
          ? Optional.empty()
          : Optional.of(new Reservation(work, 0, 0));
    } finally {
      lock.unlock();
    }
  }

  private Optional<Reservation> reserveTokens(Work work, Limits left) {
    double flops = left.flops() - work.promptFlops();
    long tokens =
        Math.min(left.tokens(), work.compute.tokens(work.before + work.promptTokens, flops));
    long samples = work.steps ? work.samples : Math.min(work.samples, left.samples());
    if (samples < Math.min(work.samples, 1) || tokens < 1) {
      return Optional.empty();
    }
    int maxTokens = (int) Math.min(work.maxTokens, tokens);
    double affordable =
        work.compute.known() ? Math.floor(flops / work.flops(maxTokens)) : Double.MAX_VALUE;
    long granted = Math.min(samples, left.tokens() / maxTokens);
    return Optional.of(new Reservation(work, (int) Math.min(granted, affordable), maxTokens));
  }

  /// What is neither spent nor reserved, here and in every ancestor; never below 0.
  public Limits left() {
    lock.lock();
    try {
      Limits own =
          new Limits(
              rest(limits.tokens(), spent.generatedTokens() + tokensReserved),
              rest(limits.calls(), spent.calls() + callsReserved),
              rest(limits.samples(), samplesSpent + samplesReserved),
              Math.max(0, limits.seconds() - elapsedSeconds()),
              Math.max(0, limits.flops() - spent.flops() - flopsReserved));
      return parent == null ? own : own.min(parent.left());
    } finally {
      lock.unlock();
    }
  }

  private static long rest(long limit, long used) {
    return limit == Limits.UNLIMITED ? limit : Math.max(0, limit - used);
  }

  /// Whether no further sample can be reserved.
  public boolean exhausted() {
    Limits left = left();
    return left.tokens() < 1
        || left.calls() < 1
        || left.samples() < 1
        || left.seconds() <= 0
        || left.flops() <= 0;
  }

  /// What was settled so far, children included; `seconds` is the time since the budget was made.
  public Spend spent() {
    lock.lock();
    try {
      return spent.withSeconds(elapsedSeconds());
    } finally {
      lock.unlock();
    }
  }

  /// Those of the generated tokens that were settled so far which are parts of solutions: steps,
  /// and what else only serves to come to one.
  public long tokensOfSteps() {
    lock.lock();
    try {
      return tokensOfSteps;
    } finally {
      lock.unlock();
    }
  }

  /// Counts generated tokens among those of steps that were settled as a candidate's: of a sample
  /// that is no candidate in the end.
  public void countAsSteps(long tokens) {
    lock.lock();
    try {
      for (Budget budget = this; budget != null; budget = budget.parent) {
        budget.tokensOfSteps += tokens;
      }
    } finally {
      lock.unlock();
    }
  }

  private double elapsedSeconds() {
    return (nanoClock.getAsLong() - start) / 1e9;
  }

  /// One call's part of the budget, held until it is settled.
  ///
  /// Closing it unsettled gives everything back. Thread-safe.
  public final class Reservation implements AutoCloseable {
    private final int asked;
    private final int askedTokens;
    private final int samples;
    private final int maxTokens;
    private final boolean steps;
    private final long tokens;
    private final double flops;
    private boolean open = true;

    private Reservation(Work work, int samples, int maxTokens) {
      this.asked = work.samples;
      this.askedTokens = work.maxTokens;
      this.samples = samples;
      this.maxTokens = maxTokens;
      this.steps = work.steps;
      this.tokens = (long) Math.max(samples, 1) * maxTokens;
      this.flops = work.promptFlops() + Math.max(samples, 1) * work.flops(maxTokens);
      change(1);
    }

    /// Completions that may be asked for, at most as many as wanted.
    public int samples() {
      return samples;
    }

    /// Most tokens that each of them may generate, at most as many as wanted.
    public int maxTokens() {
      return maxTokens;
    }

    /// Whether less was granted than asked for.
    public boolean clipped() {
      return samples < asked || maxTokens < askedTokens;
    }

    /// Gives the reservation back and charges what the work really cost, once.
    ///
    /// @param cost its `seconds` are ignored: time is read from the clock
    /// @param samplesDone completions that were asked for; of steps the solutions they finished
    /// @throws IllegalStateException if it was settled or closed before
    public void settle(Spend cost, int samplesDone) {
      lock.lock();
      try {
        if (!open) {
          throw new IllegalStateException("A reservation was settled twice.");
        }
        release();
        for (Budget budget = Budget.this; budget != null; budget = budget.parent) {
          budget.spent = budget.spent.plus(cost);
          budget.samplesSpent += samplesDone;
          budget.tokensOfSteps += steps ? cost.generatedTokens() : 0;
        }
      } finally {
        lock.unlock();
      }
    }

    /// Gives the reservation back if it was not settled.
    @Override
    public void close() {
      lock.lock();
      try {
        if (open) {
          release();
        }
      } finally {
        lock.unlock();
      }
    }

    private void release() {
      open = false;
      change(-1);
    }

    private void change(int sign) {
      for (Budget budget = Budget.this; budget != null; budget = budget.parent) {
        budget.tokensReserved += sign * tokens;
        budget.callsReserved += sign;
        budget.samplesReserved += steps ? 0 : sign * (long) samples;
        budget.flopsReserved += sign * flops;
      }
    }
  }
}
