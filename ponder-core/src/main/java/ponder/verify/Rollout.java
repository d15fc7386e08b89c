package ponder.verify;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.core.Problem;
import ponder.core.Seed;
import ponder.core.Spend;
import ponder.grade.AnswerClasses;
import ponder.grade.Rubric;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.ContextOverflowException;
import ponder.model.EngineException;
import ponder.model.FinishReason;
import ponder.model.LanguageModel;
import ponder.model.Message;
import ponder.model.Prompt;
import ponder.model.Purse;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Usage;

/// `rollout:N`: lets the model finish a beginning N times, and sees how often it comes to the
/// answer that most come to (Wang et al. 2024, "Math-Shepherd", Monte-Carlo estimation of a step).
///
/// Departs from the paper, which knows the right answer: in its place stands the answer that most
/// roll-outs and solutions of all candidates reach, so a value says how well a beginning agrees
/// with the others. All that is compared must therefore be judged at once. A candidate with an
/// answer has it N times, without a call. All others are rolled out, also those that ended without
/// one, since a candidate does not tell whether it has ended.
///
/// A candidate that tells its prompt ([Candidate#next]) goes on from there; else the question is
/// put as a chat and the text is the beginning of the assistant's turn. Cost: one call of N samples
/// per candidate without an answer.
///
/// @param model the model that writes the candidates
/// @param n roll-outs of a candidate
/// @param seed the problem's own; a candidate's text splits it
record Rollout(LanguageModel model, int n, Seed seed) implements Verifier {
  static final int DEFAULT_N = 8;

  /// Most tokens of a roll-out.
  private static final int LONGEST = 1024;

  private static final double TEMPERATURE = 0.8;

  @Override
  public String name() {
    return n == DEFAULT_N ? "rollout" : "rollout:" + n;
  }

  @Override
  public boolean together() {
    return true;
  }

  @Override
  public Spend judging(Problem problem, long tokens) {
    return new Usage(tokens, 0, n * tokens, 0, n).cost(model.info().compute());
  }

  @Override
  public List<Scores> score(Problem problem, List<Candidate> candidates, Purse purse) {
    List<Hearing> hearings = candidates.stream().map(it -> new Hearing(problem, it)).toList();
    List<Hearing> open = hearings.stream().filter(it -> it.request != null).toList();
    List<Scores> judged = new Panel(model, purse).judge(open);
    List<@Nullable String> all = new ArrayList<>();
    hearings.forEach(it -> all.addAll(it.answers));
    AnswerClasses classes = Rubric.of(problem.grading()).classes(all);
    int consensus = largest(classes, all.size());
    List<Scores> scores = new ArrayList<>();
    int at = 0;
    for (Hearing hearing : hearings) {
      int agreeing = 0;
      for (int i = 0; i < hearing.answers.size(); i++, at++) {
        agreeing += consensus >= 0 && classes.classOf(at) == consensus ? 1 : 0;
      }
      boolean heard = hearing.request == null || judged.get(open.indexOf(hearing)).judged();
      scores.add(heard ? Scores.outcome((double) agreeing / n) : Scores.UNJUDGED);
    }
    return List.copyOf(scores);
  }

  /// The class with the most answers, the first of equals; -1 if there is no answer.
  private static int largest(AnswerClasses classes, int answers) {
    int[] sizes = new int[classes.count()];
    int largest = -1;
    for (int i = 0; i < answers; i++) {
      if (classes.classOf(i) >= 0) {
        sizes[classes.classOf(i)]++;
      }
    }
    for (int i = 0; i < sizes.length; i++) {
      largest = largest < 0 || sizes[i] > sizes[largest] ? i : largest;
    }
    return largest;
  }

  private final class Hearing implements Panel.Hearing {
    private final @Nullable Request request;
    private final Rubric rubric;
    private List<@Nullable String> answers = List.of();

    private Hearing(Problem problem, Candidate candidate) {
      rubric = Rubric.of(problem.grading());
      boolean finished = candidate.answer() != null;
      if (finished) {
        answers = Collections.nCopies(n, candidate.answer());
      }
      Prompt prompt = candidate.next();
      if (prompt == null) {
        prompt =
            new Prompt.Chat(List.of(Message.user(problem.question().strip())), candidate.text());
      }
      request =
          finished
              ? null
              : Request.of(prompt)
                  .withN(n)
                  .withMaxTokens(LONGEST)
                  .withSampling(Sampling.of(TEMPERATURE))
                  .withSeed(seed.split("rollout", candidate.text()).value());
    }

    @Override
    public List<Panel.Fee> fees() {
      return List.of(new Panel.Fee(n * LONGEST, 0));
    }

    @Override
    public Scores judge(Panel.Till till) {
      int most = Math.min(LONGEST, till.tokens() / n);
      Request asked = request;
      if (most < 1 || asked == null) {
        throw till.over();
      }
      try {
        Completions ends =
            till.pay(call -> model.complete(asked.withMaxTokens(most), call), Completions::usage);
        List<@Nullable String> read = new ArrayList<>();
        ends.completions().forEach(end -> read.add(answer(end, till)));
        answers = read;
      } catch (ContextOverflowException e) {
        answers = List.of();
      }
      return Scores.outcome(0);
    }

    private @Nullable String answer(Completion end, Panel.Till till) {
      if (end.finish() == FinishReason.CANCELLED || end.finish() == FinishReason.DEADLINE) {
        throw till.over();
      }
      if (end.finish() == FinishReason.ERROR) {
        throw new EngineException(
            "Model %s failed in a roll-out: %s".formatted(model.info().name(), end.detail()));
      }
      return (end.finish() == FinishReason.LENGTH || end.finish() == FinishReason.CONTEXT
              ? rubric.marked(end.text())
              : rubric.answer(end.text()))
          .orElse(null);
    }
  }
}
