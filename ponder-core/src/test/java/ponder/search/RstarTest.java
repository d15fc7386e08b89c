package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ponder.core.Budget;
import ponder.core.Event;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.core.Seed;
import ponder.core.Trace;
import ponder.model.Cancellation;
import ponder.model.ContextOverflowException;
import ponder.model.EngineException;
import ponder.model.LanguageModel;
import ponder.model.Purse;
import ponder.testkit.Dice;
import ponder.testkit.Law;
import ponder.testkit.ScriptedModel;

/// rStar on a policy whose chances are known, always checked.
class RstarTest {
  private static final int TOYS = 40;
  private static final Problem PROBLEM = Problem.of("Something is so. What is it?");
  private static final String CUE = "<|im_start|>assistant\n";

  private final List<Event> events = Collections.synchronizedList(new ArrayList<>());
  private Budget budget = Budget.of(Limits.NONE);

  private Outcome solve(
      LanguageModel model, LanguageModel judge, long seed, String limits, String... settings) {
    events.clear();
    budget = Budget.of(limits.isEmpty() ? Limits.NONE : Limits.parse(limits));
    Map<String, String> given =
        new HashMap<>(Map.of("n", "6", "shots", "none", "answers", "8", "sub-answers", "4"));
    for (String each : settings) {
      given.put(each.split("=", 2)[0], each.split("=", 2)[1]);
    }
    Purse purse = new Purse(budget, new Cancellation());
    Solver solver =
        new Solver(model, judge, null, purse, new Seed(seed), events::add, false, null, true);
    return Trying.strategy("rstar", given).solve(PROBLEM, solver);
  }

  private Outcome solve(long seed, String limits, String... settings) {
    ScriptedModel model = new ScriptedModel(new RstarToy(seed));
    return solve(model, model, seed, limits, settings);
  }

  private List<Trace.Node> nodes() {
    return Trace.of(events).nodes();
  }

  private double accuracy(String... settings) {
    return IntStream.range(0, TOYS)
            .filter(i -> RstarToy.RIGHT.equals(solve(i, "", settings).answer()))
            .count()
        / (double) TOYS;
  }

  @Test
  void reachesAtLeastGreedyAndConverges() {
    double greedy =
        IntStream.range(0, TOYS).filter(i -> new RstarToy(i).greedyIsRight()).count()
            / (double) TOYS;
    double little = accuracy("n=1");
    double much = accuracy("n=24");

    assertThat(greedy).isBetween(0.2, 0.7);
    assertThat(little).isGreaterThanOrEqualTo(greedy);
    assertThat(much).isGreaterThanOrEqualTo(Math.max(0.9, little));
  }

  @Test
  void visitsAddUpAndValuesAreShares() {
    for (int seed = 0; seed < 5; seed++) {
      solve(seed, "", "n=9");
      List<Trace.Node> nodes = nodes();

      assertThat(nodes.getFirst().visits()).isEqualTo(9);
      assertThat(nodes.stream().filter(it -> it.parent() == 0).mapToLong(Trace.Node::visits).sum())
          .isEqualTo(9);
      for (Trace.Node node : nodes) {
        long below =
            nodes.stream()
                .filter(it -> it.parent() == node.id())
                .mapToLong(Trace.Node::visits)
                .sum();
        assertThat(below).isLessThanOrEqualTo(node.visits());
        if (node.scores().get("vote") != null) {
          assertThat(node.scores().get("vote")).isGreaterThan(0).isLessThanOrEqualTo(1);
        }
      }
      assertThat(nodes.stream().filter(it -> it.visits() > 0).map(Trace.Node::proposer))
          .anyMatch(it -> it.startsWith("A2"));
    }
  }

  @Test
  void actionsStandWhereTheyMay() {
    solve(3, "", "n=16");
    List<Trace.Node> nodes = nodes();

    assertThat(nodes.stream().filter(it -> it.proposer().startsWith("A5")))
        .isNotEmpty()
        .allMatch(it -> it.parent() == 0);
    assertThat(nodes.stream().filter(it -> it.proposer().startsWith("A4")))
        .isNotEmpty()
        .allMatch(it -> nodes.get(it.parent()).proposer().startsWith("A3 sub-answer"));
    assertThat(nodes.stream().filter(it -> it.proposer().startsWith("A1")))
        .isNotEmpty()
        .noneMatch(it -> nodes.get(it.parent()).proposer().startsWith("A2"));
    assertThat(nodes.stream().filter(it -> it.proposer().startsWith("A3 sub-question")))
        .noneMatch(it -> nodes.get(it.parent()).proposer().startsWith("A1"));
  }

  @Test
  void chosenActionsAreTheOnlyOnes() {
    solve(3, "", "n=8", "actions=1,2");

    assertThat(nodes().stream().skip(1).map(it -> it.proposer().substring(0, 2)))
        .allMatch(it -> List.of("A1", "A2", "di").contains(it));
  }

  @Test
  void anAnswerGivenAgainIsToTheSameSubQuestion() {
    ScriptedModel model = new ScriptedModel(new RstarToy(3));
    solve(model, model, 3, "", "n=16");
    List<Trace.Node> nodes = nodes();

    List<String> asked =
        nodes.stream()
            .filter(it -> it.proposer().startsWith("A4"))
            .map(it -> nodes.get(nodes.get(it.parent()).parent()).text().strip())
            .distinct()
            .toList();
    assertThat(asked).isNotEmpty();
    for (String question : asked) {
      assertThat(model.calls())
          .anyMatch(it -> it.prompt().contains("Something is so. " + question + "<|im_end|>"));
    }
  }

  @Test
  void theDiscriminatorSeesBeginningsAlone() {
    ScriptedModel model = new ScriptedModel(new RstarToy(1));
    ScriptedModel judge = new ScriptedModel(new RstarToy(1));
    Outcome outcome = solve(model, judge, 1, "", "n=8");

    List<String> texts =
        outcome.candidates().stream()
            .map(it -> it.text().replaceAll("\\s+", " "))
            .map(it -> it.substring(it.length() - 12))
            .toList();
    assertThat(judge.calls()).hasSize(4 * outcome.candidates().size());
    for (ScriptedModel.Recorded call : judge.calls()) {
      String begun = call.prompt().substring(call.prompt().lastIndexOf(CUE) + CUE.length());
      assertThat(call.prompt()).contains("<|im_start|>user\n" + PROBLEM.question());
      assertThat(begun).startsWith("Let's think");
      assertThat(texts).noneMatch(begun::endsWith);
      assertThat(call.request().sampling().temperature()).isEqualTo(1);
    }
    assertThat(model.calls()).noneMatch(it -> it.prompt().contains(CUE + "Let's think"));
  }

  @Test
  void theSecondModelsOpinionCounts() {
    long differing =
        IntStream.range(0, 10)
            .filter(
                i -> {
                  ScriptedModel model = new ScriptedModel(new RstarToy(i));
                  Outcome seven =
                      solve(model, ScriptedModel.always(" The answer is 7."), i, "", "n=8");
                  boolean found =
                      seven.candidates().stream().anyMatch(it -> "7".equals(it.value()));
                  boolean disputed =
                      seven.candidates().stream().anyMatch(it -> !"7".equals(it.value()));
                  assertThat("7".equals(seven.answer())).isEqualTo(found);
                  return found && disputed;
                })
            .count();

    assertThat(differing).isPositive();
  }

  @Test
  void aModelThatEndsNothingLeavesTheGeneratorToDecide() {
    ScriptedModel model = new ScriptedModel(new RstarToy(1));

    Outcome unsure = solve(model, ScriptedModel.always(" hm"), 1, "", "n=8");
    Outcome alone = solve(model, model, 1, "", "n=8", "discriminate=false");

    assertThat(unsure.answer()).isEqualTo(alone.answer());
    assertThat(unsure.why()).contains("kept none");
    assertThat(alone.why()).startsWith("unchecked");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "score=product",
        "reward=frequency",
        "process=true",
        "keep=strict",
        "keep=loose",
        "keep=maj",
        "fading=exp",
        "fading=lin",
        "dedupe=false",
        "depth=1",
        "depth=2",
        "layout=text",
        "masks=1",
        "shots=built-in",
        "language=ja"
      })
  void optionsGiveAnswersToo(String option) {
    Outcome outcome = solve(2, "", option);

    assertThat(outcome.answer()).isNotNull();
    assertThat(outcome.anytime()).isFalse();
    assertThat(outcome.candidates()).allMatch(it -> it.score() >= 0 && it.score() <= 1);
    assertThat(nodes().get(outcome.node()).answer()).isEqualTo(outcome.answer());
  }

  @Test
  void batchesAndThreadsChangeNothing() {
    for (int i = 0; i < 4; i++) {
      ScriptedModel model = new ScriptedModel(new RstarToy(i));
      Outcome plain = solve(model, model, i, "");
      List<Event> told = events.stream().filter(Event::kept).toList();
      Shuffled shuffled = new Shuffled(new ScriptedModel(new RstarToy(i)), i);

      assertThat(solve(shuffled, shuffled, i, "")).isEqualTo(plain);
      assertThat(events.stream().filter(Event::kept)).containsExactlyElementsOf(told);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tok", "calls", ""})
  void endsWithinEveryBudgetWithTheBestSoFar(String unit) {
    Law.forAll(
        "rstar keeps to its budget: " + unit,
        20,
        seed -> {
          Dice dice = new Dice(seed);
          int amount = unit.equals("tok") ? dice.between(1, 8000) : dice.between(1, 60);
          Outcome outcome = solve(seed, amount + unit);

          Limits limits = budget.limits();
          assertThat(budget.spent().generatedTokens()).isLessThanOrEqualTo(limits.tokens());
          assertThat(budget.spent().calls()).isLessThanOrEqualTo(limits.calls());
          assertThat((long) outcome.candidates().size()).isLessThanOrEqualTo(limits.samples());
          assertThat(nodes().stream().mapToLong(Trace.Node::tokens).sum())
              .isEqualTo(budget.spent().generatedTokens());
          assertThat(outcome.candidates()).isNotEmpty();
          boolean roomForOne = !unit.equals("tok") || amount > 40;
          if (roomForOne) {
            assertThat(outcome.answer()).isNotNull();
          }
        });
  }

  @Test
  void somethingIsKeptBackForTheDiscriminator() {
    int heard = 0;
    for (int i = 0; i < 10; i++) {
      solve(i, "6000tok");
      heard += nodes().stream().anyMatch(it -> it.scores().containsKey("consistency")) ? 1 : 0;
    }
    assertThat(heard).isPositive();
  }

  @Test
  void nothingIsKeptBackForADiscriminatorThatIsNotAsked() {
    for (int i = 0; i < 5; i++) {
      Outcome outcome = solve(i, "6000tok", "n=500", "discriminate=false");

      assertThat(outcome.anytime()).isTrue();
      assertThat(budget.spent().generatedTokens()).isBetween(5500L, 6000L);
    }
  }

  private static ScriptedModel failing(String message) {
    return new ScriptedModel(
        (prompt, sample) -> {
          throw new EngineException(message);
        });
  }

  @Test
  void solutionsOutliveADiscriminatorThatFails() {
    ScriptedModel model = new ScriptedModel(new RstarToy(1));

    Outcome outcome = solve(model, failing("nobody listens"), 1, "", "n=8");
    List<String> warnings = Trace.of(events).warnings();
    Outcome alone = solve(model, model, 1, "", "n=8", "discriminate=false");

    assertThat(outcome.answer()).isEqualTo(alone.answer());
    assertThat(outcome.candidates()).isEqualTo(alone.candidates());
    assertThat(outcome.why()).contains("nothing could be checked");
    assertThat(outcome.anytime()).isTrue();
    assertThat(warnings)
        .filteredOn(it -> it.equals("Not all solutions could be checked: nobody listens"))
        .hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 6})
  void solutionsOutliveAModelThatFails(int call) {
    ScriptedModel model =
        new ScriptedModel(new RstarToy(1)).failAt(call, new EngineException("it is gone"));

    Outcome outcome = solve(model, new ScriptedModel(new RstarToy(1)), 1, "", "n=8");

    assertThat(outcome.answer()).isNotNull();
    assertThat(outcome.anytime()).isTrue();
    assertThat(Trace.of(events).warnings())
        .contains("The search ends with what it has found: it is gone");
    assertThat(nodes().stream().mapToLong(Trace.Node::tokens).sum())
        .isEqualTo(budget.spent().generatedTokens());
  }

  @Test
  void aModelThatFailsBeforeTheFirstSolutionEndsTheRun() {
    ScriptedModel silent =
        new ScriptedModel(
            (prompt, sample) -> {
              if (prompt.contains(Phrase.NUMBERED.in(Language.ENGLISH))) {
                throw new EngineException("it is gone");
              }
              return "hm";
            });

    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> solve(failing("nobody speaks"), silent, 1, ""))
        .withMessage("nobody speaks");
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> solve(silent, silent, 1, ""))
        .withMessage("it is gone");
  }

  @Test
  void samplesThatFailAreLeftOut() {
    ScriptedModel toy = new ScriptedModel(new RstarToy(1));
    LanguageModel model = new Faulty(toy, (prompt, sample) -> sample == 1);

    Outcome outcome = solve(model, toy, 1, "", "n=8");

    assertThat(outcome.answer()).isNotNull();
    assertThat(outcome.anytime()).isFalse();
    assertThat(nodes().stream().filter(it -> it.finish().equals("error")))
        .isNotEmpty()
        .allMatch(it -> it.pruned() != null && it.scores().isEmpty());
  }

  private List<Trace.Node> subAnswers() {
    return nodes().stream().filter(it -> it.proposer().startsWith("A3 sub-answer")).toList();
  }

  @Test
  void onlyATextThatEndedByItselfIsAFact() {
    ScriptedModel vague = odd("", " What is it made of?\n", " hm");
    LanguageModel model =
        new Faulty(
            vague,
            (prompt, sample) ->
                sample == 0
                    && prompt.contains(Phrase.DECOMPOSE.in(Language.ENGLISH))
                    && !prompt.matches("(?s).*Sub-question \\d+:$"));
    solve(model, vague, 1, "", "n=2", "actions=2,3");

    assertThat(subAnswers().stream().filter(it -> it.finish().equals("error")))
        .isNotEmpty()
        .allMatch(it -> "failed".equals(it.pruned()));
    assertThat(subAnswers().stream().filter(it -> it.scores().containsKey("vote")))
        .isNotEmpty()
        .allMatch(it -> it.finish().equals("eos"));
    assertThat(subAnswers().stream().filter(it -> !it.finish().equals("error")))
        .anyMatch(it -> "no answer".equals(it.pruned()));

    solve(vague, vague, 1, "", "n=2", "actions=2,3", "sub-tokens=2");
    assertThat(subAnswers()).isNotEmpty().allMatch(it -> "no answer".equals(it.pruned()));
  }

  private static ScriptedModel odd(String thought, String subQuestion, String subAnswer) {
    return new ScriptedModel(
        (prompt, sample) -> {
          String begun = prompt.substring(prompt.lastIndexOf(CUE) + CUE.length());
          if (prompt.contains(Phrase.NUMBERED.in(Language.ENGLISH))) {
            return thought;
          }
          if (begun.matches("(?s).*Sub-question \\d+:$")) {
            return subQuestion;
          }
          return prompt.contains(Phrase.DECOMPOSE.in(Language.ENGLISH))
              ? subAnswer
              : " The answer is " + sample % 3 + ".";
        });
  }

  @Test
  void oddTextsAreLeftOutAndCounted() {
    ScriptedModel model = odd(" ", " why ".repeat(100), " It is 5.");
    Outcome outcome = solve(model, model, 1, "");

    assertThat(outcome.answer()).isNotNull();
    String warning = String.join(" ", Trace.of(events).warnings());
    assertThat(warning).contains("empty", "without an end", "not in the form");
  }

  @Test
  void repeatedTextsAreLeftOutAndCounted() {
    ScriptedModel model = odd(" Step 1: The same.\nmore", " What is it made of?\n", " hm");
    Outcome outcome = solve(model, model, 1, "", "n=16");

    List<Trace.Node> nodes = nodes();
    assertThat(outcome.answer()).isNotNull();
    assertThat(Trace.of(events).warnings().getLast()).contains("a repetition of an earlier one");
    assertThat(nodes.stream().filter(it -> "repeats a sibling".equals(it.pruned()))).isNotEmpty();
    assertThat(nodes.stream().filter(it -> it.proposer().startsWith("A3 sub-answer")))
        .anyMatch(it -> Double.valueOf(0.01).equals(it.scores().get("vote")));
  }

  @Test
  void aThoughtThatAnswersIsASolution() {
    ScriptedModel model = odd(" So the answer is 2.\n", "", "");
    Outcome outcome = solve(model, model, 1, "", "n=3", "actions=1,2");

    List<Trace.Node> thoughts =
        nodes().stream()
            .filter(it -> it.proposer().startsWith("A1") && it.pruned() == null)
            .toList();
    assertThat(thoughts).hasSize(1);
    // two of the eight answers at the question are 2
    assertThat(thoughts.getFirst().scores()).containsEntry("vote", 0.25);
    assertThat(outcome.attempts()).anyMatch(it -> it.node() == thoughts.getFirst().id());
    assertThat(nodes().stream().filter(it -> it.parent() == thoughts.getFirst().id()))
        .allMatch(it -> it.proposer().startsWith("A2") || it.proposer().startsWith("disc"));
  }

  @Test
  void nothingThatAnswersIsNoAnswer() {
    ScriptedModel model = ScriptedModel.always("hm");
    Outcome outcome = solve(model, model, 1, "");

    assertThat(outcome.answer()).isNull();
    assertThat(outcome.candidates()).isNotEmpty();
    assertThat(outcome.anytime()).isFalse();
  }

  @Test
  void aQuestionThatDoesNotFitIsRefused() {
    ScriptedModel model = new ScriptedModel(new RstarToy(1), null, 100);

    assertThatExceptionOfType(ContextOverflowException.class)
        .isThrownBy(() -> solve(model, model, 1, ""));
  }

  @Test
  void aPathThatDoesNotFitEndsWhereItIs() {
    ScriptedModel model = new ScriptedModel(new RstarToy(1), null, 520);

    assertThat(solve(model, model, 1, "", "n=12").answer()).isNotNull();
    assertThat(nodes().stream().map(Trace.Node::pruned))
        .anyMatch(it -> it != null && it.startsWith("no room"));
  }

  @Test
  void promptsOfAKindBeginAlike() {
    ScriptedModel model = new ScriptedModel(new RstarToy(3));
    solve(model, model, 3, "", "n=12", "actions=1,2,3", "shots=built-in");

    List<String> steps =
        model.calls().stream()
            .map(ScriptedModel.Recorded::prompt)
            .filter(it -> it.contains(Phrase.NUMBERED.in(Language.ENGLISH)))
            .toList();
    String before = steps.getFirst().substring(0, steps.getFirst().lastIndexOf(CUE));
    assertThat(steps).hasSizeGreaterThan(1).allMatch(it -> it.startsWith(before));
  }

  @Test
  void foretellsAnUpperBound() {
    ScriptedModel model = new ScriptedModel(new RstarToy(3));
    Strategy.Plan plan =
        Trying.strategy("rstar", Map.of("n", "6", "shots", "none", "answers", "8"))
            .plan(PROBLEM, model);

    assertThat(model.calls()).isEmpty();
    solve(model, model, 3, "", "sub-answers=10");
    Strategy.Work most = plan.most();
    assertThat(most.calls()).isGreaterThanOrEqualTo(budget.spent().calls());
    assertThat(most.generatedTokens()).isGreaterThanOrEqualTo(budget.spent().generatedTokens());
    assertThat(most.promptTokens()).isGreaterThanOrEqualTo(budget.spent().promptTokens());
  }
}
