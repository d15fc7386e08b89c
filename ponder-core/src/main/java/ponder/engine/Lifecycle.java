package ponder.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.model.FinishReason;

/// The changes of a job's state, each with everything that belongs to it: lists, cache, account,
/// followers, the caller. Nothing else changes a state.
///
/// # Followers
///
/// A job whose prefix another job is just computing waits for it and is kept in the leader's list.
/// When the leader has come far enough the follower goes to the front of the queue and finds the
/// prefix in the tree; if its whole prompt lies within the leader's, it draws its first token from
/// the leader's row at once, and goes to the queue with nothing left to compute but that token. If
/// the leader ends or is preempted first, its followers are queued, and the first admitted leads
/// the rest. The samples of one request follow its first sample from the beginning.
///
/// A sample without a slot can draw its first token, because sampling needs a row and no cache.
final class Lifecycle {
  private final Cache cache;
  private final Groups groups;
  private final Meter meter;
  private long arrivals;
  private long changes;

  Lifecycle(Cache cache, Groups groups, Meter meter) {
    this.cache = cache;
    this.groups = groups;
    this.meter = meter;
  }

  /// Counts changes of state, to tell whether planning got anywhere.
  long changes() {
    return changes;
  }

  /// Takes in a new call: its first job is queued, the others follow it or are queued too.
  void arrive(Ticket ticket) {
    Group group = groups.of(ticket.adapter());
    Job leader = ticket.jobs().getFirst();
    for (Job job : ticket.jobs()) {
      job.order = arrivals++;
      job.group = group;
      if (job != leader && cache.reuse()) {
        follow(job, leader, leader.size);
      } else {
        group.queue.add(job);
      }
    }
  }

  private static Group group(Job job) {
    Group group = job.group;
    if (group == null) {
      throw new IllegalStateException("a job without a group.");
    }
    return group;
  }

  private static void follow(Job job, Job leader, int length) {
    job.follow(leader, length);
    group(job).waiting++;
  }

  /// Lets a queued job wait for `leader` to compute its first `length` tokens.
  void await(Job job, Job leader, int length) {
    changes++;
    group(job).queue.remove(job);
    follow(job, leader, length);
    meter.prefixJoins++;
    if (job.canJoin()) {
      handOver(job, leader);
    }
  }

  /// Moves the followers of a job that itself joins another's row.
  private static void handOver(Job from, Job to) {
    for (Job follower : from.followers) {
      if (follower.target <= from.target) {
        follower.unfollow();
        follower.follow(to, follower.target);
      } else {
        group(follower).waiting--;
        group(follower).queue.addFront(follower);
      }
    }
    from.followers = List.of();
  }

  /// Starts a queued job: gives it a place in the cache and puts it among the prefilling.
  void admit(Job job) {
    changes++;
    Group group = group(job);
    group.queue.remove(job);
    cache.attach(job);
    job.state = Job.State.PREFILL;
    job.high = Math.max(job.high, job.computed);
    group.prefilling.add(job);
    start(job, Math.min(job.computed, job.promptLength()));
  }

  /// Opens a call's account when the first of its jobs starts.
  private void start(Job job, int found) {
    Ticket ticket = job.ticket;
    if (!ticket.started) {
      ticket.started = true;
      ticket.promptHigh = found;
      meter.wait.add(System.nanoTime() - ticket.submittedAt);
    }
  }

  /// Takes off the leader those followers whose prefix is now computed. Those that may draw from a
  /// row of this step are returned, in order; the others are queued.
  List<Sequence> ripe(Job leader) {
    if (leader.followers.isEmpty()) {
      return List.of();
    }
    List<Sequence> joined = new ArrayList<>();
    List<Job> rest = new ArrayList<>();
    for (Job follower : leader.followers) {
      if (follower.target > leader.computed) {
        rest.add(follower);
        continue;
      }
      group(follower).waiting--;
      if (follower.joinRow >= 0 && follower instanceof Sequence sequence) {
        joined.add(sequence);
      } else {
        follower.unfollow();
        group(follower).queue.addFront(follower);
      }
    }
    leader.followers = rest;
    return joined;
  }

  /// Notes that a follower draws from its leader's row: its whole prompt has been found.
  void join(Sequence follower) {
    start(follower, follower.promptLength());
    Ticket ticket = follower.ticket;
    ticket.promptHigh = Math.max(ticket.promptHigh, follower.promptLength());
    follower.high = Math.max(follower.high, follower.size);
    follower.unfollow();
    meter.sharedRows++;
  }

  /// Lets a sample that has just drawn a token go on.
  void proceed(Sequence sequence) {
    Group group = group(sequence);
    switch (sequence.state) {
      case PREFILL -> {
        group.leave(sequence);
        sequence.state = Job.State.DECODE;
        group.decoding.add(sequence);
      }
      case WAITING -> group.queue.addFront(sequence);
      case DECODE -> {}
      case QUEUED, ENDED -> throw new IllegalStateException("a sample drew out of turn.");
    }
  }

  /// Puts a running job back into the queue; what it has computed stays while memory allows.
  void preempt(Job job) {
    changes++;
    meter.preemptions++;
    unplan(job);
    leave(job, job.publishLimit());
    group(job).queue.addFront(job);
  }

  /// Puts a running job back into the queue, forgetting everything that it alone has computed.
  void redo(Job job) {
    unplan(job);
    orphan(job);
    group(job).leave(job);
    cache.forget(job);
    group(job).queue.addFront(job);
  }

  /// Puts a running job back after the whole cache was lost.
  void lost(Job job) {
    job.scheduled = 0;
    orphan(job);
    group(job).leave(job);
    job.node = null;
    job.slot = -1;
    job.computed = 0;
    group(job).queue.addFront(job);
  }

  /// Gives back the cells reserved for the job's rows in a step that did not compute them.
  void unplan(Job job) {
    cache.unreserve(job.scheduled);
    job.scheduled = 0;
  }

  private void leave(Job job, int keep) {
    orphan(job);
    group(job).leave(job);
    cache.release(job, Math.min(keep, job.publishLimit()));
  }

  /// Queues everybody who waits for this job.
  private static void orphan(Job leader) {
    for (Job follower : leader.followers) {
      group(follower).waiting--;
      follower.unfollow();
      group(follower).queue.addFront(follower);
    }
    leader.followers = List.of();
  }

  /// Ends a job in any state. What it has computed stays for others.
  void finish(Job job, FinishReason reason, String detail) {
    end(job, reason, detail, job.publishLimit());
  }

  /// Ends a job that failed alone; its private cells are dropped.
  void fail(Job job, String words) {
    meter.failures++;
    end(job, FinishReason.ERROR, words, 0);
  }

  private void end(Job job, FinishReason reason, String detail, int keep) {
    switch (job.state) {
      case QUEUED -> {
        group(job).queue.remove(job);
        orphan(job);
      }
      case WAITING -> {
        Job promiser = job.promiser;
        if (promiser != null) {
          promiser.followers.remove(job);
          group(job).waiting--;
          job.unfollow();
        }
        orphan(job);
      }
      case PREFILL, DECODE -> {
        unplan(job);
        leave(job, keep);
      }
      case ENDED -> {
        return;
      }
    }
    changes++;
    job.state = Job.State.ENDED;
    record(job, reason, detail);
    job.ticket.ended(job);
    if (job.ticket.open == 0) {
      closed(job.ticket);
    }
  }

  private static void record(Job job, FinishReason reason, String detail) {
    switch (job) {
      case Sequence sequence -> sequence.end(reason, detail);
      case Reading reading -> {
        if (!reason.finished()) {
          reading.fail(detail.isEmpty() ? reason.json() : detail);
        }
      }
    }
  }

  private void closed(Ticket ticket) {
    meter.calls++;
    if (ticket.started) {
      meter.cached += ticket.jobs().getFirst().promptLength() - ticket.promptEvaluated;
    }
  }

  /// Ends all jobs of a call early.
  void stop(Ticket ticket, FinishReason reason) {
    for (Job job : ticket.jobs()) {
      finish(job, reason, "");
    }
  }

  /// The running job to give up for memory: lowest priority, then fewest tokens to recompute, then
  /// youngest. Null if at most one runs.
  @Nullable Job victim() {
    List<Job> running = groups.runningJobs();
    return running.size() < 2
        ? null
        : running.stream()
            .min(
                Comparator.<Job>comparingInt(job -> job.ticket.priority())
                    .thenComparingInt(job -> job.computed)
                    .thenComparing(job -> job.order, Comparator.reverseOrder()))
            .orElse(null);
  }
}
