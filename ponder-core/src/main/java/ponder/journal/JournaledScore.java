package ponder.journal;

import java.util.function.Supplier;
import ponder.model.Call;
import ponder.model.Scoring;
import ponder.store.Key;
import ponder.store.RunLog;

/// One scoring call through the journal.
final class JournaledScore {
  private final JournaledModel model;
  private final Key key;
  private final Call call;
  private final long start = System.nanoTime();

  JournaledScore(JournaledModel model, Key key, Call call) {
    this.model = model;
    this.key = key;
    this.call = call;
  }

  Scoring.Score get(Supplier<Scoring.Score> compute) {
    while (true) {
      switch (model.run().claim(key)) {
        case RunLog.Claim.Done done -> {
          return replay(done.value());
        }
        case RunLog.Claim.Mine mine -> {
          return compute(compute);
        }
        case RunLog.Claim.Theirs theirs -> {
          switch (Waiting.on(theirs.result(), call)) {
            case Waiting.End.Got got -> {
              return replay(got.value());
            }
            case Waiting.End.Free free -> {}
            case Waiting.End.Over over -> {
              return compute.get(); // ends at once, the way the model ends such calls
            }
          }
        }
      }
    }
  }

  private Scoring.Score compute(Supplier<Scoring.Score> compute) {
    try {
      Scoring.Score score = compute.get();
      if (call.cancellation().isCancelled() || Thread.currentThread().isInterrupted()) {
        return score; // may be incomplete
      }
      byte[] stored =
          model
              .run()
              .record(
                  key,
                  RunLog.Kind.SCORE,
                  SampleCodec.encode(new SampleCodec.Scored(score, seconds())));
      return SampleCodec.decodeScored(stored).score();
    } finally {
      model.run().abandon(key);
    }
  }

  private Scoring.Score replay(byte[] value) {
    SampleCodec.Scored scored = SampleCodec.decodeScored(value);
    model.addReplayed(Math.max(0, scored.seconds() - seconds()));
    return scored.score();
  }

  private double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }
}
