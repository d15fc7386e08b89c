package ponder.verify;

import java.util.Map;
import ponder.model.Adaptable;
import ponder.model.Certain;
import ponder.model.Hidden;
import ponder.model.LanguageModel;
import ponder.model.Scoring;
import ponder.model.Tokenizing;

/// What verifiers need of models.
final class Abilities {
  private static final Map<Class<?>, String> WORDS =
      Map.of(
          Certain.class, "whole distributions",
          Hidden.class, "hidden states",
          Scoring.class, "probabilities of given tokens",
          Tokenizing.class, "a tokenizer",
          Adaptable.class, "adapters");

  private Abilities() {}

  /// The model's ability.
  ///
  /// @param asker the verifier that needs it
  /// @throws IllegalArgumentException if the model lacks it
  static <T> T of(String asker, LanguageModel model, Class<T> ability) {
    return model
        .ability(ability)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "verifier (%s) needs %s, which model %s on engine %s does not give. Maybe a model on engine llama was meant."
                        .formatted(
                            asker,
                            WORDS.getOrDefault(ability, ability.getSimpleName()),
                            model.info().name(),
                            model.info().engine())));
  }
}
