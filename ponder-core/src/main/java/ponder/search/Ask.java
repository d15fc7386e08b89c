package ponder.search;

import java.util.ArrayList;
import java.util.List;
import ponder.core.Problem;
import ponder.model.LanguageModel;
import ponder.model.Message;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Tokenizing;

/// How a problem is put to the model: one system turn that asks for steps and a boxed answer, one
/// user turn with the question as it is.
///
/// @param system the system turn; empty for none
/// @param maxTokens most generated tokens of a sample
record Ask(String system, int maxTokens) {
  /// Zero-shot chain of thought (Kojima et al. 2022) with the answer marked as the MATH data set
  /// marks it.
  static final String STEP_BY_STEP =
      "Solve the problem step by step. Put the final answer, and nothing else, into \\boxed{}.";

  static final int DEFAULT_MAX_TOKENS = 1024;

  Request request(Problem problem, Sampling sampling, long seed) {
    List<Message> messages = new ArrayList<>();
    if (!system.isBlank()) {
      messages.add(Message.system(system));
    }
    messages.add(Message.user(problem.question()));
    return Request.of(new Prompt.Chat(messages, ""))
        .withMaxTokens(maxTokens)
        .withSampling(sampling)
        .withSeed(seed);
  }

  /// The prompt's length; 0 if the model does not show its tokens.
  int promptTokens(Problem problem, LanguageModel model) {
    return model
        .ability(Tokenizing.class)
        .map(it -> it.tokens(request(problem, Sampling.GREEDY, 0).prompt()).size())
        .orElse(0);
  }
}
