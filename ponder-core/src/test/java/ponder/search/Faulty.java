package ponder.search;

import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import ponder.model.Call;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.FinishReason;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo;
import ponder.model.Request;
import ponder.testkit.ScriptedModel;

/// A scripted model some of whose samples fail after they were written.
///
/// @param fails which, by prompt and sample
record Faulty(ScriptedModel model, BiPredicate<String, Integer> fails) implements LanguageModel {
  @Override
  public ModelInfo info() {
    return model.info();
  }

  @Override
  public Completions complete(Request request, Call call) {
    Completions all = model.complete(request, call);
    String prompt = model.tokenizer().decode(model.tokens(request.prompt()), true);
    List<Completion> completions =
        all.completions().stream()
            .map(it -> fails.test(prompt, it.sample()) ? failed(it) : it)
            .toList();
    return new Completions(completions, all.usage());
  }

  private static Completion failed(Completion it) {
    return new Completion(
        it.sample(),
        it.tokens(),
        it.text(),
        it.textTokens(),
        FinishReason.ERROR,
        "the cache broke",
        it.logprobs(),
        it.sampledLogprobs(),
        it.topLogprobs(),
        it.certainty());
  }

  @Override
  public <T> Optional<T> ability(Class<T> ability) {
    return model.ability(ability);
  }

  @Override
  public void close() {
    model.close();
  }
}
