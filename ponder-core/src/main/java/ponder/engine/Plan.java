package ponder.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows of one forward: which jobs, how many tokens of each ([Job#scheduled]), and whether the
/// outputs are hidden states. Reused from step to step.
final class Plan {
  private final List<Job> jobs = new ArrayList<>();
  private @Nullable Group group;
  private boolean hidden;
  private int rows;
  private int prefillRows;
  private int outputs;

  void begin(Group owner, boolean wantsHidden) {
    jobs.clear();
    group = owner;
    hidden = wantsHidden;
    rows = 0;
    prefillRows = 0;
    outputs = 0;
  }

  /// Adds a job's next `count` rows, for which cells are reserved.
  void add(Job job, int count, int wantedOutputs) {
    job.scheduled = count;
    jobs.add(job);
    rows += count;
    outputs += wantedOutputs;
    if (job.state == Job.State.PREFILL) {
      prefillRows += count;
    }
  }

  /// Takes a decode out again.
  void drop(Job job) {
    if (jobs.remove(job)) {
      rows--;
      outputs--;
    }
  }

  Group group() {
    Group owner = group;
    if (owner == null) {
      throw new IllegalStateException("no plan has begun.");
    }
    return owner;
  }

  /// The call that all rows belong to; null if there are several, or none.
  @Nullable Ticket only() {
    Ticket only = jobs.isEmpty() ? null : jobs.getFirst().ticket;
    for (Job job : jobs) {
      if (job.ticket != only) {
        return null;
      }
    }
    return only;
  }

  List<Job> jobs() {
    return jobs;
  }

  boolean hidden() {
    return hidden;
  }

  int rows() {
    return rows;
  }

  int prefillRows() {
    return prefillRows;
  }

  int outputs() {
    return outputs;
  }

  /// Writes the rows into the batch and tells joining followers where theirs is.
  void fill(Backend.Batch batch, int outputRows) {
    batch.clear();
    for (Job job : jobs) {
      job.firstRow = batch.rows;
      int end = job.computed + job.scheduled;
      for (int position = job.computed; position < end; position++) {
        batch.add(
            job.tokens[position],
            position,
            job.slot,
            hidden || job.outputAt(position),
            job.adapter());
        if (batch.output[batch.rows - 1]) {
          batch.temperature[batch.rows - 1] = job.temperature();
          batch.wanted[batch.rows - 1] = job.wantedAt(position);
        }
      }
    }
    for (Job job : jobs) {
      markFollowers(job, batch, outputRows);
    }
  }

  private void markFollowers(Job leader, Backend.Batch batch, int outputRows) {
    for (Job follower : leader.followers) {
      int offset = follower.target - 1 - leader.computed;
      follower.joinRow = -1;
      if (hidden || !follower.canJoin() || offset < 0 || offset >= leader.scheduled) {
        continue;
      }
      int row = leader.firstRow + offset;
      if (!batch.output[row] && batch.outputs < outputRows) {
        batch.output[row] = true;
        batch.outputs++;
        batch.temperature[row] = follower.temperature();
      }
      if (batch.output[row]) {
        follower.joinRow = row;
        if (batch.temperature[row] != follower.temperature()) {
          batch.temperature[row] = Float.NaN;
        }
      }
    }
  }
}
