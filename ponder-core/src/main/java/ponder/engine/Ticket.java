package ponder.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import ponder.model.AdapterKey;
import ponder.model.Call;
import ponder.model.EngineException;
import ponder.model.Usage;

/// One call in the engine: its jobs, its account, and the caller's place of waiting.
///
/// Made by the caller, worked on by the engine's thread until `done`, then the caller's again.
final class Ticket {
  private final Call call;
  private final @Nullable AdapterKey adapter;
  private final long deadline;
  private final Thread caller = Thread.currentThread();
  private final @Nullable Mailbox mailbox;
  private final List<Job> jobs = new ArrayList<>();
  private @Nullable EngineException error;
  private volatile boolean done;

  /// When the call was submitted, in nanoseconds.
  final long submittedAt = System.nanoTime();

  /// Jobs that have not ended.
  int open;

  /// Leading tokens of the prompt that were once computed or found for this call.
  int promptHigh;

  /// Prompt tokens computed for this call, each counted once.
  int promptEvaluated;

  /// Whether one of its jobs has been admitted or has joined another's row.
  boolean started;

  /// Whether its first token or result has come.
  boolean answered;

  Admission.@Nullable Share share;

  /// Whether nobody waits for it any more; guarded by the lock of [Overrun].
  boolean withdrawn;

  /// @param deadline in nanoseconds of [System#nanoTime]; [Long#MAX_VALUE] for none
  /// @param mailbox where text goes as it comes; null if nobody listens
  Ticket(Call call, @Nullable AdapterKey adapter, long deadline, @Nullable Mailbox mailbox) {
    this.call = call;
    this.adapter = adapter;
    this.deadline = deadline;
    this.mailbox = mailbox;
  }

  int priority() {
    return call.priority();
  }

  String owner() {
    return call.owner();
  }

  @Nullable AdapterKey adapter() {
    return adapter;
  }

  long deadline() {
    return deadline;
  }

  /// Charges tokens to the owner's share.
  void charge(long tokens) {
    if (share != null) {
      share.charge(tokens);
    }
  }

  List<Job> jobs() {
    return jobs;
  }

  void add(Job job) {
    jobs.add(job);
    open++;
  }

  boolean streams() {
    return mailbox != null;
  }

  /// Hands text to the caller. On the engine's thread.
  void text(int index, String delta) {
    if (mailbox != null && mailbox.put(index, delta)) {
      LockSupport.unpark(caller);
    }
  }

  /// Counts a job as ended; wakes the caller when it was the last, or when it streams.
  void ended(Job job) {
    if (mailbox != null && job instanceof Sequence sequence && mailbox.end(sequence.index())) {
      LockSupport.unpark(caller);
    }
    if (--open == 0) {
      wake();
    }
  }

  /// Ends the call with an error. On the engine's thread, or once that has stopped.
  void fail(EngineException cause) {
    if (!done) {
      error = cause;
      wake();
    }
  }

  private void wake() {
    done = true;
    LockSupport.unpark(caller);
  }

  boolean isDone() {
    return done;
  }

  /// Blocks until the call is done, giving text to `reader` as it comes. If the thread is
  /// interrupted, `cancel` runs and the flag is set again at the end.
  ///
  /// @throws EngineException if the engine could not carry out the call
  void await(Mailbox.@Nullable Reader reader, Runnable cancel) {
    boolean interrupted = false;
    try {
      while (!done) {
        if (mailbox != null && reader != null) {
          mailbox.drain(reader);
        }
        if (!done) {
          LockSupport.park(this);
        }
        if (Thread.interrupted()) {
          interrupted = true;
          cancel.run();
        }
      }
      if (error == null && mailbox != null && reader != null) {
        mailbox.drain(reader);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    if (error != null) {
      throw new EngineException(String.valueOf(error.getMessage()), error);
    }
  }

  /// What the call cost; `scored` given tokens had their result returned. A call that never started
  /// cost nothing.
  Usage usage(int scored) {
    if (!started) {
      return Usage.NONE;
    }
    int prompt = jobs.getFirst().promptLength();
    long generated = 0;
    long sequences = 0;
    for (Job job : jobs) {
      if (job instanceof Sequence sequence && sequence.generated() > 0) {
        generated += sequence.generated();
        sequences++;
      }
    }
    return new Usage(prompt, prompt - promptEvaluated, generated, scored, sequences);
  }
}
