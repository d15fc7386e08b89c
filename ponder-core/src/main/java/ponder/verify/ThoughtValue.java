package ponder.verify;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import ponder.core.Problem;
import ponder.core.Seed;
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
/// sum is brought into [0, 1]. Other words count nothing, "not sure" among them; if none of the
/// three is a verdict, that is a fault. Works with any model that chats. Cost: one call of at most
/// 24 tokens per candidate.
///
/// @param model what is asked
/// @param seed the problem's own; a candidate's text splits it
record ThoughtValue(LanguageModel model, Seed seed) implements Verifier {
  private static final String ASK =
      """
      You value attempts at a problem. Below are the problem and the first steps towards a solution, which may be unfinished.

      Problem:
      %s

      Steps so far:
      %s

      How likely is it that a solution which goes on like this ends with the right answer? Reply with one word: sure, likely or impossible.""";

  private static final Pattern SAYS_IMPOSSIBLE =
      Pattern.compile("(?i)\\bimposs|\\b(?:unlikely|not (?:very |that )?likely)\\b");
  private static final Pattern SAYS_LIKELY = Pattern.compile("(?i)\\blikely\\b");
  private static final Pattern SAYS_SURE = Pattern.compile("(?i)\\bsure\\b");

  /// Who is not sure thinks it neither likely nor impossible.
  private static final Pattern DOUBTS =
      Pattern.compile("(?i)\\bunsure\\b|(?:\\bnot|n['’]t)\\s(?:\\w{1,12}\\s){0,2}sure\\b");

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
                .map(it -> new Hearing(message(question, it.text().strip()), it.text()))
                .toList());
  }

  private final class Hearing implements Panel.Hearing {
    private final Message message;
    private final long drawn;

    private Hearing(Message message, String text) {
      this.message = message;
      this.drawn = seed.split("thought", text).value();
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
              .withMaxTokens(most)
              .withSeed(drawn);
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

  /// What a reply says; null if that is no verdict.
  static @Nullable Double said(String text) {
    if (SAYS_IMPOSSIBLE.matcher(text).find()) {
      return IMPOSSIBLE;
    }
    if (SAYS_LIKELY.matcher(text).find()) {
      return LIKELY;
    }
    boolean sure = SAYS_SURE.matcher(text).find() && !DOUBTS.matcher(text).find();
    return sure ? (Double) SURE : null;
  }
}
