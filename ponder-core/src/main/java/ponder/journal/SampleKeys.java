package ponder.journal;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import ponder.model.AdapterKey;
import ponder.model.LanguageModel;
import ponder.model.Message;
import ponder.model.ModelInfo;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Stop;
import ponder.model.Tokenizing;
import ponder.model.Tokens;
import ponder.store.Key;

/// Names samples and scores by everything that decides them.
///
/// The chain is model, prompt, request, sample. A model that shows its tokens has its prompts named
/// by token ids, so its tokenizer and chat template are in the key by what they do. Neither the
/// number of samples nor their company is in a sample's key: going from 8 to 16 asks for 8.
///
/// The keys are part of the journal's format: a change makes every recorded run unreadable, so a
/// test freezes them.
final class SampleKeys {
  private final Key model;
  private final @Nullable Tokenizing tokenizing;

  SampleKeys(LanguageModel languageModel) {
    ModelInfo info = languageModel.info();
    model =
        Key.of("model")
            .put(info.engine())
            .put(info.build())
            .put(info.weightsHash())
            .put(info.determinism().name())
            .put(info.contextLength())
            .build();
    tokenizing = languageModel.ability(Tokenizing.class).orElse(null);
  }

  /// A request without its seed and samples.
  Key request(Request request) {
    Key.Builder key = Key.of("request", prompt(request.prompt()));
    key.put(request.maxTokens()).put(request.minTokens()).put(request.topLogprobs());
    putSampling(key, request.sampling());
    putStop(key, request.stop());
    key.put(Tokens.of(request.banned()).toArray()).put(Tokens.of(request.allowed()).toArray());
    putAdapter(key, request.adapter());
    if (request.certainty()) {
      key.put("certainty"); // later fields are named, and only there when asked for
    }
    return key.build();
  }

  /// @param occurrence how often the same sample was asked for before; 0 where equal requests have
  ///   equal results
  static Key sample(Key request, long seed, int index, int occurrence) {
    return Key.of("sample", request).put(seed).put(index).put(occurrence).build();
  }

  /// What one request for these samples cost.
  static Key usage(Key request, Request of, int occurrence) {
    return Key.of("usage", request)
        .put(of.seed())
        .put(Tokens.of(of.samples()).toArray())
        .put(occurrence)
        .build();
  }

  Key score(Tokens prefix, Tokens continuation, @Nullable AdapterKey adapter) {
    return scored("score", prefix, continuation, adapter);
  }

  Key next(Tokens context, Tokens candidates, @Nullable AdapterKey adapter) {
    return scored("next", context, candidates, adapter);
  }

  private Key scored(String kind, Tokens given, Tokens scored, @Nullable AdapterKey adapter) {
    Key.Builder key = Key.of(kind, prompt(Prompt.of(given)));
    putAdapter(key, adapter);
    return key.put(scored.toArray()).build();
  }

  private Key prompt(Prompt prompt) {
    if (tokenizing != null) {
      return Key.of("tokens", model).put(tokenizing.tokens(prompt).toArray()).build();
    }
    return switch (prompt) {
      case Prompt.Ids ids -> Key.of("tokens", model).put(ids.tokens().toArray()).build();
      case Prompt.Text text -> Key.of("text", model).put(text.text()).build();
      case Prompt.Chat chat -> {
        Key.Builder key = Key.of("chat", model).put(chat.messages().size());
        for (Message message : chat.messages()) {
          key.put(message.role()).put(message.content());
        }
        yield key.put(chat.prefill()).build();
      }
    };
  }

  private static void putSampling(Key.Builder key, Sampling sampling) {
    key.put(sampling.temperature()).put(sampling.topP()).put(sampling.topK());
    key.put(sampling.minP()).put(sampling.typicalP());
    key.put(sampling.repetitionPenalty()).put(sampling.frequencyPenalty());
    key.put(sampling.presencePenalty()).put(sampling.penaltyWindow());
    key.put(sampling.bias().size());
    new TreeMap<>(sampling.bias()).forEach((id, bias) -> key.put(id).put(bias));
    key.put(sampling.order().name());
  }

  private static void putStop(Key.Builder key, Stop stop) {
    key.put(stop.strings().size());
    stop.strings().forEach(key::put);
    key.put(stop.sequences().size());
    stop.sequences().forEach(sequence -> key.put(sequence.toArray()));
    key.put(stop.includeStop() ? 1 : 0).put(stop.ignoreEos() ? 1 : 0);
  }

  private static void putAdapter(Key.Builder key, @Nullable AdapterKey adapter) {
    key.put(adapter == null ? "" : adapter.hash()).put(adapter == null ? 1 : adapter.scale());
  }
}
