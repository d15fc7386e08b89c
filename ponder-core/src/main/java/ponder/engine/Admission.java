package ponder.engine;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// The queue of one adapter's jobs, and the policy of who is admitted next.
///
/// # Policy
///
/// 1. Jobs that were already under way (preempted, or held back for a prefix that is now there)
///    come before all others.
/// 2. Then by priority, strictly.
/// 3. Within a priority, owners share by deficit round robin (Shreedhar and Varghese 1995): an
///    owner may admit while its deficit is positive, every token spent for it is charged, and when
///    all queued owners are in debt, each gets the same quantum. What a job will cost is not known
///    beforehand, so admission charges its prefill and the first [#AHEAD] tokens and the rest
///    follows as it is generated; a debt outlives the owner's queue, so submitting one by one gains
///    nothing.
/// 4. Within an owner by arrival, but of the first [#WINDOW] jobs the one with the longest computed
///    prefix goes first, which keeps hot prefixes from being evicted between their users. A job is
///    passed over for at most [#PATIENCE] steps.
///
/// Nobody overtakes a job that policy chose and memory refuses: that would starve long prompts.
final class Admission {
  static final int AHEAD = 64;
  private static final int WINDOW = 64;
  private static final int PATIENCE = 50;
  private static final int QUANTUM = 512;

  /// An owner's account within a priority.
  static final class Share {
    private final TreeMap<Long, Job> queue = new TreeMap<>();
    private long deficit = QUANTUM;

    /// Charges tokens that were spent, or will be, for the owner.
    void charge(long tokens) {
      deficit -= tokens;
    }
  }

  /// The jobs of one priority.
  private static final class Level {
    private final Map<String, Share> shares = new HashMap<>();
    private final ArrayDeque<Share> ring = new ArrayDeque<>();

    Share share(String owner) {
      return shares.computeIfAbsent(owner, name -> new Share());
    }

    /// The owner whose turn it is, put first in the ring; the ring must not be empty.
    Share turn() {
      if (ring.stream().noneMatch(share -> share.deficit > 0)) {
        refill();
      }
      while (ring.getFirst().deficit <= 0) {
        ring.addLast(ring.removeFirst());
      }
      return ring.getFirst();
    }

    /// As many quanta for everybody as it takes until one of the queued is out of debt; nobody
    /// saves up more than one.
    private void refill() {
      long best = ring.stream().mapToLong(share -> share.deficit).max().orElse(0);
      long rounds = (-best) / QUANTUM + 1;
      shares
          .values()
          .removeIf(share -> share.queue.isEmpty() && share.deficit + rounds * QUANTUM >= QUANTUM);
      shares
          .values()
          .forEach(share -> share.deficit = Math.min(QUANTUM, share.deficit + rounds * QUANTUM));
    }
  }

  private final TreeSet<Job> front = new TreeSet<>(Job.FIRST);
  private final TreeMap<Integer, Level> levels = new TreeMap<>(Comparator.reverseOrder());
  private int size;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /// Appends a job at its owner's place.
  void add(Job job) {
    job.state = Job.State.QUEUED;
    Level level = levels.computeIfAbsent(job.ticket.priority(), priority -> new Level());
    Share share = level.share(job.ticket.owner());
    if (share.queue.isEmpty()) {
      level.ring.addLast(share);
    }
    share.queue.put(job.order, job);
    job.ticket.share = share;
    size++;
  }

  /// Puts a job that was under way before all that were not.
  void addFront(Job job) {
    job.state = Job.State.QUEUED;
    front.add(job);
    size++;
  }

  /// The job to admit next, still queued; null if the queue is empty.
  ///
  /// @param match tells how many of a job's tokens are in the cache
  /// @param step counts steps, for the limit of patience
  @Nullable Job peek(ToIntFunction<Job> match, long step) {
    if (!front.isEmpty()) {
      return front.first();
    }
    for (Level level : levels.values()) {
      if (!level.ring.isEmpty()) {
        return longestMatch(level.turn(), match, step);
      }
    }
    return null;
  }

  private static Job longestMatch(Share share, ToIntFunction<Job> match, long step) {
    Job oldest = share.queue.firstEntry().getValue();
    if (share.queue.size() == 1
        || (oldest.passedOverAt >= 0 && step - oldest.passedOverAt >= PATIENCE)) {
      return oldest;
    }
    Job best = oldest;
    int longest = -1;
    Iterator<Job> jobs = share.queue.values().iterator();
    for (int i = 0; i < WINDOW && jobs.hasNext(); i++) {
      Job job = jobs.next();
      int length = match.applyAsInt(job);
      if (length > longest) {
        best = job;
        longest = length;
      }
    }
    if (best != oldest && oldest.passedOverAt < 0) {
      oldest.passedOverAt = step;
    }
    return best;
  }

  /// Takes a job out of the queue.
  void remove(Job job) {
    if (front.remove(job)) {
      size--;
      return;
    }
    Level level = levels.get(job.ticket.priority());
    Share share = job.ticket.share;
    if (level == null || share == null || share.queue.remove(job.order) == null) {
      throw new IllegalStateException("job " + job.order + " is not queued.");
    }
    if (share.queue.isEmpty()) {
      level.ring.remove(share);
    }
    size--;
  }
}
