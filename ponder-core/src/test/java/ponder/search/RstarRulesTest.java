package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ponder.grade.Rubric;
import ponder.search.RstarChoice.Verdict;
import ponder.testkit.Dice;
import ponder.testkit.Law;
import ponder.verify.Candidate;

/// rStar's rules without a model: masks, what is kept, what wins, how texts are taken apart.
class RstarRulesTest {
  private static RstarCheck check(int masks, String left, String right) {
    return new RstarCheck(
        true,
        masks,
        new BigDecimal(left),
        new BigDecimal(right),
        1,
        512,
        RstarCheck.Keep.MID,
        RstarCheck.Score.ADDITIVE,
        RstarCheck.Reward.VALUE,
        false);
  }

  @Test
  void masksAreExact() {
    assertThat(check(4, "0.2", "0.8").lengths(10)).containsExactly(2, 4, 6, 8);
    assertThat(check(4, "0.2", "0.5").lengths(10)).containsExactly(2, 3, 4, 5);
    assertThat(check(4, "0.2", "0.8").lengths(7)).containsExactly(2, 3, 5, 6);
    assertThat(check(1, "0.2", "0.8").lengths(10)).containsExactly(2);
    assertThat(check(2, "0", "1").beginnings("a b  c")).containsExactly("", "a b  c");
  }

  @Test
  void masksAreBeginningsThatDoNotShrink() {
    Law.forAll(
        "masks are beginnings of growing length",
        300,
        seed -> {
          Dice dice = new Dice(seed);
          int low = dice.between(0, 100);
          RstarCheck check =
              check(
                  dice.between(1, 9),
                  BigDecimal.valueOf(low, 2).toString(),
                  BigDecimal.valueOf(dice.between(low, 100), 2).toString());
          String text =
              String.join(
                  " ", IntStream.range(0, dice.between(1, 60)).mapToObj(i -> "w" + i).toList());

          List<String> masks = check.beginnings(text);

          assertThat(masks).hasSize(check.masks()).allMatch(text::startsWith);
          assertThat(masks.stream().map(String::length)).isSorted();
        });
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "LOOSE, 7 8 9 -, true",
        "LOOSE, 8 8 9 -, false",
        "MID, 7 8 7.0 -, true",
        "MID, 7 8 9 -, false",
        "STRICT, 7 7 7 7, true",
        "STRICT, 7 7 7 -, false",
        "MAJ, 7 8 9 -, true",
        "MAJ, 8 7 9 -, false",
        "MAJ, 8 7 9 7, true",
        "MAJ, - - - -, false",
      })
  void keepsBySomeRule(RstarCheck.Keep keep, String endings, boolean kept) {
    List<@Nullable String> answers = new ArrayList<>();
    for (String each : endings.split(" ")) {
      answers.add(each.equals("-") ? null : each);
    }

    assertThat(keep.keeps("7", answers, Rubric.MATH)).isEqualTo(kept);
  }

  @Test
  void answersAreTheSameAmongAllOrNotAtAll() {
    // With both fractions at hand the decimal rounds neither, though each alone it does.
    List<@Nullable String> endings = List.of("1/3", "0.3333", "\\frac{33329}{99990}");

    assertThat(RstarCheck.Keep.MAJ.keeps("0.3333", endings, Rubric.MATH)).isFalse();
    assertThat(RstarCheck.Keep.MAJ.keeps("1/3", endings, Rubric.MATH)).isTrue();
    assertThat(RstarCheck.Keep.LOOSE.keeps("0.3333", endings, Rubric.MATH)).isTrue();
  }

  private static RstarCandidate candidate(
      String answer, double frequency, double reward, double trajectory) {
    Candidate text = new Candidate(answer, List.of(answer), answer, 1, -1, 0);
    return new RstarCandidate(
        new Attempt(1, text), answer, answer + reward, frequency, reward, trajectory);
  }

  private static final List<RstarCandidate> FOUR =
      List.of(
          candidate("1", 1, 0.5, 0.2),
          candidate("2", 2, 1.2, 0.3),
          candidate("1.0", 1, 0.8, 0.6),
          candidate("3", 1, 0.1, 0.9));

  private static RstarChoice choose(RstarCheck.Score score, Verdict... verdicts) {
    return RstarChoice.of(FOUR, List.of(verdicts), score, Rubric.MATH);
  }

  @Test
  void withoutACheckTheAnswerWithMostRewardWins() {
    RstarChoice choice = RstarChoice.alone(FOUR, "unchecked", Rubric.MATH);

    assertThat(choice.winner()).isEqualTo(2); // 1 has 1.3 of 5, and of it the second has more
    assertThat(choice.scores())
        .containsExactly(new double[] {0.26, 0.24, 0.26, 0.02}, within(1e-9));
  }

  @Test
  void theAdditiveScoreIsRewardPlusSurvival() {
    RstarChoice choice =
        choose(
            RstarCheck.Score.ADDITIVE,
            Verdict.KEPT,
            Verdict.KEPT,
            Verdict.REFUSED,
            Verdict.REFUSED);

    // 1: 0.5 of 3 found, one of two kept; 2: 1.2 of 3, its one kept
    assertThat(choice.scores())
        .containsExactly(new double[] {(0.5 / 3 + 0.5) / 2, (1.2 / 3 + 1) / 2, 0, 0}, within(1e-9));
    assertThat(choice.winner()).isEqualTo(1);
  }

  @Test
  void theProductScoreIsThatOfTheTrajectory() {
    RstarChoice choice =
        choose(RstarCheck.Score.PRODUCT, Verdict.KEPT, Verdict.KEPT, Verdict.KEPT, Verdict.REFUSED);

    assertThat(choice.scores()).containsExactly(0.2, 0.3, 0.6, 0);
    assertThat(choice.winner()).isEqualTo(2);
  }

  @Test
  void whereNothingIsKeptTheGeneratorDecides() {
    RstarChoice none =
        choose(
            RstarCheck.Score.ADDITIVE,
            Verdict.REFUSED,
            Verdict.REFUSED,
            Verdict.REFUSED,
            Verdict.REFUSED);
    RstarChoice one =
        choose(
            RstarCheck.Score.ADDITIVE,
            Verdict.REFUSED,
            Verdict.REFUSED,
            Verdict.REFUSED,
            Verdict.KEPT);
    RstarChoice unheard =
        choose(
            RstarCheck.Score.ADDITIVE,
            Verdict.UNHEARD,
            Verdict.UNHEARD,
            Verdict.UNHEARD,
            Verdict.UNHEARD);

    assertThat(none.winner()).isEqualTo(2);
    assertThat(none.why()).contains("kept none of 4");
    assertThat(one.winner()).isEqualTo(3);
    assertThat(unheard.winner()).isEqualTo(2);
    assertThat(unheard.why()).contains("nothing could be checked");
  }

  @Test
  void equalAnswersNeedNoCheck() {
    assertThat(RstarChoice.agreed(FOUR, Rubric.MATH)).isFalse();
    assertThat(RstarChoice.agreed(List.of(FOUR.get(0), FOUR.get(2)), Rubric.MATH)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Ann has 3 pens. How many?|Ann has 3 pens.|How many?",
        "How many pens?||How many pens?",
        "It costs 3.5 euros! What do 2 cost?|It costs 3.5 euros!|What do 2 cost?",
        "Ann pays. What is left for Mr. Lee?|Ann pays.|What is left for Mr. Lee?",
        "Find x. Give it as a fraction.|Find x.|Give it as a fraction.",
        "本が三冊あります。何冊ですか。|本が三冊あります。|何冊ですか。",
      })
  void aQuestionIsContextAndWhatIsAsked(String text, @Nullable String context, String asked) {
    RstarQuestion question = RstarQuestion.of(text);

    assertThat(question.context()).isEqualTo(context == null ? "" : context);
    assertThat(question.asked()).isEqualTo(asked);
  }

  @Test
  void aSubQuestionThatAsksTheWholeIsTheLast() {
    RstarQuestion question = RstarQuestion.of("Ann has 3 pens. How many has she?");
    String mark = Phrase.NOW_ANSWER.in(Language.ENGLISH);

    assertThat(question.isAskedBy("Now we can answer the question: x?", mark)).isTrue();
    assertThat(question.isAskedBy("So: how many HAS she?", mark)).isTrue();
    assertThat(question.isAskedBy("How many pens are red?", mark)).isFalse();
  }

  @Test
  void aRephrasedQuestionHasConditionsAndAMark() {
    RstarQuestion question =
        Objects.requireNonNull(
            RstarQuestion.rephrased("Condition 1: a. Question: How?", "Question:"));

    assertThat(question.asked()).isEqualTo("How?");
    assertThat(question.context()).isEqualTo("Condition 1: a.");
    assertThat(RstarQuestion.rephrased("Condition 1: a. How?", "Question:")).isNull();
    assertThat(RstarQuestion.rephrased("Condition 1: a. Question:", "Question:")).isNull();
  }

  private static final Trail START = Trail.of(RstarQuestion.of("Ann has 3 pens. How many?"));

  private static List<RstarAction> after(Trail trail) {
    return Arrays.stream(RstarAction.values()).filter(it -> it.mayFollow(trail)).toList();
  }

  @Test
  void everyActionHasItsPreconditions() {
    Trail.Fact fact = new Trail.Fact("What?", "It is 3. The answer is 3.", "3", false);
    Trail.Fact last = new Trail.Fact("How many?", "The answer is 3.", "3", true);
    Trail asked = START.then(RstarAction.SUB_QUESTION, fact);
    Trail thought = asked.then(RstarAction.THOUGHT, new Trail.Thought("So.", null));

    assertThat(after(START))
        .containsExactly(
            RstarAction.THOUGHT,
            RstarAction.ANSWER,
            RstarAction.SUB_QUESTION,
            RstarAction.REPHRASE);
    assertThat(after(START.rephrased(START.asked())))
        .containsExactly(RstarAction.THOUGHT, RstarAction.ANSWER, RstarAction.SUB_QUESTION);
    assertThat(after(asked))
        .containsExactly(
            RstarAction.THOUGHT, RstarAction.ANSWER, RstarAction.SUB_QUESTION, RstarAction.AGAIN);
    assertThat(after(asked.again(fact)))
        .containsExactly(RstarAction.THOUGHT, RstarAction.ANSWER, RstarAction.SUB_QUESTION);
    assertThat(after(thought)).containsExactly(RstarAction.THOUGHT, RstarAction.ANSWER);
    assertThat(after(thought.then(RstarAction.THOUGHT, new Trail.Thought("3", "3"))))
        .containsExactly(RstarAction.ANSWER);
    assertThat(after(START.then(RstarAction.SUB_QUESTION, last))).isEmpty();
    assertThat(after(thought.then(RstarAction.ANSWER, new Trail.Rest("3", "3")))).isEmpty();
  }

  @Test
  void stepsCarryNoTailsButTheLastDoes() {
    Trail trail =
        START
            .then(
                RstarAction.SUB_QUESTION,
                new Trail.Fact("What?", "It is 3.\nThe answer is 3.", "3", false))
            .then(RstarAction.THOUGHT, new Trail.Thought("The answer is 3.", "3"))
            .then(RstarAction.ANSWER, new Trail.Rest("So 3. The answer is 3.", "3"));

    assertThat(trail.steps(Language.ENGLISH))
        .containsExactly("It is 3.", "The answer is 3.", "So 3.");
    assertThat(trail.paragraph(Language.ENGLISH))
        .isEqualTo(
            "Let's think step by step. It is 3. The answer is 3. Now we can answer the question: So 3. The answer is 3.");
    assertThat(trail.text())
        .isEqualTo("It is 3.\nThe answer is 3.\nThe answer is 3.\nSo 3. The answer is 3.");
  }

  @Test
  void textsAreTheSameUpToTheirLooks() {
    assertThat(RstarSieve.normal(" Ann\u2019s  Eggs\n")).isEqualTo(RstarSieve.normal("ann's eggs"));
    assertThat(RstarSieve.normal("2 + 3")).isNotEqualTo(RstarSieve.normal("2 - 3"));
  }

  @Test
  void majorityCountsThoseWithoutAnAnswer() {
    assertThat(Majority.share("7", Arrays.asList("7", "7.0", "8", null), Rubric.MATH))
        .isEqualTo(0.5);
    assertThat(Majority.share("7", List.of(), Rubric.MATH)).isZero();
  }

  @Test
  void ownExamplesAreWholeInBothLanguages() {
    RstarShots shots = RstarShots.builtIn();
    assertThat(shots.english()).hasSameSizeAs(shots.japanese()).hasSize(4);
    for (Language in : Language.values()) {
      for (RstarShots.Example example :
          in == Language.ENGLISH ? shots.english() : shots.japanese()) {
        for (String text :
            List.of(example.numbered(in), example.paragraph(in), example.decomposed(in))) {
          assertThat(Rubric.MATH.answer(text)).as(text).contains(example.answer());
          assertThat(Rubric.MATH.marked(text + "\n")).as(text).contains(example.answer());
        }
        for (String line : example.decomposed(in).split("\n")) {
          if (line.startsWith(Phrase.SUB_ANSWER.in(in))) {
            assertThat(Rubric.MATH.marked(line + "\n")).as(line).isPresent();
          }
        }
        String mark = Phrase.QUESTION.in(in);
        assertThat(RstarQuestion.rephrased(example.rephrased(in), mark)).isNotNull();
        assertThat(example.answer()).isEqualTo(example.parts().getLast().answer());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "actions|1,6|actions (1,6) must be numbers of 1 to 5. Maybe 1,2,3,4,5 was meant.",
        "actions|1,3|actions must hold 2, which answers. Maybe 1,2,3,4,5 was meant.",
        "mask-left|0.9|mask-left (0.9) and mask-right (0.8) must be parts in this order. Maybe 0.2 and 0.8 were meant.",
        "masks|0|masks (0) must be a whole number between 1 and 1000.",
        "c|NaN|c (NaN) must be a number between 0.0 and 1000.0.",
        "keep|most|keep (most) must be one of [loose, mid, strict, maj].",
        "depth|0|depth (0) must be a whole number between 1 and 100.",
        "k|5|k (5) must be at most 4, the number of worked examples.",
      })
  void refusesSettingsByName(String name, String value, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Trying.strategy("rstar", Map.of(name, value)))
        .withMessageStartingWith(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"question\": \"q\"}|parts must be a list",
        "no json|this is no JSON",
        "{\"question\": 1, \"parts\": [{\"solution\": \"s\"}]}|answer must be a text",
        "{\"parts\": [{\"solution\": \"s\", \"answer\": 1}]}|question must be a text",
        "[]|this is no JSON object",
      })
  void refusesBrokenExamplesByLine(String line, String message, @TempDir Path folder)
      throws IOException {
    Path file = Files.writeString(folder.resolve("shots.jsonl"), "\n" + line + "\n");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Trying.strategy("rstar", Map.of("shots", file.toString())))
        .withMessageContaining("line 2: " + message);
  }
}
