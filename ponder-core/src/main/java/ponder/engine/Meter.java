package ponder.engine;

/// The running counts behind [Metrics]. One thread.
final class Meter {
  /// A growing [Metrics.Timing].
  static final class Timer {
    private long count;
    private long total;
    private long max;

    void add(long nanos) {
      count++;
      total += nanos;
      max = Math.max(max, nanos);
    }

    private Metrics.Timing read() {
      return new Metrics.Timing(count, total, max);
    }
  }

  final Timer wait = new Timer();
  final Timer firstToken = new Timer();
  final Timer interToken = new Timer();
  final Timer step = new Timer();
  final Timer build = new Timer();
  final Timer forward = new Timer();
  final Timer readAndSample = new Timer();
  final Timer emit = new Timer();
  long steps;
  long occupied;
  long evaluated;
  long prompt;
  long decode;
  long scored;
  long recomputed;
  long cached;
  long generated;
  long outputRows;
  long prefixJoins;
  long sharedRows;
  long evicted;
  long parked;
  long restored;
  long preemptions;
  long noCells;
  long aborted;
  long badBatches;
  long failedForwards;
  long restarts;
  long adapterSwitches;
  long calls;
  long failures;

  /// Counts a row of `job` at `position`, computed in a forward that ended well.
  void row(Job job, int position) {
    Ticket ticket = job.ticket;
    if (position < job.promptLength()) {
      if (position < ticket.promptHigh) {
        recomputed++;
      } else {
        prompt++;
        ticket.promptEvaluated++;
        ticket.promptHigh = position + 1;
      }
    } else if (position < job.high) {
      recomputed++;
    } else if (job instanceof Sequence) {
      decode++;
    } else {
      scored++;
    }
    job.high = Math.max(job.high, position + 1);
  }

  Metrics read(Cache cache, Groups groups, int sequences) {
    return new Metrics(
        steps,
        groups.queued(),
        groups.running(),
        sequences,
        occupied,
        cache.capacity(),
        cache.used(),
        cache.idle(),
        cache.used() - cache.idle(),
        cache.free(),
        cache.nodes(),
        wait.read(),
        firstToken.read(),
        interToken.read(),
        step.read(),
        build.read(),
        forward.read(),
        readAndSample.read(),
        emit.read(),
        evaluated,
        prompt,
        decode,
        scored,
        recomputed,
        cached,
        generated,
        outputRows,
        prefixJoins,
        sharedRows,
        evicted,
        parked,
        restored,
        preemptions,
        noCells,
        aborted,
        badBatches,
        failedForwards,
        restarts,
        adapterSwitches,
        calls,
        failures);
  }

  /// Checks that every evaluated row was counted under exactly one heading.
  ///
  /// @throws IllegalStateException if the sums differ
  void check() {
    if (evaluated != prompt + decode + scored + recomputed) {
      throw new IllegalStateException(
          "Usage: %d rows were evaluated, but %d prompt, %d generated, %d scored and %d recomputed were counted."
              .formatted(evaluated, prompt, decode, scored, recomputed));
    }
  }
}
