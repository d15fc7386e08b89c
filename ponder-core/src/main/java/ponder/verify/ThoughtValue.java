package ponder.verify;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import ponder.core.Problem;
import ponder.core.Spend;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.ContextOverflowException;
import ponder.model.EngineException;
import ponder.model.LanguageModel;
import ponder.model.Message;
import ponder.model.Prompt;
import ponder.model.Purse;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Tokenizing;
import ponder.model.Usage;

/// `thought`: asks a model how surely the solution so far leads to the right answer - sure, likely,
/// or impossible (Yao et al. 2023, "Tree of Thoughts", section 3).
///
/// Three words are drawn; sure counts 20, likely 1, impossible 0.001, as in the paper, and their
/// sum is brought into [0, 1]. Other words count nothing; if none of the three is a verdict, that
/// is a fault. Works with any model that chats. Cost: one call of at most 24 tokens per candidate.
///
/// @param model what is asked
record ThoughtValue(LanguageModel model) implements Verifier {
  private static final String ASK =
      """
      You value attempts at a problem. Below are the problem and the first steps towards a solution, which may be unfinished.

      Problem:
      %s

      Steps so far:
      %s

      How likely is it that a solution which goes on like this ends with the right answer? Reply with one word: sure, likely or impossible.""";

  private static final int VALUES = 3;
  private static final int WORD = 8;
  private static final double SURE = 20;
  private static final double LIKELY = 1;
  private static final double IMPOSSIBLE = 0.001;

  @Override
  public String name() {
    return "thought";
  }

  @Override
  public Spend judging(Problem problem, long tokens) {
    Tokenizing tokenizing = model.ability(Tokenizing.class).orElse(null);
    long around =
        tokenizing == null
            ? 0
            : tokenizing.tokens(Prompt.chat(message(problem.question().strip(), ""))).size();
    return new Usage(around + tokens, 0, 2L * VALUES, 0, VALUES).cost(model.info().compute());
  }

  private static Message message(String question, String steps) {
    return Message.user(ASK.formatted(question, steps));
  }

  @Override
  public List<Scores> score(Problem problem, List<Candidate> candidates, Purse purse) {
    String question = problem.question().strip();
    return new Panel(model, purse)
        .judge(
            candidates.stream()
                .map(it -> new Hearing(message(question, it.text().strip())))
                .toList());
  }

  private final class Hearing implements Panel.Hearing {
    private final Message message;

    private Hearing(Message message) {
      this.message = message;
    }

    @Override
    public List<Panel.Fee> fees() {
      return List.of(new Panel.Fee(VALUES * WORD, 0));
    }

    @Override
    public Scores judge(Panel.Till till) {
      int most = Math.min(WORD, till.tokens() / VALUES);
      if (most < 1) {
        throw till.over();
      }
      Request request =
          Request.of(Prompt.chat(message))
              .withN(VALUES)
              .withSampling(Sampling.of(0.7))
              .withMaxTokens(most);
      try {
        Completions words = till.pay(call -> model.complete(request, call), Completions::usage);
        return Scores.read(value(words.completions(), till));
      } catch (ContextOverflowException e) {
        return Scores.read(Double.NaN);
      }
    }

    private double value(List<Completion> words, Panel.Till till) {
      double sum = 0;
      boolean verdict = false;
      for (Completion word : words) {
        switch (word.finish()) {
          case CANCELLED, DEADLINE -> throw till.over();
          case ERROR ->
              throw new EngineException(
                  "Model %s failed to value a thought: %s"
                      .formatted(model.info().name(), word.detail()));
          case STOP, EOS, LENGTH, CONTEXT -> {
            Double value = said(word.text());
            verdict |= value != null;
            sum += value == null ? 0 : value;
          }
        }
      }
      return verdict ? sum / (SURE * words.size()) : Double.NaN;
    }
  }

  private static @Nullable Double said(String text) {
    String word = text.toLowerCase(Locale.ROOT);
    if (word.contains("imposs") || word.contains("unlikely")) {
      return IMPOSSIBLE;
    }
    if (word.contains("likely")) {
      return LIKELY;
    }
    return word.contains("sure") ? (Double) SURE : null;
  }
}
