package ponder.search;

import java.util.List;
import java.util.stream.IntStream;
import ponder.core.Problem;
import ponder.model.Completion;
import ponder.model.FinishReason;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Stop;
import ponder.model.Tokenizer;
import ponder.model.Tokenizing;
import ponder.model.Tokens;

/// One problem as a prompt whose thoughts are open, and the requests that continue it.
///
/// What the model wrote is fed back to it by its ids and never as text: text may be cut into other
/// tokens than it was made of, and then neither the model nor its prefix cache sees the same
/// prompt. Immutable.
final class Thinking {
  private final ThinkingSetup setup;
  private final ThinkingMarkers markers;
  private final Tokenizer tokenizer;
  private final int contextLength;
  private final Tokens context;
  private final Tokens stop;
  private final List<Integer> unknown;

  private Thinking(ThinkingSetup setup, Tokens prompt, Tokenizing tokenizing, ModelInfo info) {
    this.setup = setup;
    tokenizer = tokenizing.tokenizer();
    contextLength = info.contextLength();
    String text = tokenizer.decode(prompt, true);
    markers = setup.markers().resolve(tokenizer, text, info.name());
    // Always opened for the model: one that was not taught to open them answers at once.
    context = prompt.concat(markers.opening(tokenizer, text));
    stop = markers.stop(tokenizer);
    // Padding of the embedding table: a model may draw such an id, no tokenizer can read it.
    unknown = IntStream.range(tokenizer.vocabularySize(), info.vocabularySize()).boxed().toList();
  }

  /// @param method for messages
  /// @throws IllegalArgumentException if the model does not show its tokens, or knows no markers
  static Thinking open(String method, ThinkingSetup setup, Problem problem, LanguageModel model) {
    Tokenizing tokenizing =
        model
            .ability(Tokenizing.class)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "method (%s) continues token ids, which model %s of engine %s does not show. Maybe a local model (--engine llama) serves."
                            .formatted(method, model.info().name(), model.info().engine())));
    Prompt prompt = setup.ask().prompt(problem, model);
    return new Thinking(setup, tokenizing.tokens(prompt), tokenizing, model.info());
  }

  /// The prompt and the marker that opens the thoughts.
  Tokens context() {
    return context;
  }

  int contextLength() {
    return contextLength;
  }

  /// Most tokens that stand between thoughts and answer.
  int longestClosing() {
    return markers.forcedClosing(tokenizer, true).size();
  }

  /// Asks for more thoughts behind `trace`, until the model ends them.
  Request thoughts(Tokens trace, int maxTokens, long seed) {
    return Request.of(Prompt.of(context.concat(trace)))
        .withMaxTokens(maxTokens)
        .withSampling(setup.thinking())
        .withStop(new Stop(List.of(), List.of(stop), false, false))
        .withBanned(unknown)
        .withSeed(seed);
  }

  /// How many tokens end thoughts that the model ends itself, at most.
  int stopTokens() {
    return stop.size();
  }

  /// The completion's tokens without what ended it, and without ids that must not be fed back.
  Tokens own(Completion completion) {
    Tokens own = withoutEnd(completion.finish(), completion.tokens());
    return unknown.isEmpty()
        ? own
        : Tokens.of(own.stream().filter(id -> id < tokenizer.vocabularySize()).toArray());
  }

  private Tokens withoutEnd(FinishReason finish, Tokens tokens) {
    return switch (finish) {
      case STOP -> tokens.slice(0, tokens.size() - stop.size());
      case EOS -> tokens.slice(0, tokens.size() - 1);
      case LENGTH, CONTEXT, CANCELLED, DEADLINE, ERROR -> withoutBegunStop(tokens);
    };
  }

  /// A marker of several tokens may have been cut in two.
  private Tokens withoutBegunStop(Tokens tokens) {
    for (int length = Math.min(stop.size() - 1, tokens.size()); length > 0; length--) {
      Tokens end = tokens.slice(tokens.size() - length, tokens.size());
      if (stop.startsWith(end)) {
        return tokens.slice(0, tokens.size() - length);
      }
    }
    return tokens;
  }

  /// What stands between `trace` and the answer: the closing marker, and behind thoughts that were
  /// cut what asks for the answer.
  Tokens closing(Tokens trace, boolean forced) {
    return forced
        ? markers.forcedClosing(tokenizer, !endsWithLineBreak(trace))
        : markers.closing(tokenizer);
  }

  private boolean endsWithLineBreak(Tokens trace) {
    if (trace.isEmpty()) {
      return false;
    }
    byte[] last = tokenizer.bytes(trace.get(trace.size() - 1));
    return last.length > 0 && last[last.length - 1] == '\n';
  }

  /// Asks for the answer.
  Request answer(Tokens trace, boolean forced, ThinkingRoom room, long seed) {
    Tokens thought = trace.concat(closing(trace, forced));
    return Request.of(Prompt.of(context.concat(thought)))
        .withMaxTokens(room.answer(thought.size()))
        .withSampling(setup.answering())
        .withBanned(unknown)
        .withSeed(seed);
  }

  /// The ids of a text that is put among the thoughts; markers in it are only text.
  Tokens encode(String text) {
    return tokenizer.encode(text, false);
  }

  String text(Tokens tokens) {
    return tokenizer.decode(tokens, false);
  }
}
