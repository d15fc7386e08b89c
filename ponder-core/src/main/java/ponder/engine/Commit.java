package ponder.engine;

import java.util.List;
import ponder.model.FinishReason;

/// What follows a forward that ended well: the books, the tree, the outputs, the samples' next
/// tokens.
final class Commit {
  private final Cache cache;
  private final Lifecycle lifecycle;
  private final Readout readout;
  private final Meter meter;
  private final Failures failures;

  Commit(Cache cache, Lifecycle lifecycle, Readout readout, Meter meter, Failures failures) {
    this.cache = cache;
    this.lifecycle = lifecycle;
    this.readout = readout;
    this.meter = meter;
    this.failures = failures;
  }

  /// Takes in the rows of `jobs`, whose cells the backend now holds.
  void run(List<Job> jobs, Backend.Batch batch) {
    long start = System.nanoTime();
    meter.steps++;
    meter.evaluated += batch.rows;
    meter.outputRows += batch.outputs;
    readout.clear();
    for (Job job : jobs) {
      advance(job);
    }
    readout.run();
    long read = System.nanoTime();
    meter.readAndSample.add(read - start);
    emit(read);
    meter.emit.add(System.nanoTime() - read);
  }

  private void advance(Job job) {
    int first = job.computed;
    int end = first + job.scheduled;
    job.scheduled = 0;
    for (int position = first; position < end; position++) {
      meter.row(job, position);
    }
    job.computed = end;
    collect(job, first, end);
    if (job.state == Job.State.PREFILL) {
      cache.publish(job, Math.min(end, job.publishLimit()));
    }
    for (Sequence joined : lifecycle.ripe(job)) {
      readout.add(joined, joined.joinRow, joined.size - 1);
      lifecycle.join(joined);
    }
  }

  private void collect(Job job, int first, int end) {
    switch (job) {
      case Sequence sequence -> {
        if (end == sequence.size) {
          readout.add(sequence, sequence.firstRow + end - 1 - first, end - 1);
        }
      }
      case Reading reading -> {
        int outputs = reading.wanted(first, end);
        for (int position = end - outputs; position < end; position++) {
          readout.add(reading, reading.firstRow + position - first, position);
        }
        reading.read(outputs);
      }
    }
  }

  private void emit(long now) {
    int brokenRows = 0;
    int lastBroken = -1;
    for (int i = 0; i < readout.size(); i++) {
      if (readout.broken(i) && readout.row(i) != lastBroken) {
        brokenRows++;
        lastBroken = readout.row(i);
      }
    }
    if (brokenRows > 1) {
      discard();
      failures.restart("more than one row of a forward held NaN");
      return;
    }
    for (int i = 0; i < readout.size(); i++) {
      take(i, now);
    }
  }

  /// Forgets the step's outputs, as if its rows had been computed and not read.
  private void discard() {
    for (int i = 0; i < readout.size(); i++) {
      switch (readout.job(i)) {
        case Sequence joined when joined.state == Job.State.WAITING -> lifecycle.proceed(joined);
        case Sequence running -> {}
        case Reading reading -> reading.rewind(readout.position(i));
      }
    }
  }

  private void take(int index, long now) {
    Job job = readout.job(index);
    if (job.state == Job.State.ENDED) {
      return; // an earlier row of the same reading was broken
    }
    if (readout.broken(index)) {
      lifecycle.fail(job, "the model's output held NaN or infinity");
      return;
    }
    switch (job) {
      case Sequence sequence -> {
        Draw draw = readout.draw(index);
        if (draw != null) {
          take(sequence, draw, now);
        }
      }
      case Reading reading -> {
        if (readout.position(index) == reading.goal() - 1) {
          answered(reading, now);
          lifecycle.finish(reading, FinishReason.LENGTH, "");
        }
      }
    }
  }

  private void take(Sequence sequence, Draw draw, long now) {
    String failure = draw.failure();
    if (failure != null) {
      lifecycle.fail(sequence, failure);
      return;
    }
    FinishReason reason = sequence.append(draw);
    meter.generated++;
    if (sequence.generated() > Admission.AHEAD) {
      sequence.ticket.charge(1);
    }
    answered(sequence, now);
    if (sequence.lastTokenAt != 0) {
      meter.interToken.add(now - sequence.lastTokenAt);
    }
    sequence.lastTokenAt = now;
    if (sequence.ticket.streams()) {
      String delta = sequence.output.takeDelta();
      if (!delta.isEmpty()) {
        sequence.ticket.text(sequence.index(), delta);
      }
    }
    if (reason == null) {
      lifecycle.proceed(sequence);
    } else {
      lifecycle.finish(sequence, reason, "");
    }
  }

  private void answered(Job job, long now) {
    if (!job.ticket.answered) {
      job.ticket.answered = true;
      meter.firstToken.add(now - job.ticket.submittedAt);
    }
  }
}
