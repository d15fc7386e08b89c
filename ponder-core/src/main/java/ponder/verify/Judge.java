package ponder.verify;

import java.util.ArrayList;
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
import ponder.model.Scoring;
import ponder.model.TokenLogprob;
import ponder.model.Tokenizer;
import ponder.model.Tokenizing;
import ponder.model.Tokens;
import ponder.model.Usage;

/// `judge`: asks a model whether a solution is right, and reads how probable it finds "Yes" against
/// "No" (as in Kadavath et al. 2022, "Language Models (Mostly) Know What They Know", P(True), and
/// Zhang et al. 2024, "Generative Verifiers").
///
/// The prompt ends where the verdict would begin, so one look at the next token's distribution is
/// enough; every spelling of the two words that is a single token counts. Works with any model,
/// best with one that writes better than the one it judges. Small models say Yes to nearly all:
/// then the order of the values still tells something, their size nothing.
///
/// How the distribution is seen depends on the model:
/// - it scores ([Scoring]): the exact probabilities of both words, no token is generated;
/// - else it generates one token, which is charged as such. If its tokens can be read, the masses
///   of both words among the 20 most probable tokens are compared; if not, the word it says has the
///   probability that the model gave it (all of it where that is unknown), the other word the rest.
///
/// A verdict that is neither word is a fault, as is a prompt longer than the model's context.
///
/// The problem comes before the solution, and the question about it last, not kept for later calls:
/// a local engine computes the problem once for all candidates, and of a longer solution only what
/// is new.
final class Judge implements Verifier {
  static final String ASK =
      """
      You check solutions. Below are a problem and a solution that somebody proposed for it.

      Problem:
      %s

      Proposed solution:
      %s

      Is the proposed solution correct, above all its final answer? Reply with one word, Yes or No.""";

  private static final String NAME = "judge";
  private static final List<String> YES = List.of("Yes", " Yes", "yes", " yes", "YES", " YES");
  private static final List<String> NO = List.of("No", " No", "no", " no", "NO", " NO");
  private static final int TOP = 20;

  private final LanguageModel model;
  private final @Nullable Sight sight;
  private final @Nullable Tokenizing tokenizing;

  /// What a model must have for its distribution to be seen whole.
  private record Sight(
      Scoring scoring, Tokenizer tokenizer, Labels labels, Tokens lead, Tokens middle, Tokens ask) {
    /// Text whose special tokens, if it spells any out, stay text.
    Tokens plain(String text) {
      return tokenizer.encode(text, false);
    }
  }

  /// @throws IllegalArgumentException if the model scores but lacks the tokens, or its chat
  ///   template cannot be used
  Judge(LanguageModel model) {
    this.model = model;
    tokenizing = model.ability(Tokenizing.class).orElse(null);
    Scoring scoring = model.ability(Scoring.class).orElse(null);
    sight = tokenizing == null || scoring == null ? null : sight(model, tokenizing, scoring);
  }

  private static Sight sight(LanguageModel model, Tokenizing tokenizing, Scoring scoring) {
    Tokenizer tokenizer = tokenizing.tokenizer();
    List<Message> messages = List.of(message(Slots.mark(0), Slots.mark(1)));
    List<Tokens> fixed =
        Slots.around(NAME, model, tokenizing, messages, 2).stream()
            .map(text -> tokenizer.encode(text, true))
            .toList();
    return new Sight(
        scoring,
        tokenizer,
        Labels.all(NAME, model.info().name(), tokenizer, YES, NO),
        fixed.get(0),
        fixed.get(1),
        fixed.get(2));
  }

  private static Message message(String question, String solution) {
    return Message.user(ASK.formatted(question, solution));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Spend judging(Problem problem, long tokens) {
    long around = length(message(problem.question().strip(), ""));
    long written = sight == null ? 1 : 0;
    long looked = sight == null ? 0 : sight.labels.tokens().size();
    return new Usage(around + tokens, 0, written, looked).cost(model.info().compute());
  }

  /// How many tokens a model is asked with; 0 if it does not show them.
  private long length(Message message) {
    return tokenizing == null ? 0 : tokenizing.tokens(Prompt.chat(message)).size();
  }

  @Override
  public List<Scores> score(Problem problem, List<Candidate> candidates, Purse purse) {
    Sight open = sight;
    return new Panel(model, purse)
        .judge(open == null ? asked(problem, candidates) : seen(open, problem, candidates));
  }

  private static List<Seen> seen(Sight sight, Problem problem, List<Candidate> candidates) {
    Tokens opening =
        sight.lead.concat(sight.plain(problem.question().strip())).concat(sight.middle);
    List<Seen> seen = new ArrayList<>();
    for (Candidate candidate : candidates) {
      Tokens own = sight.plain(candidate.text().strip()).concat(sight.ask);
      int computed =
          own.size() + sight.labels.tokens().size() + (seen.isEmpty() ? opening.size() : 0);
      seen.add(new Seen(sight, opening.concat(own), computed));
    }
    return seen;
  }

  private List<Asked> asked(Problem problem, List<Candidate> candidates) {
    return candidates.stream()
        .map(it -> new Asked(message(problem.question().strip(), it.text().strip())))
        .toList();
  }

  /// A verdict whose distribution is seen.
  private record Seen(Sight sight, Tokens context, int computed) implements Panel.Hearing {
    @Override
    public List<Panel.Fee> fees() {
      return List.of(new Panel.Fee(0, computed));
    }

    @Override
    public Scores judge(Panel.Till till) {
      try {
        Scoring.Score score =
            till.pay(
                call ->
                    sight.scoring.next(
                        context, sight.labels.tokens(), sight.ask.size(), null, call),
                Scoring.Score::usage);
        return Scores.read(sight.labels.value(score.logprobs()));
      } catch (ContextOverflowException e) {
        return Scores.read(Double.NaN);
      }
    }
  }

  /// A verdict that is written out.
  private final class Asked implements Panel.Hearing {
    private final Message message;

    private Asked(Message message) {
      this.message = message;
    }

    @Override
    public List<Panel.Fee> fees() {
      return List.of(new Panel.Fee(1, length(message)));
    }

    @Override
    public Scores judge(Panel.Till till) {
      Request request =
          Request.of(Prompt.chat(message))
              .withMaxTokens(1)
              .withTopLogprobs(tokenizing == null ? 0 : TOP);
      try {
        Completion verdict =
            till.pay(call -> model.complete(request, call), Completions::usage).first();
        return switch (verdict.finish()) {
          case CANCELLED, DEADLINE -> throw till.over();
          case ERROR ->
              throw new EngineException(
                  "Model %s failed as a judge: %s"
                      .formatted(model.info().name(), verdict.detail()));
          case STOP, EOS, LENGTH, CONTEXT -> Scores.read(value(verdict));
        };
      } catch (ContextOverflowException e) {
        return Scores.read(Double.NaN);
      }
    }
  }

  private double value(Completion verdict) {
    if (verdict.tokens().isEmpty()) {
      return Double.NaN;
    }
    if (tokenizing == null || verdict.topLogprobs().isEmpty()) {
      float logprob = verdict.logprobs()[0];
      double probability = Float.isNaN(logprob) ? 1 : Math.min(1, Math.exp(logprob));
      return switch (word(verdict.text())) {
        case "yes" -> probability;
        case "no" -> 1 - probability;
        default -> Double.NaN;
      };
    }
    Tokenizer tokenizer = tokenizing.tokenizer();
    double yes = 0;
    double no = 0;
    for (TokenLogprob top : verdict.topLogprobs().getFirst()) {
      switch (word(tokenizer.decode(Tokens.of(top.token()), false))) {
        case "yes" -> yes += Math.exp(top.logprob());
        case "no" -> no += Math.exp(top.logprob());
        default -> {}
      }
    }
    return yes / (yes + no); // NaN if it says neither
  }

  private static String word(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }
}
