package ponder.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.model.AdapterKey;

/// The jobs that share their steps: those of one adapter, since a forward runs under one only, or
/// all where the backend mixes adapters.
final class Group {
  private final @Nullable AdapterKey adapter;

  final Admission queue = new Admission();

  /// Jobs in [Job.State#DECODE], oldest admission first.
  final List<Sequence> decoding = new ArrayList<>();

  /// Jobs in [Job.State#PREFILL].
  final List<Job> prefilling = new ArrayList<>();

  /// Waiting jobs, in no queue.
  int waiting;

  /// Nanoseconds the group may still run in its turn; negative if it overran the last one.
  long deficit;

  /// Whether the next step of hidden states goes before the next ordinary one.
  boolean hiddenTurn;

  Group(@Nullable AdapterKey adapter) {
    this.adapter = adapter;
  }

  @Nullable AdapterKey adapter() {
    return adapter;
  }

  int running() {
    return decoding.size() + prefilling.size();
  }

  boolean hasWork() {
    return running() > 0 || !queue.isEmpty();
  }

  /// Nothing queued, waiting or running.
  boolean isIdle() {
    return !hasWork() && waiting == 0;
  }

  /// Takes a running job off its list.
  void leave(Job job) {
    boolean found =
        job.state == Job.State.DECODE
            ? job instanceof Sequence && decoding.remove(job)
            : prefilling.remove(job);
    if (!found) {
      throw new IllegalStateException("job " + job.order + " is not running.");
    }
  }
}
