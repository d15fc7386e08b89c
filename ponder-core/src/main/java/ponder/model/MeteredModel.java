package ponder.model;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import ponder.core.Spend;

/// A model that adds up what it is really asked to compute, and the time for which it was asked.
///
/// Put directly around an engine, below whatever may answer without it, it tells what this process
/// paid. Around the model of one kind of work, it tells how long that work was waited for.
/// Thread-safe; closing it closes the model.
public final class MeteredModel implements LanguageModel {
  private final LanguageModel model;
  private final AtomicReference<Spend> paid = new AtomicReference<>(Spend.NONE);
  private final Busy busy = new Busy();

  public MeteredModel(LanguageModel model) {
    this.model = model;
  }

  /// The cost of every call that has ended; no time.
  public Spend paid() {
    return paid.get();
  }

  /// Wall time in seconds during which at least one call was under way; calls side by side count
  /// once, and only when none is left under way.
  public double seconds() {
    return busy.seconds();
  }

  /// The time during which something is under way, however much at once.
  private static final class Busy {
    private int active;
    private long since;
    private long nanos;

    private <T> T during(Supplier<T> work) {
      begin();
      try {
        return work.get();
      } finally {
        end();
      }
    }

    private synchronized void begin() {
      if (active++ == 0) {
        since = System.nanoTime();
      }
    }

    private synchronized void end() {
      if (--active == 0) {
        nanos += System.nanoTime() - since;
      }
    }

    private synchronized double seconds() {
      return nanos / 1e9;
    }
  }

  @Override
  public ModelInfo info() {
    return model.info();
  }

  @Override
  public Completions complete(Request request, Call call) {
    Completions completions = busy.during(() -> model.complete(request, call));
    charge(completions.usage());
    return completions;
  }

  private Scoring.Score score(Supplier<Scoring.Score> work) {
    Scoring.Score score = busy.during(work);
    charge(score.usage());
    return score;
  }

  private Hidden.States states(Supplier<Hidden.States> work) {
    Hidden.States states = busy.during(work);
    charge(states.usage());
    return states;
  }

  private void charge(Usage usage) {
    paid.accumulateAndGet(usage.cost(info().compute()), Spend::plus);
  }

  @Override
  public <T> Optional<T> ability(Class<T> ability) {
    if (ability == Scoring.class) {
      return model
          .ability(Scoring.class)
          .map(it -> Scoring.around(it, this::score))
          .map(ability::cast);
    }
    if (ability == Hidden.class) {
      return model
          .ability(Hidden.class)
          .map(it -> Hidden.around(it, this::states))
          .map(ability::cast);
    }
    return model.ability(ability);
  }

  @Override
  public void close() {
    model.close();
  }
}
