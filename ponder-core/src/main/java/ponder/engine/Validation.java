package ponder.engine;

import ponder.model.ContextOverflowException;
import ponder.model.Request;
import ponder.model.Tokens;

/// Refuses calls that the engine cannot carry out, naming the value, before anything reaches the
/// engine's thread. A wrong argument to a native may end the process.
///
/// @param vocabularySize token ids are below this
/// @param contextLength most tokens of a sequence
/// @param capacity most tokens that the cache can hold for one sequence alone
record Validation(int vocabularySize, int contextLength, int capacity) {

  /// The longest sequence.
  int longest() {
    return Math.min(contextLength, capacity);
  }

  void request(Request request, Tokens prompt) {
    given("prompt", prompt);
    if (prompt.size() + 1 > longest()) {
      throw new ContextOverflowException(prompt.size(), longest());
    }
    request.banned().forEach(id -> id("banned token", id));
    request.allowed().forEach(id -> id("allowed token", id));
    request.sampling().bias().keySet().forEach(id -> id("bias of token", id));
    request.stop().sequences().forEach(sequence -> given("stop token sequence", sequence));
  }

  void score(Tokens prefix, Tokens continuation) {
    given("prefix", prefix);
    given("continuation", continuation);
    fits(prefix.size() + continuation.size());
  }

  void next(Tokens context, Tokens candidates, int privateTail) {
    given("context", context);
    given("candidates", candidates);
    if (privateTail < 0 || privateTail > context.size()) {
      throw new IllegalArgumentException(
          "privateTail (%d) must be between 0 and the context's length (%d)."
              .formatted(privateTail, context.size()));
    }
    fits(context.size());
  }

  void hidden(Tokens tokens, int from) {
    given("tokens", tokens);
    if (from < 0 || from >= tokens.size()) {
      throw new IllegalArgumentException(
          "from (%d) must be at least 0 and below the number of tokens (%d)."
              .formatted(from, tokens.size()));
    }
    fits(tokens.size());
  }

  private void fits(int tokens) {
    if (tokens > longest()) {
      throw new ContextOverflowException(tokens, longest());
    }
  }

  private void given(String name, Tokens tokens) {
    if (tokens.isEmpty()) {
      throw new IllegalArgumentException(name + " (0 tokens) must hold at least one token.");
    }
    for (int i = 0; i < tokens.size(); i++) {
      id(name, tokens.get(i));
    }
  }

  private void id(String name, int id) {
    if (id < 0 || id >= vocabularySize) {
      throw new IllegalArgumentException(
          "%s: token %d must be at least 0 and below the vocabulary's size (%d)."
              .formatted(name, id, vocabularySize));
    }
  }
}
