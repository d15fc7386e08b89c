package ponder.engine;

import java.util.ArrayDeque;
import java.util.List;
import java.util.function.LongSupplier;
import ponder.model.EngineException;

/// What is done when a forward does not end well. In every case each job either gets nearer to its
/// end or to its failure, so nothing is tried for ever.
///
/// | outcome | meaning | answer |
/// |---|---|---|
/// | no cells | refused, nothing changed | evict all idle prefixes; then halve prefill; then preempt; one row of one job: it fails |
/// | aborted on request | some rows may be in | cut every sequence back; its caller is gone |
/// | aborted | some rows may be in | cut every sequence back, try again; at the third time in a row the jobs fail |
/// | bad batch | refused, nothing changed | run the jobs one by one; who is refused alone fails |
/// | failed | sequences are suspect | forget their own cells, queue them once more; three within a minute: restart |
/// | NaN in one row | that job's fault | it fails |
/// | NaN in several rows | the backend's fault | restart |
///
/// A restart gives up the whole cache; running jobs are queued with the tokens they have, each at
/// most twice. An exception from the backend counts as a bad batch if it is an
/// [IllegalArgumentException] (thrown before any native call), as a failure otherwise.
final class Failures {
  private static final System.Logger LOG = System.getLogger(Failures.class.getName());
  private static final long MINUTE = 60_000_000_000L;
  private static final int FAILURES_A_MINUTE = 3;
  private static final int ABORTS_IN_A_ROW = 3;
  private static final int MOST_RESTARTS = 2;

  private final Backend backend;
  private final Cache cache;
  private final Groups groups;
  private final Lifecycle lifecycle;
  private final Planner planner;
  private final Meter meter;
  private final LongSupplier clock;
  private final ArrayDeque<Long> recent = new ArrayDeque<>();
  private int abortsInARow;

  Failures(
      Backend backend,
      Cache cache,
      Groups groups,
      Lifecycle lifecycle,
      Planner planner,
      Meter meter,
      LongSupplier clock) {
    this.backend = backend;
    this.cache = cache;
    this.groups = groups;
    this.lifecycle = lifecycle;
    this.planner = planner;
    this.meter = meter;
    this.clock = clock;
  }

  /// A forward ended well: limits set by earlier failures are loosened.
  void recovered() {
    abortsInARow = 0;
    if (planner.prefillLimit < Integer.MAX_VALUE) {
      planner.prefillLimit =
          planner.prefillLimit > 1 << 20 ? Integer.MAX_VALUE : planner.prefillLimit * 2;
    }
  }

  /// Answers a forward of `jobs` that ended with `outcome`, whose rows are still reserved.
  void handle(Backend.Outcome outcome, List<Job> jobs, int rows, int prefillRows) {
    List<Job> affected = List.copyOf(jobs);
    affected.forEach(lifecycle::unplan);
    switch (outcome) {
      case NO_CELLS -> noCells(affected, rows, prefillRows);
      case ABORTED -> aborted(affected);
      case BAD_BATCH -> badBatch(affected, rows);
      case FAILED -> failed(affected);
      case OK -> throw new IllegalArgumentException("OK is no failure.");
    }
  }

  /// Answers a forward of `jobs` that was aborted because nobody wants it any more.
  void abandoned(List<Job> jobs) {
    meter.aborted++;
    for (Job job : List.copyOf(jobs)) {
      lifecycle.unplan(job);
      cutBack(job);
    }
  }

  private void noCells(List<Job> jobs, int rows, int prefillRows) {
    meter.noCells++;
    if (cache.idle() > 0) {
      cache.evict(cache.idle());
    } else if (prefillRows > 1) {
      planner.prefillLimit = Math.max(1, prefillRows / 2);
    } else if (lifecycle.victim() instanceof Job victim) {
      planner.prefillLimit = Math.min(planner.prefillLimit, Math.max(1, prefillRows));
      lifecycle.preempt(victim);
    } else {
      String shortage = backend.shortage();
      fail(
          jobs,
          shortage.isEmpty()
              ? "the cache has no room for one more token (" + rows + " rows)"
              : shortage);
    }
  }

  private void aborted(List<Job> jobs) {
    meter.aborted++;
    jobs.forEach(this::cutBack);
    if (++abortsInARow >= ABORTS_IN_A_ROW) {
      abortsInARow = 0;
      fail(jobs, "the computation was aborted " + ABORTS_IN_A_ROW + " times in a row");
    }
  }

  /// Only reached for a batch of one job: [StepLoop] takes larger ones apart.
  private void badBatch(List<Job> jobs, int rows) {
    meter.badBatches++;
    for (Job job : jobs) {
      LOG.log(
          System.Logger.Level.ERROR,
          "The backend refused {0} rows of sequence {1} from position {2} on.",
          rows,
          job.slot,
          job.computed);
    }
    fail(jobs, "the backend refused the batch");
  }

  private void failed(List<Job> jobs) {
    meter.failedForwards++;
    for (Job job : jobs) {
      cutBack(job);
      if (job.running()) {
        lifecycle.redo(job);
      }
      if (++job.failures > 1) {
        lifecycle.fail(job, "the computation failed twice");
      }
    }
    long now = clock.getAsLong();
    recent.addLast(now);
    while (now - recent.getFirst() > MINUTE) {
      recent.removeFirst();
    }
    if (recent.size() >= FAILURES_A_MINUTE) {
      restart(FAILURES_A_MINUTE + " forwards failed within a minute");
    }
  }

  /// Drops what a broken forward may have left behind the job's computed tokens.
  private void cutBack(Job job) {
    if (backend.length(job.slot) <= job.computed) {
      return;
    }
    if (backend.shape().partialRemoval()) {
      backend.remove(job.slot, job.computed);
    } else {
      lifecycle.redo(job);
    }
  }

  private void fail(List<Job> jobs, String words) {
    jobs.forEach(job -> lifecycle.fail(job, words));
  }

  /// Gives up the cache and queues every running job anew.
  ///
  /// @throws EngineException if the backend cannot be restarted
  void restart(String reason) {
    LOG.log(System.Logger.Level.WARNING, "Restarting the backend: {0}.", reason);
    meter.restarts++;
    recent.clear();
    List<Job> running = groups.runningJobs();
    try {
      backend.restart();
    } catch (RuntimeException e) {
      throw new EngineException("The backend cannot be restarted after " + reason + ".", e);
    }
    running.forEach(lifecycle::lost);
    cache.reset();
    for (Job job : running) {
      if (++job.restarts > MOST_RESTARTS) {
        lifecycle.fail(job, "the engine was restarted " + job.restarts + " times under it");
      }
    }
  }
}
