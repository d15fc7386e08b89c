package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import ponder.core.Answer;
import ponder.core.Problem;
import ponder.core.Spend;
import ponder.core.Trace;
import ponder.model.Call;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.ContextOverflowException;
import ponder.model.EngineException;
import ponder.model.FinishReason;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo;
import ponder.model.Prompt;
import ponder.model.Purse;
import ponder.model.Request;
import ponder.model.Tokens;
import ponder.model.Usage;
import ponder.testkit.ByteTokenizer;
import ponder.testkit.ScriptedModel;
import ponder.testkit.ToyPolicy;
import ponder.verify.Aggregation;
import ponder.verify.Candidate;
import ponder.verify.Scores;
import ponder.verify.Verifier;
import ponder.verify.Verifiers;

/// How steps are written, told apart and judged, and what becomes of odd models and verifiers.
class StepTreeTest {
  private static final Verifier HALF = Trying.judge(it -> 0.5);

  private static Stream<String> methods() {
    return Searching.METHODS.stream();
  }

  /// Says the paragraphs that follow what it has said already.
  private static ScriptedModel reciting(String... solutions) {
    return new ScriptedModel(
        (prompt, sample) -> {
          String said = prompt.substring(prompt.lastIndexOf("assistant\n") + 10);
          for (int i = 0; i < solutions.length; i++) {
            String solution = solutions[(sample + i) % solutions.length];
            if (solution.startsWith(said)) {
              return solution.substring(said.length());
            }
          }
          return "lost";
        });
  }

  private static List<String> steps(Searching searching) {
    return searching.trace().nodes().stream()
        .filter(it -> it.parent() >= 0 && !it.text().isEmpty())
        .map(Trace.Node::text)
        .toList();
  }

  @Test
  void stepsJoinedAreTheText() {
    String solution = "First.\n\nSecond,\nstill.\n\n\nThird: \\boxed{7}";
    Searching searching = new Searching(reciting(solution), HALF);

    Outcome outcome = searching.solve("step-best-of-n");

    assertThat(outcome.text()).isEqualTo(solution);
    assertThat(outcome.answer()).isEqualTo("7");
    assertThat(String.join("", steps(searching).stream().distinct().toList())).isEqualTo(solution);
  }

  @Test
  void childrenGoOnWithTheirParentsTokens() {
    ScriptedModel model = reciting("One é.\n\nTwo.\n\nThree.\n\n\\boxed{7}");
    new Searching(model, HALF).solve("beam", "n=4");

    List<Request> requests = model.calls().stream().map(ScriptedModel.Recorded::request).toList();
    Tokens before = ((Prompt.Ids) requests.getFirst().prompt()).tokens();
    ByteTokenizer tokenizer = new ByteTokenizer();
    for (Request request : requests.subList(1, requests.size())) {
      Tokens prompt = ((Prompt.Ids) request.prompt()).tokens();
      assertThat(prompt.startsWith(before)).isTrue();
      String added = tokenizer.decode(prompt.slice(before.size(), prompt.size()), false);
      assertThat(added).endsWith(".\n\n");
    }
  }

  @Test
  void blankLinesWithinCodeAndFormulasEndNoStep() {
    String code = "Run this:\n```\na = 1\n\nb = 2\n```\n\n";
    String formula = "Then \\[\nx = 1\n\n\\] holds.\n\n";
    String end = "So \\boxed{7}";
    Searching searching = new Searching(reciting(code + formula + end), HALF);

    Outcome outcome = searching.solve("step-best-of-n");

    assertThat(steps(searching).stream().distinct()).containsExactly(code, formula, end);
    assertThat(outcome.text()).isEqualTo(code + formula + end);
  }

  @Test
  void aStepBeginsWithAWord() {
    Searching searching = new Searching(reciting("\n\n\n\nFirst.\n\n\\boxed{7}"), HALF);

    searching.solve("step-best-of-n");

    assertThat(steps(searching).stream().distinct())
        .containsExactly("\n\n\n\nFirst.\n\n", "\\boxed{7}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"It is \\boxed{7}\n\nAnd then more.", "The answer is 7.\n\nAnd then more."})
  void aMarkedAnswerEndsTheSolution(String text) {
    Searching searching = new Searching(reciting(text), HALF);

    Outcome outcome = searching.solve("beam", "n=4");

    assertThat(outcome.answer()).isEqualTo("7");
    assertThat(outcome.text()).doesNotContain("more");
  }

  @Test
  void anEndBehindASeparatorAddsNoStep() {
    Searching searching = new Searching(reciting("It is 7.\n\n"), HALF);
    List<List<String>> judged = new ArrayList<>();
    Verifier noting =
        Trying.judge(
            it -> {
              judged.add(it.steps());
              return 0.5;
            });

    Outcome outcome = new Searching(reciting("It is 7.\n\n"), noting).solve("step-best-of-n");

    assertThat(outcome.answer()).isEqualTo("7");
    assertThat(judged).allMatch(it -> it.equals(List.of("It is 7.\n\n")));
    assertThat(searching.solve("step-best-of-n")).isEqualTo(outcome);
  }

  @Test
  void repeatedStepsAreLeftOut() {
    Searching searching =
        new Searching(
            reciting("A  b.\n\n\\boxed{1}", "A b.\n\n\\boxed{1}", "B.\n\n\\boxed{2}"), HALF);

    searching.solve("beam", "n=6", "beam-width=3");

    assertThat(searching.pruned()).contains("repeats a sibling");
    assertThat(
            searching.trace().nodes().stream()
                .filter(it -> it.parent() == 0 && it.pruned() == null))
        .hasSize(2);
    searching.solve("beam dedupe=false", "n=6", "beam-width=3");
    assertThat(searching.pruned()).doesNotContain("repeats a sibling");
  }

  @Test
  void stepsAreJudgedWithWhatIsKnown() {
    List<Candidate> seen = new ArrayList<>();
    ToyPolicy toy = new ToyPolicy(1, 4, 3);
    Verifier exact = toy.exact();
    Verifier noting =
        new Verifier() {
          @Override
          public String name() {
            return "noting";
          }

          @Override
          public List<Scores> score(Problem problem, List<Candidate> candidates, Purse purse) {
            seen.addAll(candidates);
            return exact.score(problem, candidates, purse);
          }
        };
    new Trying(new ScriptedModel(toy)).judgedBy(noting).solve("beam", java.util.Map.of("n", "8"));

    assertThat(seen).hasSizeGreaterThan(8);
    assertThat(seen).allMatch(it -> it.known().size() == it.steps().size() - 1);
    assertThat(seen)
        .allMatch(it -> it.known().equals(known(exact, it)))
        .allMatch(it -> (it.next() == null) == (it.answer() != null));
  }

  private static List<Double> known(Verifier exact, Candidate of) {
    Candidate before =
        new Candidate("", of.steps().subList(0, of.steps().size() - 1), null, 0, 0, 0);
    return exact
        .score(Problem.of("?"), List.of(before), new Trying(reciting("")).purse())
        .getFirst()
        .steps();
  }

  /// A model that scores, and writes one of three solutions of seven steps.
  private static ScriptedModel scoring() {
    String[] long3 = new String[3];
    for (int i = 0; i < 3; i++) {
      String letter = "abc".substring(i, i + 1);
      long3[i] = (letter.repeat(60) + "\n\n").repeat(6) + "\\boxed{" + i + "}";
    }
    return new ScriptedModel(
        (prompt, sample) -> {
          String said = prompt.substring(prompt.lastIndexOf("assistant\n") + 10);
          String of = long3[said.isEmpty() ? sample % 3 : said.charAt(0) - 'a'];
          return of.substring(said.length());
        },
        (context, token) -> -1.0 - context.size() % 7 - token % 5,
        1 << 20);
  }

  private static Searching judgedByTokens() {
    ScriptedModel model = scoring();
    return new Searching(model, Verifiers.open("prm:plus-minus", Aggregation.LAST, model));
  }

  @Test
  void verifiersReadNewStepsAlone() {
    Searching searching = judgedByTokens();

    searching.solve("beam dedupe=false", "n=6", "beam-width=2");

    Spend spend = searching.budget.spent();
    double computed = spend.promptTokens() - spend.cachedPromptTokens();
    // Once the policy's prompt, the judge's opening, and behind each step the judge's question.
    assertThat(spend.cachedPromptTokens() / (double) spend.promptTokens()).isGreaterThan(0.8);
    assertThat(computed).isLessThan(1.5 * spend.generatedTokens() + 60.0 * spend.calls() + 800);
  }

  @Test
  void readingWholePathsAnewCostsMoreAndSaysTheSame() {
    Searching known = judgedByTokens();
    Searching anew = judgedByTokens();

    Outcome first = known.solve("beam dedupe=false", "n=6", "beam-width=2");
    Outcome second = anew.solve("beam dedupe=false incremental=false", "n=6", "beam-width=2");

    assertThat(second.answer()).isEqualTo(first.answer());
    assertThat(second.candidates()).isEqualTo(first.candidates());
    long once = known.budget.spent().scoredTokens();
    // Step k of seven is read again with each of the seven - k steps behind it: 28 for 7.
    assertThat(anew.budget.spent().scoredTokens()).isEqualTo(4 * once);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aModelThatNeverEndsAStepIsCutOff(String method) {
    ScriptedModel model = ScriptedModel.always("words and ".repeat(500));
    Searching searching = new Searching(model, HALF);

    Outcome outcome =
        searching.solve(method, "n=4", "beam-width=2", "step-tokens=40", "max-tokens=100");

    assertThat(outcome.candidates()).isNotEmpty();
    assertThat(outcome.answer()).isNull();
    assertThat(searching.pruned()).contains("cut off at its most tokens");
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aModelThatOnlyRepeatsItselfEnds(String method) {
    ScriptedModel model = ScriptedModel.always("again\n\n");
    Searching searching = new Searching(model, HALF);

    Outcome outcome = searching.solve(method, "n=4", "beam-width=2", "steps=5", "max-tokens=100");

    assertThat(outcome.candidates()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aModelThatSaysNothingEnds(String method) {
    for (String nothing : List.of("", "\n\n")) {
      Searching searching = new Searching(ScriptedModel.always(nothing), HALF);

      Outcome outcome = searching.solve(method, "n=4", "beam-width=2", "steps=5");

      assertThat(outcome.answer()).isNull();
      assertThat(searching.pruned()).contains("empty");
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void anAnswerAmongTruncatedTextsIsNotLost(String method) {
    String endless = "and on ".repeat(100);
    Searching searching = new Searching(reciting("so \\boxed{7} " + endless, endless), HALF);

    Outcome outcome =
        searching.solve(method, "n=4", "beam-width=2", "step-tokens=60", "max-tokens=60");

    assertThat(outcome.answer()).isEqualTo("7");
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aContextTooSmallForASecondStepEndsThePath(String method) {
    ToyPolicy toy = new ToyPolicy(1, 4, 3);
    int prompt =
        (int)
            Trying.strategy("greedy", java.util.Map.of())
                .plan(Problem.of("6*7?"), new ScriptedModel(toy))
                .most()
                .promptTokens();
    for (int room : List.of(1, 8, 9, 17)) {
      ScriptedModel model = new ScriptedModel(toy, null, prompt + room);
      Outcome outcome = new Searching(model, toy.exact()).solve(method, "n=4", "beam-width=2");
      assertThat(outcome.answer()).isNull();
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aSolutionWithoutSeparatorsIsFinishedWhole(String method) {
    Searching searching = new Searching(reciting("word ".repeat(30) + "so it is 7."), HALF);

    Outcome outcome = searching.solve(method, "n=4", "beam-width=2", "step-tokens=40");

    assertThat(outcome.answer()).isEqualTo("7");
    assertThat(outcome.anytime()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void whatIsKeptBackFinishesThePathThatWasCut(String method) {
    Searching searching =
        new Searching(reciting(("word ".repeat(7) + "\n\n").repeat(5) + "so it is 7."), HALF)
            .within("500tok");

    Outcome outcome = searching.solve(method, "n=4", "beam-width=2", "max-tokens=370");

    // Depth first gives up after n nodes, before the budget does.
    assertThat(outcome.anytime()).isEqualTo(!method.endsWith("dfs"));
    assertThat(outcome.answer()).isEqualTo("7");
    assertThat(searching.budget.spent().generatedTokens()).isLessThanOrEqualTo(500);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aVerifierThatThrowsEndsTheRunWithItsWords(String method) {
    Verifier broken =
        Trying.judge(
            it -> {
              throw new EngineException("the scorer is broken");
            });

    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(
            () ->
                new Searching(reciting("A.\n\n\\boxed{1}"), broken)
                    .solve(method, "n=4", "beam-width=2"))
        .withMessage("the scorer is broken");
  }

  /// Ends at once with 1, or begins a longer solution, that ends with 2.
  private static ScriptedModel shortOrLong(boolean failing) {
    return new ScriptedModel(
        (prompt, sample) -> {
          if (!prompt.endsWith("assistant\n")) {
            if (failing) {
              throw new EngineException("the model is gone");
            }
            return "\\boxed{2}";
          }
          return sample % 2 == 0 ? "\\boxed{1}" : "A.\n\nmore";
        });
  }

  /// Likes what has no answer yet.
  private static final Verifier CURIOUS = Trying.judge(it -> it.answer() == null ? 0.9 : 0.03);

  private static void endsEarly(
      Searching searching, String method, String words, String... answers) {
    Outcome outcome = searching.solve(method, "n=4", "beam-width=2");

    assertThat(outcome.answer()).isIn((Object[]) answers);
    assertThat(outcome.anytime()).isTrue();
    assertThat(searching.warnings())
        .containsExactly("The search ends with what it has found: " + words);
    assertThat(searching.trace().nodes().stream().mapToLong(Trace.Node::tokens).sum())
        .isEqualTo(searching.budget.spent().generatedTokens());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void solutionsOutliveAVerifierThatThrows(String method) {
    Verifier fragile =
        Trying.judge(
            it -> {
              if (it.steps().size() > 1) {
                throw new EngineException("the scorer is broken");
              }
              return it.answer() == null ? 0.9 : 0.03;
            });

    endsEarly(new Searching(shortOrLong(false), fragile), method, "the scorer is broken", "1", "2");
  }

  @ParameterizedTest
  @MethodSource("methods")
  void solutionsOutliveAModelThatThrows(String method) {
    endsEarly(new Searching(shortOrLong(true), CURIOUS), method, "the model is gone", "1");
  }

  @ParameterizedTest
  @MethodSource("methods")
  void solutionsOutliveAWaveWhoseEverySampleFails(String method) {
    LanguageModel model =
        new Faulty(shortOrLong(false), (prompt, sample) -> !prompt.endsWith("assistant\n"));
    Searching searching = new Searching(model, CURIOUS);

    Outcome outcome = searching.solve(method, "n=4", "beam-width=2");

    assertThat(outcome.answer()).isEqualTo("1");
    assertThat(outcome.anytime()).isTrue();
    assertThat(searching.warnings())
        .anyMatch(it -> it.endsWith("Every step failed: the cache broke"));
    assertThat(searching.trace().nodes().stream().mapToLong(Trace.Node::tokens).sum())
        .isEqualTo(searching.budget.spent().generatedTokens());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aModelThatThrowsBeforeTheFirstSolutionEndsTheRunWithItsWords(String method) {
    ScriptedModel model =
        new ScriptedModel(
            (prompt, sample) -> {
              if (!prompt.endsWith("assistant\n")) {
                throw new EngineException("the model is gone");
              }
              return "Step " + sample + ".\n\nmore";
            });

    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> new Searching(model, HALF).solve(method, "n=4", "beam-width=2"))
        .withMessage("the model is gone");
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aSampleThatFailsIsLeftOut(String method) {
    LanguageModel model =
        new Faulty(reciting("A.\n\n\\boxed{1}", "B.\n\n\\boxed{1}"), (prompt, i) -> i == 1);
    Searching searching = new Searching(model, HALF);

    Outcome outcome = searching.solve(method, "n=4", "beam-width=2");

    assertThat(outcome.answer()).isEqualTo("1");
    assertThat(searching.pruned()).contains("failed");
    assertThat(searching.warnings()).anyMatch(it -> it.endsWith("failed: the cache broke"));
  }

  private static Verifier saying(List<Scores> scores) {
    return new Verifier() {
      @Override
      public String name() {
        return "odd";
      }

      @Override
      public List<Scores> score(Problem problem, List<Candidate> candidates, Purse purse) {
        return scores;
      }
    };
  }

  @Test
  void aVerifierThatSaysTooLittleIsRefused() {
    ScriptedModel model = reciting("A.\n\n\\boxed{1}", "B.\n\n\\boxed{1}");

    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(
            () -> new Searching(model, saying(List.of(Scores.outcome(1)))).solve("beam", "n=4"))
        .withMessage("Verifier odd gave 1 scores for 2 candidates.");
    Scores three = new Scores(1, List.of(1.0, 1.0, 1.0), true);
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> new Searching(model, saying(List.of(three, three))).solve("beam", "n=4"))
        .withMessage("Verifier odd gave 3 values for 1 steps.");
  }

  @Test
  void faultsOfTheVerifierAreToldOnce() {
    Verifier faulty =
        new Verifier() {
          @Override
          public String name() {
            return "faulty";
          }

          @Override
          public List<Scores> score(Problem problem, List<Candidate> candidates, Purse purse) {
            return candidates.stream().map(it -> new Scores(0, List.of(), true, 1)).toList();
          }
        };
    Searching searching = new Searching(reciting("A.\n\n\\boxed{1}"), faulty);

    assertThat(searching.solve("beam", "n=4").answer()).isEqualTo("1");
    assertThat(searching.warnings())
        .hasSize(1)
        .first()
        .asString()
        .contains("Verifier faulty gave no readable value in");
  }

  @Test
  void lookaheadJudgesByWhatFollows() {
    ToyPolicy toy = new ToyPolicy(4, 4, 3);
    List<Integer> lengths = new ArrayList<>();
    Verifier exact = toy.exact();
    Verifier noting =
        Trying.judge(
            it -> {
              lengths.add(it.steps().size());
              return 0.5;
            });
    Searching searching = new Searching(new ScriptedModel(toy), noting);
    searching.solve("beam lookahead=2", "n=4", "beam-width=2");

    assertThat(lengths.getFirst()).isEqualTo(3);
    assertThat(searching.pruned()).contains("looked ahead");
    Searching sure = new Searching(new ScriptedModel(toy), exact);
    Outcome outcome = sure.solve("beam lookahead=9", "n=8", "beam-width=4");
    assertThat(outcome.candidates()).extracting(Answer::score).allMatch(it -> it == 0 || it == 1);
  }

  @Test
  void voteJudgesSolutionsByEachOther() {
    Verifier vote = Verifiers.open("vote", Aggregation.LAST, reciting(""));
    Searching searching =
        new Searching(reciting("A.\n\n\\boxed{1}", "B.\n\n\\boxed{2}", "C.\n\n\\boxed{1}"), vote);

    Outcome outcome = searching.solve("particle-filtering", "n=9");

    assertThat(outcome.answer()).isEqualTo("1");
    assertThat(outcome.candidates())
        .filteredOn(it -> "1".equals(it.value()))
        .allSatisfy(it -> assertThat(it.score()).isCloseTo(2.0 / 3, within(1e-9)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rollout:3", "thought", "judge", "logprob", "self-certainty"})
  void searchesWorkWithEveryVerifier(String name) {
    ToyPolicy toy = new ToyPolicy(2, 3, 3);
    ScriptedModel model = new ScriptedModel(toy);
    Verifier verifier = Verifiers.open(name, Aggregation.LAST, model);
    for (String method : Searching.METHODS) {
      Searching searching = new Searching(model, verifier);
      Outcome outcome = searching.solve(method, "n=4", "beam-width=2");

      assertThat(outcome.candidates()).isNotEmpty();
      assertThat(outcome.answer()).isNotNull();
    }
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Searching.strategy("beam", "steps=0"))
        .withMessage("steps (0) must be a whole number between 1 and 1000.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Searching.strategy("beam", "n=10"))
        .withMessage("beam-width (4) must divide n (10). Maybe n = 8 or 12 was meant.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Searching.strategy("beam", "separator="))
        .withMessageContaining("must not be empty");
  }

  /// A server that hides its tokens, refuses what it cannot hold, and breaks on some paths.
  ///
  /// @param longest most characters of a path
  /// @param breaking paths that contain this twice fail; empty for none
  private record Hidden(LanguageModel model, int longest, String breaking)
      implements LanguageModel {
    @Override
    public ModelInfo info() {
      return model.info();
    }

    @Override
    public Completions complete(Request request, Call call) {
      String path = ((Prompt.Chat) request.prompt()).prefill();
      if (path.length() > longest) {
        throw new ContextOverflowException(path.length(), longest);
      }
      Completions said = model.complete(request, call);
      boolean breaks = !breaking.isEmpty() && path.split(breaking, -1).length > 2;
      return breaks ? new Completions(broken(said.completions()), Usage.NONE) : said;
    }

    private static List<Completion> broken(List<Completion> completions) {
      return completions.stream()
          .map(it -> it.sample())
          .map(
              it ->
                  new Completion(
                      it,
                      Tokens.of(),
                      "",
                      0,
                      FinishReason.ERROR,
                      "it broke",
                      new float[0],
                      new float[0],
                      List.of()))
          .toList();
    }

    @Override
    public <T> Optional<T> ability(Class<T> ability) {
      return Optional.empty();
    }

    @Override
    public void close() {}
  }

  private static ScriptedModel shortAndLong() {
    return reciting("A.\n\n\\boxed{7}", "B b.\n\n".repeat(6) + "\\boxed{8}");
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aPathThatAServerCannotHoldEndsAndTheOthersGoOn(String method) {
    Searching searching = new Searching(new Hidden(shortAndLong(), 11, ""), HALF);

    Outcome outcome = searching.solve(method, "n=4", "beam-width=2", "threshold=0");

    assertThat(outcome.answer()).isEqualTo("7");
    if (method.equals("beam")) {
      assertThat(searching.pruned()).contains("cut off at its most tokens");
      assertThat(searching.trace().nodes()).extracting(Trace.Node::finish).contains("context");
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aQuestionThatAServerCannotHoldIsRefused(String method) {
    Searching searching = new Searching(new Hidden(shortAndLong(), -1, ""), HALF);

    assertThatExceptionOfType(ContextOverflowException.class)
        .isThrownBy(() -> searching.solve(method, "n=4", "beam-width=2"));
  }

  @Test
  void aModelThatBreaksLosesNoSolution() {
    Searching searching = new Searching(new Hidden(shortAndLong(), 1000, "B"), HALF);

    Outcome outcome = searching.solve("beam", "n=4", "beam-width=2");

    assertThat(outcome.answer()).isEqualTo("7");
    assertThat(outcome.anytime()).isTrue();
    assertThat(searching.warnings()).contains("Every step failed: it broke");
    Searching without = new Searching(new Hidden(reciting("B b.\n\n".repeat(6)), 1000, "B"), HALF);
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> without.solve("beam", "n=4", "beam-width=2"))
        .withMessage("Every step failed: it broke");
  }

  @Test
  void lookaheadAndAnEarlyStopExcludeEachOther() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Searching.strategy("beam", "early-stop=true", "lookahead=2"))
        .withMessageContaining("early-stop (true)")
        .withMessageContaining("lookahead (2)");
  }
}
