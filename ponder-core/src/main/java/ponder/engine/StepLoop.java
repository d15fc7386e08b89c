package ponder.engine;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import ponder.model.AdapterKey;
import ponder.model.EngineException;
import ponder.model.FinishReason;

/// The engine's one thread: takes in calls, and as long as there is work makes steps.
///
/// A step is: take in what callers sent, end what was cancelled or is late, choose a group, plan
/// its rows, run the forward, take in its outputs. The backend is touched by this thread alone (and
/// by the helpers of [Readout] between two forwards), so nothing in this package but the message
/// queue and the callers' mailboxes is shared.
final class StepLoop implements Runnable {
  /// What another thread asks of the engine's.
  interface Message {
    void run();
  }

  private final Backend backend;
  private final EngineSettings settings;
  private final LongSupplier clock;
  private final Meter meter = new Meter();
  private final Cache cache;
  private final Groups groups;
  private final Lifecycle lifecycle;
  private final Planner planner;
  private final Failures failures;
  private final Readout readout;
  private final Commit commit;
  private final Pace pace;
  private final Overrun overrun;
  private final Plan plan = new Plan();
  private final Backend.Batch batch;
  private final Set<Ticket> tickets = new LinkedHashSet<>();
  private final PriorityQueue<Ticket> deadlines =
      new PriorityQueue<>(Comparator.comparingLong(Ticket::deadline));
  private final Set<AdapterKey> loaded = new LinkedHashSet<>();
  private final Set<AdapterKey> retiring = new LinkedHashSet<>();
  private @Nullable AdapterKey inUse;
  private boolean unwanted;
  private long step;

  private final ConcurrentLinkedQueue<Message> messages = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile boolean parked;
  private volatile boolean closing;
  private volatile long closeBy;
  private volatile @Nullable EngineException stopped;

  /// @param clock nanoseconds, like [System#nanoTime]: what deadlines and turns are measured by
  StepLoop(Backend backend, EngineSettings settings, LongSupplier clock) {
    this.backend = backend;
    this.settings = settings;
    this.clock = clock;
    cache = new Cache(backend, settings, meter);
    groups = new Groups(settings, backend.mixesAdapters());
    lifecycle = new Lifecycle(cache, groups, meter);
    pace = new Pace(settings);
    overrun = new Overrun(backend);
    planner = new Planner(settings, backend, cache, groups, lifecycle, pace);
    failures = new Failures(backend, cache, groups, lifecycle, planner, meter, clock);
    readout = new Readout(backend, settings.samplers());
    commit = new Commit(cache, lifecycle, readout, meter, failures);
    batch = new Backend.Batch(backend.shape().batchRows());
    thread = Thread.ofPlatform().daemon().name("ponder-engine").unstarted(this);
  }

  void start() {
    thread.start();
  }

  /// Sends a message to the engine's thread. Any thread.
  void send(Message message) {
    messages.add(message);
    if (parked) {
      LockSupport.unpark(thread);
    }
    if (stopped != null) {
      takeMessages(); // the engine's thread is gone: what it left is answered here
    }
  }

  /// Why the engine takes no more calls; null if it does. Any thread.
  @Nullable EngineException stopped() {
    return stopped;
  }

  /// On the engine's thread, or once that has stopped.
  Metrics metrics() {
    return meter.read(cache, groups, planner.maxSequences());
  }

  /// Ends the loop: at once, or when the running calls are done but at the latest after `drain`.
  void close() {
    closeBy = clock.getAsLong() + settings.drain().toNanos();
    closing = true;
    overrun.close(closeBy);
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive() && Thread.currentThread() != thread) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void run() {
    EngineException reason = new EngineException("The engine is closed.");
    try {
      while (!(closing && (tickets.isEmpty() || clock.getAsLong() >= closeBy))) {
        if (!work()) {
          rest();
          sleep();
        }
      }
    } catch (RuntimeException | Error e) {
      reason = new EngineException("The engine broke down: " + e.getMessage(), e);
    }
    stopped = reason;
    for (Ticket ticket : tickets) {
      ticket.fail(reason);
    }
    takeMessages();
    readout.close();
    cache.close();
    backend.close();
  }

  private void takeMessages() {
    for (Message message = messages.poll(); message != null; message = messages.poll()) {
      message.run();
    }
  }

  /// Takes in messages and makes one step; false if there was nothing to do.
  boolean work() {
    long start = clock.getAsLong();
    takeMessages();
    expire(start);
    if (!groups.hasWork()) {
      return false;
    }
    step(start);
    return true;
  }

  /// Clears up when there is nothing to do.
  void rest() {
    tickets.removeIf(Ticket::isDone);
    deadlines.removeIf(Ticket::isDone);
    retire();
    if (settings.checked()) {
      check();
    }
  }

  private void sleep() {
    parked = true;
    if (messages.isEmpty() && !closing) {
      LockSupport.park(this);
    }
    parked = false;
  }

  /// Checks that nothing is left over while nothing is to be done.
  private void check() {
    cache.check(groups.runningJobs());
    if (!tickets.isEmpty() || cache.used() != cache.idle()) {
      throw new IllegalStateException(
          "The idle engine has %d unfinished calls and %d cells in use that nobody holds."
              .formatted(tickets.size(), cache.used() - cache.idle()));
    }
  }

  /// Takes in a call. On the engine's thread.
  void arrive(Ticket ticket) {
    EngineException reason = stopped;
    AdapterKey adapter = ticket.adapter();
    if (reason != null || closing) {
      ticket.fail(reason != null ? reason : new EngineException("The engine is closed."));
      return;
    }
    if (adapter != null && (!loaded.contains(adapter) || retiring.contains(adapter))) {
      ticket.fail(new EngineException("Adapter " + adapter + " is not loaded."));
      return;
    }
    tickets.add(ticket);
    if (ticket.deadline() != Long.MAX_VALUE) {
      deadlines.add(ticket);
    }
    lifecycle.arrive(ticket);
    Job first = ticket.jobs().getFirst();
    planner.awaitsPrefix(first, cache.probe(first), groups.of(adapter));
  }

  /// Ends a call early. On the engine's thread.
  void cancel(Ticket ticket) {
    if (stopped == null && tickets.contains(ticket)) {
      lifecycle.stop(ticket, FinishReason.CANCELLED);
    }
  }

  /// Ends a call early, and the running forward if it computes for that call alone. Any thread.
  void withdraw(Ticket ticket) {
    send(() -> cancel(ticket));
    overrun.withdraw(ticket); // second, so that the message is there when the forward ends
  }

  private void expire(long now) {
    for (Ticket ticket = deadlines.peek();
        ticket != null && (ticket.isDone() || ticket.deadline() <= now);
        ticket = deadlines.peek()) {
      deadlines.poll();
      lifecycle.stop(ticket, FinishReason.DEADLINE);
    }
  }

  private void step(long start) {
    step++;
    Group group = groups.pick();
    long changes = lifecycle.changes();
    int tried = 0;
    while (group != null) {
      planner.plan(group, plan, step);
      if (!plan.jobs().isEmpty()) {
        break;
      }
      if (++tried > groups.all().size()) {
        if (lifecycle.changes() == changes) {
          makeRoom();
        }
        return; // planning itself admitted or ended jobs: look again
      }
      group = groups.next();
    }
    if (group == null) {
      return;
    }
    useAdapter(group.adapter());
    plan.fill(batch, backend.shape().outputRows());
    meter.build.add(clock.getAsLong() - start);
    execute();
    long end = clock.getAsLong();
    groups.ran(end - start);
    meter.step.add(end - start);
    if ((step & 63) == 0) {
      tickets.removeIf(Ticket::isDone);
      retire();
    }
    if (settings.checked()) {
      cache.check(groups.runningJobs());
      meter.check();
    }
  }

  /// No group could plan a row: memory must be freed.
  private void makeRoom() {
    if (!planner.makeRoom()) {
      throw new IllegalStateException(
          "No job of %d can run although nothing is running.".formatted(groups.queued()));
    }
  }

  private void useAdapter(@Nullable AdapterKey adapter) {
    if (!backend.mixesAdapters() && !Objects.equals(adapter, inUse)) {
      backend.useAdapter(adapter);
      inUse = adapter;
      meter.adapterSwitches++;
    }
  }

  private void execute() {
    Backend.Outcome outcome = forward();
    if (outcome == Backend.Outcome.OK) {
      meter.occupied += groups.running();
      commit.run(plan.jobs(), batch);
      failures.recovered();
    } else if (outcome == Backend.Outcome.ABORTED && unwanted) {
      failures.abandoned(plan.jobs());
    } else if (outcome == Backend.Outcome.BAD_BATCH && plan.jobs().size() > 1) {
      oneByOne();
    } else {
      failures.handle(outcome, plan.jobs(), plan.rows(), plan.prefillRows());
    }
  }

  /// Runs the jobs of a refused batch each alone, to find the one it was refused for.
  private void oneByOne() {
    meter.badBatches++;
    List<Job> jobs = List.copyOf(plan.jobs());
    Group group = plan.group();
    boolean hidden = plan.hidden();
    for (Job job : jobs) {
      if (job.scheduled == 0) {
        continue; // put back by the failure of one before it
      }
      int count = job.scheduled;
      plan.begin(group, hidden);
      plan.add(job, count, 0);
      plan.fill(batch, backend.shape().outputRows());
      execute();
    }
  }

  private Backend.Outcome forward() {
    long start = clock.getAsLong();
    Backend.Outcome outcome;
    overrun.begin(plan.only());
    try {
      outcome = backend.forward(batch, plan.hidden());
    } catch (IllegalArgumentException e) {
      outcome = refused(e, Backend.Outcome.BAD_BATCH);
    } catch (RuntimeException e) {
      outcome = refused(e, Backend.Outcome.FAILED);
    }
    long end = clock.getAsLong();
    unwanted = overrun.end(end);
    long nanos = end - start;
    meter.forward.add(nanos);
    pace.note(batch.rows, plan.prefillRows(), nanos);
    return outcome;
  }

  private static Backend.Outcome refused(RuntimeException cause, Backend.Outcome outcome) {
    System.getLogger(StepLoop.class.getName())
        .log(System.Logger.Level.ERROR, "The backend's forward threw.", cause);
    return outcome;
  }

  /// Loads an adapter. On the engine's thread.
  void load(AdapterKey key, Path file) {
    if (!retiring.remove(key) && !loaded.contains(key)) {
      backend.loadAdapter(key, file);
    }
    loaded.add(key);
  }

  /// Frees an adapter as soon as no call uses it. On the engine's thread.
  void unload(AdapterKey key) {
    if (stopped == null && loaded.contains(key)) {
      retiring.add(key);
      retire();
    }
  }

  private void retire() {
    retiring.removeIf(this::freed);
  }

  private boolean uses(AdapterKey key) {
    return backend.mixesAdapters()
        ? tickets.stream().anyMatch(ticket -> !ticket.isDone() && key.equals(ticket.adapter()))
        : !groups.of(key).isIdle();
  }

  private boolean freed(AdapterKey key) {
    if (uses(key)) {
      return false;
    }
    if (key.equals(inUse)) {
      useAdapter(null);
    }
    cache.drop(key);
    if (!backend.mixesAdapters()) {
      groups.drop(groups.of(key));
    }
    backend.unloadAdapter(key);
    loaded.remove(key);
    return true;
  }
}
