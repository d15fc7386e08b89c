package ponder.eval;

import java.util.Optional;
import java.util.function.Supplier;
import ponder.model.Call;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.Hidden;
import ponder.model.LanguageModel;
import ponder.model.Listener;
import ponder.model.ModelInfo;
import ponder.model.Request;
import ponder.model.Scoring;

/// A model that tells a [Flow] how much is asked of it. Thread-safe; closing it closes the model.
final class WatchedModel implements LanguageModel {
  private final LanguageModel model;
  private final Flow flow;

  WatchedModel(LanguageModel model, Flow flow) {
    this.model = model;
    this.flow = flow;
  }

  @Override
  public ModelInfo info() {
    return model.info();
  }

  @Override
  public Completions complete(Request request, Call call) {
    var held = new Held(flow.places(request), request.n(), call.listener());
    flow.asked(held.left);
    try {
      return model.complete(request, call.withListener(held));
    } finally {
      flow.answered(held.left, 0);
    }
  }

  /// A call's places, given back as its samples end. Used by the calling thread.
  private final class Held implements Listener {
    private final int places;
    private final int samples;
    private final Listener listener;
    private int ended;
    private int left;

    private Held(int places, int samples, Listener listener) {
      this.places = places;
      this.samples = samples;
      this.listener = listener;
      this.left = places;
    }

    @Override
    public void onText(int sample, String delta) {
      listener.onText(sample, delta);
    }

    @Override
    public void onFinish(Completion completion) {
      int free = places - (int) ((long) places * ++ended / samples);
      flow.answered(left - free, completion.tokens().size());
      left = free;
      listener.onFinish(completion);
    }
  }

  @Override
  public <T> Optional<T> ability(Class<T> ability) {
    if (ability == Scoring.class) {
      return model
          .ability(Scoring.class)
          .map(it -> Scoring.around(it, this::watched))
          .map(ability::cast);
    }
    if (ability == Hidden.class) {
      return model
          .ability(Hidden.class)
          .map(it -> Hidden.around(it, this::watched))
          .map(ability::cast);
    }
    return model.ability(ability);
  }

  @Override
  public void close() {
    model.close();
  }

  private <T> T watched(Supplier<T> work) {
    flow.asked(1);
    try {
      return work.get();
    } finally {
      flow.answered(1, 0);
    }
  }
}
