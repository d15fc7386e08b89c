package ponder.search;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ponder.core.Problem;
import ponder.model.Completion;
import ponder.model.FinishReason;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Stop;
import ponder.model.Tokenizer;
import ponder.model.Tokenizing;
import ponder.model.Tokens;
import ponder.search.tree.Step;

/// One problem as a prompt that goes on with the steps of a path.
///
/// Where the model shows its tokens, a path goes on with the very tokens that were drawn: text may
/// be cut into other tokens than it was made of, and then neither the model nor its prefix cache
/// sees the same prompt. Where a server hides them, the path goes on as text: as the beginning of
/// the assistant's turn, or behind the one text of the prompt. Immutable.
final class StepPrompt {
  private final StepSetup setup;
  private final Prompt prompt;
  private final List<String> ends;
  private final int contextLength;
  private final @Nullable Tokenizer tokenizer;
  private final @Nullable Tokens opening;
  private final List<Integer> unknown;

  StepPrompt(StepSetup setup, Problem problem, LanguageModel model) {
    this.setup = setup;
    prompt = setup.ask().prompt(problem, model);
    ends = setup.ask().ends(problem);
    ModelInfo info = model.info();
    contextLength = info.contextLength();
    Tokenizing tokenizing = model.ability(Tokenizing.class).orElse(null);
    tokenizer = tokenizing == null ? null : tokenizing.tokenizer();
    opening = tokenizing == null ? null : tokenizing.tokens(prompt);
    // Padding of the embedding table: a model may draw such an id, no tokenizer can read it.
    unknown =
        tokenizer == null || info.vocabularySize() == 0
            ? List.of()
            : IntStream.range(tokenizer.vocabularySize(), info.vocabularySize()).boxed().toList();
  }

  /// The prompt that goes on behind `path`.
  Prompt after(Step path) {
    if (opening != null && path.tokens() != null) {
      return Prompt.of(opening.concat(path.tokens()));
    }
    return switch (prompt) {
      case Prompt.Chat chat -> new Prompt.Chat(chat.messages(), path.text());
      case Prompt.Text text -> Prompt.text(text.text() + path.text());
      case Prompt.Ids ids -> throw new IllegalStateException("A problem was put as token ids.");
    };
  }

  /// Length of the prompt before the first step; 0 if the model does not show its tokens.
  int length() {
    return opening == null ? 0 : opening.size();
  }

  /// How many tokens fit into the model's context behind `path` and `step`; 0 if none.
  int room(Step path, Step step) {
    return opening == null || path.tokens() == null || step.tokens() == null
        ? Integer.MAX_VALUE
        : Math.max(0, contextLength - opening.size() - path.tokens().size() - step.tokens().size());
  }

  /// Asks for more behind `path`.
  ///
  /// @param whole whether up to the solution's end, else up to the separator
  Request request(Step path, boolean whole, Sampling sampling, int maxTokens) {
    Stream<String> stops =
        whole ? ends.stream() : Stream.concat(Stream.of(setup.separator()), ends.stream());
    return Request.of(after(path))
        .withMaxTokens(maxTokens)
        .withSampling(sampling)
        .withStop(Stop.at(stops.toArray(String[]::new)))
        .withBanned(unknown);
  }

  /// Whether the completion ended at the separator, and not with the solution.
  boolean atSeparator(Completion completion) {
    return completion.finish() == FinishReason.STOP && !ends.contains(completion.detail());
  }

  /// Whether the completion says nothing, from a server that hides its tokens. Such servers do not
  /// tell an end from a stop either, so behind other text this is taken for the end.
  boolean silent(Completion completion) {
    return completion.text().isBlank() && !shown(completion.tokens());
  }

  private boolean shown(Tokens tokens) {
    return tokenizer != null && tokens.stream().noneMatch(id -> id == Tokens.UNKNOWN);
  }

  /// What a completion adds to a step; nothing is known yet of what follows.
  ///
  /// Behind a separator all tokens count, also where the last one reaches over it, since they are
  /// what the model will see. Behind an end only the text does.
  ///
  /// @param goesOn whether it ended at a separator
  Step read(Completion completion, boolean goesOn) {
    Tokens own = goesOn ? completion.tokens() : withoutEnd(completion);
    boolean known = shown(own);
    String text = completion.text();
    if (goesOn) {
      text = known && tokenizer != null ? tokenizer.decode(own, false) : text + setup.separator();
    }
    return new Step(
        text,
        known ? own : null,
        completion.tokens().size(),
        completion.sumLogprob(),
        sum(completion.certainty()),
        null,
        null);
  }

  private static Tokens withoutEnd(Completion completion) {
    Tokens tokens = completion.tokens();
    return completion.finish() == FinishReason.EOS ? tokens.slice(0, tokens.size() - 1) : tokens;
  }

  /// NaN where certainty was not asked for.
  private static double sum(float[] certainty) {
    double sum = certainty.length == 0 ? Double.NaN : 0;
    for (float value : certainty) {
      sum += value;
    }
    return sum;
  }

  /// Everything that does not fit: the path as the model sees it must be its text.
  List<String> faults(Step path) {
    List<String> faults = new ArrayList<>();
    if (tokenizer != null && path.tokens() != null && path.end() == null) {
      String decoded = tokenizer.decode(path.tokens(), false);
      if (!decoded.equals(path.text())) {
        faults.add("tokens that read '%s' stand for '%s'".formatted(decoded, path.text()));
      }
    }
    return faults;
  }
}
