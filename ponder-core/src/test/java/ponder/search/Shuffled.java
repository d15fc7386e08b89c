package ponder.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ponder.core.Seed;
import ponder.model.Call;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo;
import ponder.model.Request;
import ponder.model.Usage;

/// A model whose calls take turns in a shuffled order, and whose samples are computed one by one
/// from the last: what comes of it must not show.
record Shuffled(LanguageModel model, long seed) implements LanguageModel {
  @Override
  public ModelInfo info() {
    return model.info();
  }

  @Override
  public Completions complete(Request request, Call call) {
    long turns = Long.remainderUnsigned(new Seed(seed ^ request.seed()).value(), 50);
    for (long i = 0; i < turns; i++) {
      Thread.yield();
    }
    List<Completion> completions = new ArrayList<>();
    Usage usage = Usage.NONE;
    for (int sample : request.samples().reversed()) {
      Completions one = model.complete(request.withSamples(List.of(sample)), call);
      completions.addFirst(one.first());
      usage = usage.plus(one.usage());
    }
    return new Completions(completions, usage);
  }

  @Override
  public <T> Optional<T> ability(Class<T> ability) {
    return model.ability(ability);
  }

  @Override
  public void close() {}
}
