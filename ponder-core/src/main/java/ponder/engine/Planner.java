package ponder.engine;

import java.util.List;
import java.util.Objects;
import ponder.engine.PrefixTree.Probe;
import ponder.model.FinishReason;

/// Decides the rows of the next forward for one group.
///
/// Decodes come first, one row each, oldest first, so that a running sample waits at most one step
/// for others' prefill; what is left of the step's budget goes to prefill already begun, then to
/// the queue in policy order. A job is admitted when its missing tokens and the first few it will
/// generate fit beside a watermark of free cells; idle prefixes are evicted for it, running jobs
/// are not. Only a decode that finds no cell takes one from a running job, by preemption.
///
/// Deterministic mode runs one job at a time on an empty cache, with prefill cut on a fixed grid
/// from position 0, so that every number is computed by the same kernels on the same shapes
/// whatever else is queued.
final class Planner {
  /// Decoding sequences from which idle cells are limited: each costs every row of every step.
  private static final int CROWD = 4;

  private final EngineSettings settings;
  private final Backend backend;
  private final Backend.Shape shape;
  private final Cache cache;
  private final Groups groups;
  private final Lifecycle lifecycle;
  private final Pace pace;
  private final int maxSequences;
  private final int watermark;
  private long step;

  /// Most prefill rows while the backend is short of cells; see [Failures].
  int prefillLimit = Integer.MAX_VALUE;

  Planner(
      EngineSettings settings,
      Backend backend,
      Cache cache,
      Groups groups,
      Lifecycle lifecycle,
      Pace pace) {
    this.settings = settings;
    this.backend = backend;
    this.shape = backend.shape();
    this.cache = cache;
    this.groups = groups;
    this.lifecycle = lifecycle;
    this.pace = pace;
    this.maxSequences = maxSequences(settings, shape);
    this.watermark = (int) Math.ceil(settings.watermark() * cache.capacity());
  }

  /// How many jobs can run at a time.
  int maxSequences() {
    return maxSequences;
  }

  /// How many jobs can run at a time.
  static int maxSequences(EngineSettings settings, Backend.Shape shape) {
    if (settings.deterministic()) {
      return 1;
    }
    int byBatch = Math.min(shape.outputRows(), shape.batchRows());
    return Math.max(
        1, Math.min(Math.min(settings.maxSequences(), shape.sequenceIds() - 2), byBatch));
  }

  /// Fills `plan` for `group`; it stays empty if nothing of the group can run now.
  void plan(Group group, Plan plan, long stepNumber) {
    step = stepNumber;
    cache.tick(stepNumber);
    group.hiddenTurn = !group.hiddenTurn;
    plan.begin(group, group.hiddenTurn);
    planTurn(group, plan);
    if (plan.jobs().isEmpty()) {
      group.hiddenTurn = !group.hiddenTurn;
      plan.begin(group, group.hiddenTurn);
      planTurn(group, plan);
    }
  }

  /// Steps of hidden states take turns with ordinary ones; whoever has no rows passes.
  private void planTurn(Group group, Plan plan) {
    if (plan.hidden()) {
      planHidden(group, plan);
      return;
    }
    limitIdle(group);
    planDecodes(group, plan);
    int left = budget(group, plan);
    planAdmission(group, plan, planPrefill(group, plan, left));
  }

  private void planHidden(Group group, Plan plan) {
    int left = Math.min(shape.batchRows(), shape.outputRows());
    for (Job job : group.prefilling) {
      int count = Math.min(left, Math.min(settings.chunk(), job.goal() - job.computed));
      count = job.wantsHidden() ? reserveUpTo(count) : 0;
      if (count > 0) {
        plan.add(job, count, count);
        left -= count;
      }
    }
  }

  private void limitIdle(Group group) {
    if (group.decoding.size() >= CROWD) {
      int running = cache.used() - cache.idle();
      int excess = cache.idle() - Math.max(settings.idleCells(), 2 * running);
      if (excess > 0) {
        cache.evict(excess);
      }
    }
  }

  private void planDecodes(Group group, Plan plan) {
    if (cache.reserve(group.decoding.size())) {
      for (Sequence sequence : group.decoding) {
        plan.add(sequence, 1, 1);
      }
      return;
    }
    for (Sequence sequence : List.copyOf(group.decoding)) {
      if (sequence.state == Job.State.DECODE && reserveOrPreempt(sequence, plan)) {
        plan.add(sequence, 1, 1);
      }
    }
  }

  /// Gets one cell for a decode, from idle prefixes or from running jobs; false if the sequence
  /// itself had to go, or ended because it fills the memory alone.
  private boolean reserveOrPreempt(Sequence sequence, Plan plan) {
    while (!cache.reserve(1)) {
      Job victim = lifecycle.victim();
      if (victim == null) {
        lifecycle.finish(sequence, FinishReason.CONTEXT, "");
        return false;
      }
      plan.drop(victim);
      lifecycle.preempt(victim);
      if (victim == sequence) {
        return false;
      }
    }
    return true;
  }

  private int budget(Group group, Plan plan) {
    int left = Math.max(settings.stepTokens() - plan.rows(), settings.minPrefill());
    if (plan.rows() > 0) {
      left = Math.min(left, Math.max(settings.minPrefill(), pace.rows() - plan.rows()));
    }
    return Math.min(Math.min(left, prefillLimit), shape.batchRows() - plan.rows());
  }

  private int planPrefill(Group group, Plan plan, int budget) {
    int left = budget;
    if (group.prefilling.isEmpty()) {
      return left;
    }
    group.prefilling.sort(Job.FIRST);
    for (Job job : group.prefilling) {
      if (left <= 0) {
        break;
      }
      if (job.scheduled == 0 && !job.wantsHidden()) {
        left -= schedule(job, plan, left);
      }
    }
    return left;
  }

  /// Plans the next piece of a prefill; returns its rows.
  private int schedule(Job job, Plan plan, int left) {
    int count = Math.min(left, Math.min(settings.chunk(), stretch(job)));
    if (settings.deterministic()) {
      count = fixed(job);
    }
    int outputsLeft = shape.outputRows() - plan.outputs();
    count = reserveUpTo(withOutputs(job, count, outputsLeft));
    if (count > 0) {
      plan.add(job, count, outputs(job, count));
    }
    return count;
  }

  /// The next piece in deterministic mode: to the next line of the grid or the prompt's end. Tokens
  /// generated before a restart are fed one by one, as they were the first time.
  private int fixed(Job job) {
    if (job instanceof Sequence && job.computed >= job.promptLength()) {
      return 1;
    }
    int end = job instanceof Sequence ? job.promptLength() : job.computed + stretch(job);
    return Math.min(end - job.computed, grid() - job.computed % grid());
  }

  private static int stretch(Job job) {
    return switch (job) {
      case Sequence sequence -> sequence.goal() - sequence.computed;
      case Reading reading -> reading.stretch();
    };
  }

  private static int outputs(Job job, int rows) {
    return switch (job) {
      case Sequence sequence -> sequence.computed + rows == sequence.goal() ? 1 : 0;
      case Reading reading ->
          reading.hidden() ? 0 : reading.wanted(reading.computed, reading.computed + rows);
    };
  }

  /// As many of `rows` as have no more than `outputsLeft` outputs: they are wanted last, so leaving
  /// off a row leaves off an output.
  private static int withOutputs(Job job, int rows, int outputsLeft) {
    return rows - Math.max(0, outputs(job, rows) - outputsLeft);
  }

  /// The width of deterministic prefill: a piece whose rows may all have outputs.
  private int grid() {
    return Math.min(settings.chunk(), Math.min(shape.batchRows(), shape.outputRows()));
  }

  private int reserveUpTo(int count) {
    int possible = Math.min(count, cache.free() + cache.idle());
    return possible > 0 && cache.reserve(possible) ? possible : 0;
  }

  private void planAdmission(Group group, Plan plan, int budget) {
    int left = budget;
    boolean squeezed = prefillLimit < Integer.MAX_VALUE;
    while (left > 0 && !group.queue.isEmpty()) {
      int running = groups.running();
      if (running >= maxSequences || (squeezed && running > 0)) {
        return;
      }
      Job job = group.queue.peek(candidate -> cache.probe(candidate).length(), step);
      if (job == null) {
        return;
      }
      Probe probe = cache.probe(job);
      if (awaitsPrefix(job, probe, group)) {
        continue;
      }
      if (groups.mustWait(job) || !fits(job, probe, running)) {
        groups.block(job);
        return;
      }
      left -= admit(job, plan, left);
    }
  }

  private int admit(Job job, Plan plan, int left) {
    if (settings.deterministic()) {
      backend.clear();
      cache.reset();
    }
    lifecycle.admit(job);
    job.ticket.charge(job.goal() - job.computed + Math.min(job.ahead(), Admission.AHEAD));
    return job.wantsHidden() ? 0 : schedule(job, plan, left);
  }

  private boolean fits(Job job, Probe probe, int running) {
    if (!cache.idAvailable()) {
      return false;
    }
    if (running == 0) {
      return true; // alone it fits, or it would have been refused at submission
    }
    int need = job.goal() - probe.length() + Math.min(job.ahead(), settings.reserveAhead());
    return cache.free() + cache.idle() - probe.unlocked() >= need + watermark + promised();
  }

  /// Cells that running prefills will still need.
  private int promised() {
    int sum = 0;
    for (Group group : groups.all()) {
      for (Job job : group.prefilling) {
        sum += job.goal() - job.computed - job.scheduled;
      }
    }
    return sum;
  }

  /// Lets the job wait if a running prefill will soon have computed much more of its prefix than is
  /// there now, or the very row that it needs.
  boolean awaitsPrefix(Job job, Probe probe, Group group) {
    if (!cache.reuse()) {
      return false;
    }
    Job leader = null;
    int longest = 0;
    for (Job running : group.prefilling) {
      if (!Objects.equals(running.adapter(), job.adapter())) {
        continue;
      }
      int promised = job.common(running, Math.min(running.goal(), running.publishLimit()));
      if (promised > longest && promised > running.computed) {
        leader = running;
        longest = promised;
      }
    }
    if (leader == null) {
      return false;
    }
    boolean joins = job instanceof Sequence && longest == job.size;
    int usable = joins ? longest : Math.min(longest, job.matchLimit());
    if (usable <= leader.computed || (!joins && usable < probe.length() + settings.joinAhead())) {
      return false;
    }
    lifecycle.await(job, leader, usable);
    return true;
  }

  /// When no group could plan a row: takes memory from the job that policy gives up first, or ends
  /// the only one. Returns false if nothing runs, so that nothing could be freed.
  boolean makeRoom() {
    Job victim = lifecycle.victim();
    if (victim != null) {
      lifecycle.preempt(victim);
      return true;
    }
    List<Job> alone = groups.runningJobs();
    for (Job job : alone) {
      switch (job) {
        case Sequence sequence -> lifecycle.finish(sequence, FinishReason.CONTEXT, "");
        case Reading reading -> lifecycle.fail(reading, "the text fills the engine's memory");
      }
    }
    return !alone.isEmpty();
  }
}
