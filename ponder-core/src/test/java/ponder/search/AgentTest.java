package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ponder.core.Answer;
import ponder.core.Event;
import ponder.core.Grading;
import ponder.core.Problem;
import ponder.core.Trace;
import ponder.model.Cancellation;
import ponder.search.Strategy.Plan;
import ponder.testkit.ScriptedModel;
import ponder.testkit.ToyPolicy;

class AgentTest {
  /// What each role says.
  private static final class Cast implements ScriptedModel.Script {
    private String plan = "1. Find 6*7.\n2. Double it.";
    private final List<String> works =
        new ArrayList<>(List.of("It is <call>calculator: 6*7", " So 42.", "That gives 84."));
    private final List<String> reviews = new ArrayList<>(List.of("All right: APPROVED."));
    private String answer = "\\boxed{84}";

    @Override
    public String reply(String prompt, int sample) {
      String asked = prompt.substring(prompt.lastIndexOf("<|im_start|>user"));
      if (asked.contains("Divide this problem")) {
        return plan;
      }
      if (asked.contains("Your part:")) {
        return next(works);
      }
      return asked.contains("Check whether these results") ? next(reviews) : answer;
    }

    private static String next(List<String> lines) {
      return lines.size() == 1 ? lines.getFirst() : lines.removeFirst();
    }
  }

  private static List<String> warnings(Trying trying) {
    return Trace.of(trying.events).warnings();
  }

  private static Outcome solve(Instrument instrument, ScriptedModel model, Trying trying) {
    Agent agent = (Agent) Trying.strategy("agent", Map.of());
    var with =
        new Agent(
            agent.ask(),
            agent.sampling(),
            agent.planner(),
            agent.limits(),
            new Instruments(List.of(instrument)));
    return trying.solve(with);
  }

  @Test
  void plansWorksReviewsAndComposes() {
    ScriptedModel model = new ScriptedModel(new Cast());
    Trying trying = new Trying(model);

    Outcome outcome = trying.solve("agent", Map.of("system", ""));

    assertThat(outcome.answer()).isEqualTo("84");
    assertThat(outcome.why())
        .isEqualTo("composed of 2 sub-tasks, 1 tool calls (0 failed); sent back 0 times, approved");
    assertThat(outcome.anytime()).isFalse();
    assertThat(outcome.candidates()).extracting(Answer::text).containsExactly("\\boxed{84}");
    assertThat(Trace.of(trying.events).nodes())
        .extracting(Trace.Node::proposer)
        .containsExactly(
            "problem",
            "plan 0",
            "sub-task 1",
            "tool",
            "sub-task 1",
            "sub-task 2",
            "review 1",
            "sample 0");
    assertThat(Trace.of(trying.events).nodes())
        .extracting(Trace.Node::parent)
        .containsExactly(-1, 0, 1, 2, 3, 4, 5, 6);
    assertThat(warnings(trying)).isEmpty();
    assertThat(model.calls().get(2).prompt())
        .isEqualTo(
            """
            <|im_start|>system
            You work on one part of a larger problem.

            To use a tool, write <call>NAME: INPUT</call> and stop; the result follows. The tools are:
            calculator: the exact value of an expression of numbers, such as <call>calculator: 3/8 + 17*24</call><|im_end|>
            <|im_start|>user
            6*7?

            Your part: Find 6*7.
            Solve this part only, and end with its result in one sentence.<|im_end|>
            <|im_start|>assistant
            It is <call>calculator: 6*7</call>
            <result>42</result>
            """);
    assertThat(model.calls().getLast().prompt())
        .isEqualTo(
            """
            <|im_start|>user
            6*7?

            Work on other parts came to this:
            1. Find 6*7.
            It is <call>calculator: 6*7</call>
            <result>42</result>
             So 42.
            2. Double it.
            That gives 84.

            Use these results as far as they are right, and write out the solution of the whole problem.<|im_end|>
            <|im_start|>assistant
            """);
  }

  @Test
  void workThatIsCutOffMarksAnAnswerOfTheProblemsKind() {
    Cancellation[] cancellation = new Cancellation[1];
    var model =
        new ScriptedModel(
            (prompt, sample) -> {
              if (prompt.contains("Your part: Double it.")) {
                cancellation[0].cancel();
              }
              return prompt.contains("Your part:")
                  ? "The answer is no."
                  : "1. Find 6*7.\n2. Double it.";
            });
    Trying trying = new Trying(model);
    cancellation[0] = trying.cancellation;

    Outcome outcome =
        trying.solve("agent", Map.of(), Problem.of("Is it odd?").withGrading(Grading.SHORT));

    assertThat(outcome.answer()).isEqualTo("no");
  }

  @Test
  void aReviewSendsBackToASubTask() {
    Cast cast = new Cast();
    cast.works.clear();
    cast.works.addAll(List.of("It is 41.", "It is 82.", "No, 84."));
    cast.reviews.clear();
    cast.reviews.addAll(List.of("REDO 2: the first is wrong.", "APPROVED"));
    ScriptedModel model = new ScriptedModel(cast);

    Outcome outcome = new Trying(model).solve("agent", Map.of());

    assertThat(outcome.why()).contains("sent back 1 times, approved");
    assertThat(model.calls()).hasSize(1 + 2 + 1 + 1 + 1 + 1);
    assertThat(model.calls().get(4).prompt())
        .contains("1. Find 6*7.\nIt is 41.")
        .contains("A reviewer found in an earlier try: the first is wrong.")
        .contains("Your part: Double it.")
        .doesNotContain("It is 82.");
    assertThat(model.calls().getLast().prompt()).contains("No, 84.").doesNotContain("It is 82.");
  }

  @Test
  void reviewsAreLimited() {
    Cast cast = new Cast();
    cast.works.clear();
    cast.works.add("Hm.");
    cast.reviews.clear();
    cast.reviews.add("REDO 1: no.");
    ScriptedModel model = new ScriptedModel(cast);

    Outcome outcome = new Trying(model).solve("agent", Map.of());
    Outcome never = new Trying(new ScriptedModel(cast)).solve("agent", Map.of("reviews", "0"));

    assertThat(outcome.why()).endsWith("sent back 2 times, not approved");
    assertThat(model.calls()).hasSize(1 + 3 * 2 + 2 + 1);
    assertThat(never.why()).endsWith("sent back 0 times, not approved");
    assertThat(outcome.anytime()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "<call>abacus: 6*7; Error: tool (abacus) is unknown. The tools are: calculator.",
        "<call>6*7; Error: a call is written <call>NAME: INPUT</call>, such as <call>calculator: 3/8 + 17*24</call>.",
        "6*7</call>; Error: a call is written <call>NAME: INPUT</call>, such as <call>calculator: 3/8 + 17*24</call>.",
        "<call>calculator: the cost; Error: calculator could not do this: expression (the cost) is no expression of numbers.",
        "<call>calculator: 1/0; Error: calculator could not do this: expression (1/0) has no real value.",
      })
  void aMalformedCallIsAnsweredSoThatItCanBeMended(String call, String error) {
    Cast cast = new Cast();
    cast.works.set(0, call);
    cast.works.add(1, " again: <call>Calculator : 6*7</call> never said");
    ScriptedModel model = new ScriptedModel(cast);
    Trying trying = new Trying(model);

    Outcome outcome = trying.solve("agent", Map.of());

    assertThat(model.calls().get(2).prompt()).endsWith("</call>\n<result>" + error + "</result>\n");
    assertThat(model.calls().get(3).prompt())
        .endsWith(" again: <call>Calculator : 6*7</call>\n<result>42</result>\n");
    assertThat(outcome.why()).contains("2 tool calls (1 failed)");
    assertThat(warnings(trying)).containsExactly("1 of 2 tool calls failed.");
  }

  @Test
  void aToolThatThrowsDoesNoHarm() {
    Instrument broken =
        new Instrument() {
          @Override
          public String name() {
            return "calculator";
          }

          @Override
          public String help() {
            return "nothing";
          }

          @Override
          public String example() {
            return "x";
          }

          @Override
          public String use(String input) {
            throw new IllegalStateException("broken " + "!".repeat(500));
          }
        };
    ScriptedModel model = new ScriptedModel(new Cast());
    Trying trying = new Trying(model);

    Outcome outcome = solve(broken, model, trying);

    assertThat(outcome.answer()).isEqualTo("84");
    assertThat(model.calls().get(2).prompt())
        .contains("<result>Error: calculator could not do this: broken !!!")
        .contains("!...</result>")
        .hasSizeLessThan(1000);
    assertThat(warnings(trying)).containsExactly("1 of 1 tool calls failed.");
  }

  @Test
  void callsAreLimitedInEachSubTask() {
    Cast cast = new Cast();
    cast.plan = "1. Only this.";
    cast.works.clear();
    cast.works.add("<call>calculator: 1+1</call>");
    ScriptedModel model = new ScriptedModel(cast);

    Outcome outcome = new Trying(model).solve("agent", Map.of("tool-calls", "2"));

    assertThat(outcome.why()).contains("1 sub-tasks, 2 tool calls (0 failed)");
    assertThat(model.calls()).hasSize(1 + 3 + 1 + 1);
    assertThat(model.calls().get(3).prompt())
        .endsWith("<result>2</result> No more calls are left. State the result.\n");
  }

  @ParameterizedTest
  @CsvSource({"tool-calls,0", "tools,none"})
  void withoutToolsNothingIsSaidOfThem(String name, String value) {
    ScriptedModel model = new ScriptedModel(new Cast());

    Outcome outcome = new Trying(model).solve("agent", Map.of(name, value));

    assertThat(model.calls().get(1).prompt()).doesNotContain("<call>");
    assertThat(outcome.why()).contains("0 tool calls");
  }

  @Test
  void whatCannotBeReadIsToldAndDoesNoHarm() {
    Cast cast = new Cast();
    cast.plan = "I would rather not.";
    cast.reviews.set(0, "REDO 7: what?");
    ScriptedModel model = new ScriptedModel(cast);
    Trying trying = new Trying(model);

    Outcome outcome = trying.solve("agent", Map.of());

    assertThat(outcome.answer()).isEqualTo("84");
    assertThat(model.calls().get(1).prompt()).contains("Your part: 6*7?");
    assertThat(warnings(trying))
        .containsExactly(
            "The plan has no readable sub-task; the whole problem is the only one.",
            "The review has no readable verdict; the work counts as approved.");
  }

  @Test
  void tasksAreLimited() {
    Cast cast = new Cast();
    cast.plan = "- a\n- b\n- c\n";
    cast.works.clear();
    cast.works.add("Done.");
    ScriptedModel model = new ScriptedModel(cast);

    new Trying(model).solve("agent", Map.of("tasks", "2"));

    assertThat(model.calls()).hasSize(1 + 2 + 1 + 1);
    assertThat(model.calls().getFirst().prompt()).contains("at most 2 sub-tasks");
  }

  @Test
  void workWithoutRoomForAnAnswerIsLeftOut() {
    Cast cast = new Cast();
    cast.works.clear();
    cast.works.add("w".repeat(400));
    ScriptedModel model = new ScriptedModel(cast, null, 1000);
    Trying trying = new Trying(model);

    Outcome outcome = trying.solve("agent", Map.of("system", "s".repeat(400)));

    assertThat(outcome.answer()).isEqualTo("84");
    assertThat(model.calls().getLast().prompt()).doesNotContain("www");
    assertThat(warnings(trying)).anyMatch(it -> it.startsWith("The work was left out: "));
  }

  @Test
  void theAnswerComesFirstAtEveryBudget() {
    int whole = "\\boxed{84}".length() + 1;
    for (int tokens = 1; tokens < 160; tokens += 3) {
      Trying trying = new Trying(new ScriptedModel(new Cast())).budget(tokens + "tok");
      Outcome outcome = trying.solve("agent", Map.of("max-tokens", "20", "work-tokens", "40"));

      long traced = Trace.of(trying.events).nodes().stream().mapToLong(Trace.Node::tokens).sum();
      assertThat(trying.spent().spent().generatedTokens())
          .isEqualTo(traced)
          .isLessThanOrEqualTo(tokens);
      assertThat("84".equals(outcome.answer())).isEqualTo(tokens >= whole - 1);
      assertThat(outcome.candidates()).hasSize(1);
    }
  }

  @Test
  void asMuchBudgetAsOneAnswerIsAskingAlone() {
    for (String budget : List.of("1calls", "20tok")) {
      ScriptedModel model = new ScriptedModel(new Cast());
      Trying trying = new Trying(model).budget(budget);

      Outcome agent = trying.solve("agent", Map.of("max-tokens", "20"));
      Outcome alone = trying.solve("greedy", Map.of("max-tokens", "20"));

      assertThat(agent.attempts()).isEqualTo(alone.attempts());
      assertThat(agent.anytime()).isTrue();
    }
  }

  @Test
  void reachesAtLeastGreedyAndHelpsWhereToolsDo() {
    int toys = 40;
    for (int i = 0; i < toys; i++) {
      ToyPolicy toy = new ToyPolicy(i, 3, 4);
      boolean right =
          ToyPolicy.RIGHT.equals(
              new Searching(new ScriptedModel(toy), toy.exact()).seed(i).solve("agent").answer());
      assertThat(right).isEqualTo(toy.greedyIsRight());
    }
    // A model that cannot multiply, but copies.
    ScriptedModel model =
        new ScriptedModel(
            (prompt, sample) -> {
              String asked = prompt.substring(prompt.lastIndexOf("<|im_start|>user"));
              return asked.contains("Divide this")
                  ? "1. Multiply."
                  : asked.contains("Your part")
                      ? (asked.contains("<result>") ? "Done." : "<call>calculator: 1234*5678")
                      : asked.contains("Check whether")
                          ? "APPROVED"
                          : asked.contains("<result>")
                              ? "\\boxed{"
                                  + asked.replaceAll("(?s).*<result>(.*?)</result>.*", "$1")
                                  + "}"
                              : "\\boxed{7000000}";
            });
    assertThat(new Trying(model).solve("greedy", Map.of()).answer()).isEqualTo("7000000");
    assertThat(new Trying(model).solve("agent", Map.of()).answer()).isEqualTo("7006652");
  }

  @Test
  void aLimitOfSamplesCountsTheAnswerAlone() {
    Outcome outcome =
        new Trying(new ScriptedModel(new Cast())).budget("1").solve("agent", Map.of());

    assertThat(outcome.anytime()).isFalse();
    assertThat(outcome.answer()).isEqualTo("84");
  }

  @Test
  void thePlanIsAnUpperBound() {
    Cast cast = new Cast();
    cast.works.clear();
    cast.works.add("<call>calculator: 1/0</call>");
    cast.reviews.clear();
    cast.reviews.add("REDO 1: no.");
    ScriptedModel model = new ScriptedModel(cast);
    Plan plan = Trying.strategy("agent", Map.of("tasks", "2")).plan(Problem.of("6*7?"), model);
    Trying trying = new Trying(model);
    trying.solve("agent", Map.of("tasks", "2"));

    assertThat(plan.most().calls()).isEqualTo(trying.spent().spent().calls());
    assertThat(plan.most().promptTokens())
        .isGreaterThanOrEqualTo(trying.spent().spent().promptTokens());
    assertThat(plan.most().generatedTokens())
        .isGreaterThanOrEqualTo(trying.spent().spent().generatedTokens());
  }

  @Test
  void japaneseProblemsGetJapaneseRoles() {
    ScriptedModel model = ScriptedModel.always("1. 計算\n承認 \\boxed{1}");
    Trying trying = new Trying(model);

    Outcome outcome = trying.solve("agent", Map.of(), Problem.of("6かける7はいくつですか"));

    assertThat(model.calls())
        .noneMatch(it -> it.prompt().matches("(?s).*(You|Your|results|problem).*"));
    assertThat(outcome.why()).endsWith("approved");
    assertThat(trying.events).noneMatch(Event.Warned.class::isInstance);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "tools; calclator; tools (calclator): 'calclator' is unknown. Maybe 'calculator' was meant.",
        "tasks; 0; tasks (0) must be a whole number between 1 and 100.",
        "reviews; -1; reviews (-1) must be a whole number between 0 and 100.",
      })
  void refusesWhatCannotBe(String name, String value, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Trying.strategy("agent", Map.of(name, value)))
        .withMessage(message);
  }

  @Test
  void seedsOfAllTextsDiffer() {
    Cast cast = new Cast();
    cast.reviews.clear();
    cast.reviews.addAll(List.of("REDO 1: no.", "APPROVED"));
    ScriptedModel model = new ScriptedModel(cast);
    new Trying(model).solve("agent", Map.of("temperature", "1"));

    assertThat(
            IntStream.range(0, model.calls().size())
                .mapToObj(i -> model.calls().get(i).request())
                .map(it -> List.of(it.seed(), it.samples()))
                .distinct())
        .hasSize(model.calls().size());
  }
}
