package ponder.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ponder.model.AdapterKey;

/// The adapters' groups and whose turn it is. A backend that mixes adapters has one group for all.
///
/// A group runs for up to `groupSteps` steps or `groupTime`, then the next one with work: switching
/// is cheap, but not free, and every group has to wait for all others. Turns are measured by
/// deficit round robin in time: a group whose last step ran long gets less in its next turn.
final class Groups {
  private final EngineSettings settings;
  private final boolean mixed;
  private final Map<Object, Group> groups = new HashMap<>();
  private final ArrayDeque<Group> ring = new ArrayDeque<>();
  private @Nullable Group current;
  private int stepsLeft;

  /// The job that memory refused first; no later job of any group may pass it.
  private @Nullable Job blocked;

  /// @param mixed whether jobs of different adapters share a group
  Groups(EngineSettings settings, boolean mixed) {
    this.settings = settings;
    this.mixed = mixed;
  }

  /// This adapter's group, made if need be.
  Group of(@Nullable AdapterKey wanted) {
    AdapterKey adapter = mixed ? null : wanted;
    return groups.computeIfAbsent(
        adapter == null ? "" : adapter,
        key -> {
          Group group = new Group(adapter);
          ring.addLast(group);
          return group;
        });
  }

  Collection<Group> all() {
    return groups.values();
  }

  boolean hasWork() {
    for (Group group : ring) {
      if (group.hasWork()) {
        return true;
      }
    }
    return false;
  }

  int running() {
    int sum = 0;
    for (Group group : ring) {
      sum += group.running();
    }
    return sum;
  }

  int queued() {
    int sum = 0;
    for (Group group : ring) {
      sum += group.queue.size() + group.waiting;
    }
    return sum;
  }

  /// All running jobs of all groups.
  List<Job> runningJobs() {
    List<Job> jobs = new ArrayList<>();
    for (Group group : ring) {
      jobs.addAll(group.decoding);
      jobs.addAll(group.prefilling);
    }
    return jobs;
  }

  /// The group whose turn it is, among those with work; null if none has.
  @Nullable Group pick() {
    Group group = current;
    if (group != null && group.hasWork() && stepsLeft > 0 && group.deficit > 0) {
      return group;
    }
    return next();
  }

  /// Ends the current turn and gives the next one; null if no group has work.
  @Nullable Group next() {
    current = null;
    if (!hasWork()) {
      return null;
    }
    while (true) {
      Group group = ring.removeFirst();
      ring.addLast(group);
      if (!group.hasWork()) {
        group.deficit = 0;
        continue;
      }
      group.deficit = Math.min(0, group.deficit) + settings.groupTime().toNanos();
      if (group.deficit > 0) {
        current = group;
        stepsLeft = settings.groupSteps();
        return group;
      }
    }
  }

  /// Charges a step to the current turn.
  void ran(long nanos) {
    stepsLeft--;
    if (current != null) {
      current.deficit -= nanos;
    }
  }

  /// Forgets a group that has nothing to do.
  void drop(Group group) {
    ring.remove(group);
    groups.values().remove(group);
    if (current == group) {
      current = null;
    }
  }

  /// Notes that memory refused this job, the one its group's policy chose.
  void block(Job job) {
    if (blocked == null || Job.FIRST.compare(job, blocked) < 0) {
      blocked = job;
    }
  }

  /// Whether an older job is waiting for memory.
  boolean mustWait(Job job) {
    Job first = blocked;
    if (first != null && first.state != Job.State.QUEUED) {
      blocked = null;
      first = null;
    }
    return first != null && first.group != job.group && Job.FIRST.compare(first, job) < 0;
  }
}
