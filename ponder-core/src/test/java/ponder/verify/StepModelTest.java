package ponder.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ponder.core.Budget;
import ponder.core.Limits;
import ponder.core.Spend;
import ponder.model.Call;
import ponder.model.Cancellation;
import ponder.model.ChatTemplate;
import ponder.model.Completions;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo;
import ponder.model.Purse;
import ponder.model.Request;
import ponder.model.Tokenizer;
import ponder.model.Tokenizing;
import ponder.model.Tokens;
import ponder.testkit.OpinionModel;
import ponder.testkit.VerifierContract;
import ponder.testkit.WordTokenizer;

class StepModelTest {
  private static final WordTokenizer WORDS =
      new WordTokenizer("+", "-", " +", " -", " \u043A\u0438", " \n\n\n\n\n");

  private static StepModel model(String format, OpinionModel model) {
    return new StepModel(PrmFormat.named(format), Aggregation.LAST, model);
  }

  private static OpinionModel whimsical() {
    return new OpinionModel(WORDS, OpinionModel::whim);
  }

  abstract static class Contract extends VerifierContract {
    private final String format;

    Contract(String format) {
      this.format = format;
    }

    @Override
    protected Verifier verifier() {
      return model(format, whimsical());
    }

    @Override
    protected boolean pays() {
      return true;
    }

    @Test
    void incrementalEqualsFromScratch() {
      Candidate whole = candidates().getLast();
      List<Double> fromScratch =
          verifier().score(PROBLEM, List.of(whole), rich()).getFirst().steps();
      Verifier verifier = verifier();
      List<Double> known = List.of();
      for (int k = 1; k <= whole.steps().size(); k++) {
        Candidate prefix =
            candidate(null, whole.steps().subList(0, k).toArray(String[]::new)).withKnown(known);
        Purse purse = rich();
        known = verifier.score(PROBLEM, List.of(prefix), purse).getFirst().steps();
        assertThat(known).isEqualTo(fromScratch.subList(0, k));
        assertThat(purse.budget().spent().calls()).isEqualTo(1);
      }
    }

    @Test
    void eachStepsTextBeginsWithTheStepsBefore() {
      OpinionModel model = whimsical();
      model(format, model).score(PROBLEM, List.of(candidates().getLast()), rich());
      Tokens kept = Tokens.of();
      for (OpinionModel.Reading reading : model.readings()) {
        assertThat(reading.context().startsWith(kept)).isTrue();
        kept = reading.context().slice(0, reading.context().size() - reading.tail());
      }
      assertThat(model.readings()).hasSize(5);
    }

    @Test
    void tellsAboutWhatStepsTake() {
      String[] steps =
          Stream.generate(() -> "x".repeat(48) + "\n\n").limit(6).toArray(String[]::new);
      Verifier verifier = verifier();
      Purse purse = rich();
      verifier.score(PROBLEM, List.of(candidate("1", steps)), purse);
      Spend spent = purse.budget().spent();
      Spend told = verifier.judging(PROBLEM, 300);

      assertThat(told.calls()).isEqualTo(6).isEqualTo(spent.calls());
      assertThat(told.scoredTokens()).isEqualTo(spent.scoredTokens());
      assertThat(told.generatedTokens()).isZero();
      assertThat((double) told.promptTokens())
          .isCloseTo(spent.promptTokens(), withinPercentage(10));
      assertThat(told.flops()).isCloseTo(spent.flops(), withinPercentage(10));
    }

    @Test
    void chargesOneCallPerStepOnce() {
      OpinionModel model = whimsical();
      Purse purse = rich();
      model(format, model).score(PROBLEM, List.of(candidates().getLast()), purse);
      List<OpinionModel.Reading> readings = model.readings();
      Spend spent = purse.budget().spent();

      assertThat(spent.calls()).isEqualTo(5);
      assertThat(spent.promptTokens())
          .isEqualTo(readings.stream().mapToLong(it -> it.context().size()).sum());
      int longest = readings.getLast().context().size();
      int tails = readings.stream().mapToInt(OpinionModel.Reading::tail).sum();
      assertThat(spent.promptTokens() - spent.cachedPromptTokens())
          .as("computed: the longest text and the tails, once")
          .isEqualTo(longest - readings.getLast().tail() + tails);
      assertThat(spent.generatedTokens()).isZero();
    }
  }

  @Nested
  class MathShepherd extends Contract {
    MathShepherd() {
      super("math-shepherd");
    }
  }

  @Nested
  class OpenR extends Contract {
    OpenR() {
      super("openr");
    }
  }

  @Nested
  class RlhFlow extends Contract {
    RlhFlow() {
      super("rlhflow");
    }
  }

  @Nested
  class PlusMinus extends Contract {
    PlusMinus() {
      super("plus-minus");
    }
  }

  /// The text at the last step of "One." and "Two.".
  private static String lastText(String format) {
    OpinionModel model = whimsical();
    Candidate two = new Candidate("One.\n\nTwo.", List.of("One.\n\n", "Two."), null, 1, -1, 0);
    model(format, model).score(VerifierContract.PROBLEM, List.of(two), VerifierContract.rich());
    return model.texts().getLast();
  }

  @Test
  void writesTheFormats() {
    assertThat(lastText("math-shepherd"))
        .isEqualTo("What is 17 + 25? One. \u043A\u0438\n\nTwo. \u043A\u0438");
    assertThat(lastText("openr")).isEqualTo("What is 17 + 25? One. \n\n\n\n\nTwo. \n\n\n\n\n");
    assertThat(lastText("rlhflow"))
        .isEqualTo(
            """
            <|im_start|>user
            What is 17 + 25? One.<|im_end|>
            <|im_start|>assistant
            +<|im_end|>
            <|im_start|>user
            Two.<|im_end|>
            <|im_start|>assistant
            """);
    assertThat(lastText("plus-minus"))
        .endsWith(
            """
            Problem:
            What is 17 + 25?

            Steps so far:
            One.

            Two.

            The last step: + or -?<|im_end|>
            <|im_start|>assistant
            """);
  }

  @Test
  void tagsAreSingleTokensInTheText() {
    OpinionModel model = whimsical();
    model("openr", model)
        .score(
            VerifierContract.PROBLEM,
            List.of(new Candidate("One.", List.of("One."), null, 1, -1, 0)),
            VerifierContract.rich());
    OpinionModel.Reading reading = model.readings().getFirst();

    assertThat(reading.tail()).isZero();
    assertThat(reading.context().get(reading.context().size() - 1))
        .isEqualTo(WORDS.id(" \n\n\n\n\n"));
  }

  @Test
  void readsTheGoodTokenAgainstTheBad() {
    OpinionModel model =
        new OpinionModel(WORDS, (text, token) -> Math.log(token.equals(" +") ? 0.3 : 0.1));
    Candidate one = new Candidate("One.", List.of("One."), null, 1, -1, 0);

    assertThat(
            model("openr", model)
                .score(VerifierContract.PROBLEM, List.of(one), VerifierContract.rich())
                .getFirst()
                .value())
        .isEqualTo(0.75, within(1e-6));
  }

  @Test
  void whatIsNoNumberIsTheWorstAndCounted() {
    OpinionModel model =
        new OpinionModel(
            WORDS, (text, token) -> text.contains("Two") ? Double.NaN : Double.NEGATIVE_INFINITY);
    Candidate two = new Candidate("One.\n\nTwo.", List.of("One.\n\n", "Two."), null, 1, -1, 0);

    assertThat(
            model("openr", model)
                .score(VerifierContract.PROBLEM, List.of(two), VerifierContract.rich()))
        .containsExactly(new Scores(0, List.of(0.0, 0.0), true, 2));
  }

  @Test
  void stepsBeyondTheContextAreTheWorstAndCounted() {
    OpinionModel model = new OpinionModel(WORDS, OpinionModel::whim, Set.of(), 60);
    List<String> steps = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      steps.add("A step of text.\n\n");
    }
    Candidate endless = new Candidate(String.join("", steps), steps, null, 1, -1, 0);
    Purse purse = VerifierContract.rich();
    Scores scores =
        model("openr", model).score(VerifierContract.PROBLEM, List.of(endless), purse).getFirst();

    assertThat(scores.steps()).hasSize(6).endsWith(0.0, 0.0, 0.0, 0.0);
    assertThat(scores.faults()).isEqualTo(4);
    assertThat(purse.budget().spent().calls()).isEqualTo(2);
  }

  @Test
  void aHearingThatTheTimeEndsIsNoJudgement() {
    AtomicLong clock = new AtomicLong();
    OpinionModel model =
        new OpinionModel(
            WORDS,
            (text, token) -> {
              clock.addAndGet(5_000_000_000L);
              return -1;
            });
    Candidate three = new Candidate("a\n\nb\n\nc", List.of("a\n\n", "b\n\n", "c"), null, 1, -1, 0);
    Budget budget = Budget.of(Limits.parse("20s"), clock::get);

    assertThat(
            model("openr", model)
                .score(
                    VerifierContract.PROBLEM,
                    List.of(three),
                    new Purse(budget, new Cancellation())))
        .containsExactly(Scores.UNJUDGED);
    assertThat(budget.spent().calls()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"math-shepherd", "openr"})
  void refusesModelsWithoutTheTokens(String format) {
    OpinionModel model = new OpinionModel(new WordTokenizer("Yes"), OpinionModel::whim);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model(format, model))
        .withMessageContaining("verifier (prm:" + format + ") needs '")
        .withMessageContaining("as one token, which model opinion lacks");
  }

  @Test
  void chatTemplatesThatDoNotAppendAreRefused() {
    ChatTemplate lastTurnFirst =
        (messages, cue) -> messages.getLast().content() + messages.getFirst().content();
    TemplatedModel model = new TemplatedModel(whimsical(), lastTurnFirst);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StepModel(PrmFormat.named("rlhflow"), Aggregation.LAST, model))
        .withMessageContaining("its chat template changes what is put into it");
  }

  /// A model with another chat template.
  private record TemplatedModel(OpinionModel model, ChatTemplate chatTemplate)
      implements LanguageModel, Tokenizing {
    @Override
    public ModelInfo info() {
      return model.info();
    }

    @Override
    public Tokenizer tokenizer() {
      return model.tokenizer();
    }

    @Override
    public <T> Optional<T> ability(Class<T> ability) {
      return ability == Tokenizing.class ? Optional.of(ability.cast(this)) : model.ability(ability);
    }

    @Override
    public Completions complete(Request request, Call call) {
      return model.complete(request, call);
    }

    @Override
    public void close() {}
  }
}
