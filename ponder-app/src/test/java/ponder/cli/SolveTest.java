package ponder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ponder.cli.Terminal.Said;
import ponder.testkit.ScriptedModel;
import ponder.testkit.ScriptedServer;
import tools.jackson.databind.JsonNode;

/// `ponder solve` on a scripted model: of four samples two say 4, one says 5, one nothing.
class SolveTest {
  @TempDir Path folder;
  private Path home;
  private Path model;

  @BeforeEach
  void aModel() {
    home = folder.resolve("home");
    model =
        ScriptedEngine.write(
            folder.resolve("script.gguf"),
            "Two and two. \\boxed{4}",
            "I say \\boxed{5}",
            "Hm.",
            "It is \\boxed{4}");
  }

  @Test
  void jsonIsOneObjectWithTheAgreedKeys() {
    Said said = solve("What is 2+2?", "--n", "4", "--seed", "7", "--json");

    assertThat(said.code()).isZero();
    assertThat(said.out()).hasLineCount(1).endsWith("}\n");
    JsonNode json = said.json();
    assertThat(json.propertyNames())
        .containsExactlyInAnyOrder(
            "answer",
            "text",
            "reasoning",
            "method",
            "verifier",
            "model",
            "engine",
            "seed",
            "run",
            "spend",
            "paid",
            "candidates",
            "anytime",
            "why");
    for (String cost : List.of("spend", "paid")) {
      assertThat(json.get(cost).propertyNames())
          .containsExactlyInAnyOrder(
              "promptTokens",
              "cachedPromptTokens",
              "generatedTokens",
              "scoredTokens",
              "calls",
              "flops",
              "seconds");
    }
    assertThat(json.get("candidates")).hasSize(4);
    assertThat(json.get("candidates").get(2).propertyNames())
        .containsExactlyInAnyOrder("answer", "score", "tokens", "text");
    assertThat(json.get("answer").asString()).isEqualTo("4");
    assertThat(json.get("text").asString()).isEqualTo("Two and two. \\boxed{4}");
    assertThat(json.get("method").asString()).isEqualTo("self-consistency");
    assertThat(json.get("verifier").asString()).isEqualTo("vote");
    assertThat(json.get("engine").asString()).isEqualTo("scripted");
    assertThat(json.get("seed").asInt()).isEqualTo(7);
    assertThat(json.get("anytime").asBoolean()).isFalse();
  }

  @Test
  void candidatesTokensAddUpToTheGenerated() {
    JsonNode json = solve("What is 2+2?", "--n", "4", "--json", "--checked").json();

    long sum = 0;
    for (JsonNode candidate : json.get("candidates")) {
      sum += candidate.get("tokens").asLong();
    }
    assertThat(sum).isPositive().isEqualTo(json.get("spend").get("generatedTokens").asLong());
    assertThat(json.get("spend").get("calls").asInt()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "greedy",
        "cot",
        "cot --set extract=true",
        "few-shot-cot",
        "class-conditional",
        "self-consistency --n 3",
        "self-consistency --n 3 --set weight=logprob",
        "self-consistency --n 3 --set weight=self-certainty",
        "best-of-n --n 3",
        "best-of-n --n 3 --verifier judge",
        "best-of-n --n 3 --verifier judge --budget 40tok",
        "best-of-n --n 3 --verifier mean(judge,vote) --budget 3calls",
        "budget-forcing --think-budget 8 --wait 1",
        "rejection-sampling --set limit=8",
        "revisions --n 4 --set ratio=2:2",
        "revisions --n 4 --set mode=maj --budget 90tok",
        "self-refine --set rounds=2",
        "self-refine --verifier judge --budget 150tok",
        "agent",
        "agent --budget 120tok",
        "greedy|self-refine --verifier logprob",
        "step-best-of-n --n 3 --verifier logprob",
        "beam --n 4 --beam-width 2 --verifier judge",
        "beam --n 4 --beam-width 2 --lookahead 1 --steps 3 --verifier thought",
        "beam --beam-width 2 --budget 4 --verifier self-certainty",
        "dvts --n 4 --beam-width 2 --verifier mean(vote,logprob)",
        "mcts --n 4 --beam-width 2 --verifier logprob --budget 9calls",
        "rebase --n 4 --verifier judge --budget 90tok",
        "particle-filtering --n 4 --verifier rollout:2",
        "tree-of-thoughts --n 4 --beam-width 2",
        "rstar --n 2 --set answers=4 --set sub-answers=2",
        "rstar --n 2 --set answers=4 --set sub-answers=2 --budget 700tok",
        "greedy|rstar --n 2 --set answers=4 --set sub-answers=2 --verifier logprob",
        "greedy|beam --n 4 --beam-width 2 --verifier logprob",
        "cot&best-of-n --verifier judge",
        "greedy|self-consistency",
        "greedy|budget-forcing&best-of-n --verifier judge --budget 200tok",
      })
  void everyMethodAddsUp(String method) {
    String[] flags = ("--method " + method).split(" ");
    String[] more = {"--set", "scores=no", "--max-tokens", "64", "--checked", "--json"};

    Said said = solve(with(List.of("What is 2+2?"), with(List.of(flags), more)));
    Said again = solve(with(List.of("What is 2+2?"), with(List.of(flags), more)));

    assertThat(said.err()).doesNotContain("add up");
    assertThat(said.code()).isLessThan(2);
    assertThat(again.code()).isEqualTo(said.code());
    assertThat(again.json().get("paid").get("generatedTokens").asLong()).isZero();
  }

  @Test
  void rstarHasItsSolutionsCheckedByAnotherModel() {
    Path other = ScriptedEngine.write(folder.resolve("other.gguf"), " I say \\boxed{5}");
    String[] rstar = {"--method", "rstar", "--n", "2", "--set", "answers=4", "--checked", "--json"};

    JsonNode own = solve(with(List.of("What is 2+2?"), rstar)).json();
    JsonNode checked =
        solve(with(List.of("What is 2+2?", "--verifier-model", other.toString()), rstar)).json();

    assertThat(own.get("answer").asString()).isEqualTo("4");
    assertThat(checked.get("answer").asString()).isEqualTo("5");
    assertThat(checked.get("run")).isNotEqualTo(own.get("run"));
  }

  @Test
  void onAServerTheJudgeIsAskedByItsOwnName() {
    ScriptedModel model = new ScriptedModel((prompt, sample) -> "It is \\boxed{4}", null, 4096);
    try (ScriptedServer server = ScriptedServer.start(ScriptedServer.Kind.VLLM, model)) {
      Said said =
          new Terminal(home)
              .run(
                  "solve",
                  "What is 2+2?",
                  "--engine",
                  "auto",
                  "--endpoint",
                  server.endpoint(),
                  "--model",
                  "small",
                  "--verifier-model",
                  "large",
                  "--method",
                  "best-of-n",
                  "--n",
                  "2",
                  "--verifier",
                  "judge");
      // The script's tokens are characters, which is as far as a judge can be asked there.
      assertThat(said.err()).contains("needs 'Yes' as one token, which model large lacks");
    }
  }

  @Test
  void aModelThatWouldNotJudgeIsRefusedBeforeAnyIsOpened() {
    model = folder.resolve("nowhere.gguf");
    Said own = solve("x", "--verifier-model", "other.gguf", "--method", "best-of-n");
    Said free =
        solve("x", "--verifier-model", "m", "--method", "best-of-n", "--verifier", "mean(vote)");

    assertThat(own.code()).isEqualTo(2);
    assertThat(own.err())
        .isEqualTo(
            "ponder: --verifier-model (other.gguf) would not be asked by method best-of-n. Maybe --verifier judge was meant, or leave --verifier-model out.\n");
    assertThat(free.code()).isEqualTo(2);
    assertThat(free.err()).contains("would not be asked by verifier mean(vote).");
  }

  @Test
  void theSameCommandAgainIsAnsweredFromTheJournal() {
    JsonNode first = solve("What is 2+2?", "--n", "4", "--json").json();
    JsonNode again = solve("What is 2+2?", "--n", "4", "--json").json();

    assertThat(again.get("run")).isEqualTo(first.get("run"));
    assertThat(again.get("answer")).isEqualTo(first.get("answer"));
    assertThat(again.get("spend").get("generatedTokens"))
        .isEqualTo(first.get("spend").get("generatedTokens"));
    assertThat(again.get("paid").get("generatedTokens").asLong()).isZero();
    assertThat(first.get("paid").get("generatedTokens").asLong()).isPositive();
  }

  @Test
  void anotherRunsSamplesAreUsedOnlyIfAsked() {
    String run = solve("What is 2+2?", "--n", "2", "--json").json().get("run").asString();

    JsonNode alone = solve("What is 2+2?", "--n", "4", "--json").json();
    JsonNode reusing = solve("What is 2+2?", "--n", "3", "--reuse", run, "--json").json();

    assertThat(alone.get("paid").get("generatedTokens"))
        .isEqualTo(alone.get("spend").get("generatedTokens"));
    assertThat(reusing.get("paid").get("generatedTokens").asLong())
        .isPositive()
        .isLessThan(reusing.get("spend").get("generatedTokens").asLong());
    Said unknown = solve("What is 2+2?", "--reuse", "nosuchrun");
    assertThat(unknown.code()).isEqualTo(3);
    assertThat(unknown.err())
        .startsWith("ponder: ")
        .contains("nosuchrun")
        .doesNotContain("unforeseen");
  }

  @Test
  void withoutJournalNothingIsKept() {
    solve("What is 2+2?", "--n", "4", "--no-journal", "--json");

    assertThat(home.resolve("journal")).doesNotExist();
    assertThat(home.resolve("runs")).doesNotExist();
  }

  @Test
  void goesOnWithAWarningWhereTheHomeCannotBeWritten() throws Exception {
    home = Files.writeString(folder.resolve("a file"), "no folder");

    Said said = solve("What is 2+2?", "--n", "4", "--json");

    assertThat(said.code()).isZero();
    assertThat(said.json().get("answer").asString()).isEqualTo("4");
    assertThat(said.err()).contains("warning: ").contains("without a journal");
  }

  @Test
  void printsForPeopleTextAnswerVotesCostAndRun() {
    Said said = solve("What is 2+2?", "--n", "4");

    assertThat(said.out())
        .isEqualTo(
            """
            Two and two. \\boxed{4}

            Answer: 4
            Votes:  2 for 4, 1 for 5, 1 for none
            """);
    assertThat(said.err())
        .contains("self-consistency with scripted: 4 samples, ")
        .containsPattern("; run [0-9a-f]{16}\n")
        .hasLineCount(1);
  }

  @Test
  void streamsTheFirstSampleToATerminal() {
    Said said = terminal().watched().run(arguments("What is 2+2?", "--n", "4"));

    assertThat(said.out()).startsWith("Two and two. \\boxed{4}\n\nAnswer: 4\n");
    assertThat(said.out()).containsOnlyOnce("Two and two.");
  }

  @Test
  void showsTheWinnerBesideTheStreamedSample() {
    model = ScriptedEngine.write(model, "I say \\boxed{5}", "It is \\boxed{4}", "So \\boxed{4}");

    Said said = terminal().watched().run(arguments("What is 2+2?", "--n", "3"));

    assertThat(said.out())
        .startsWith("I say \\boxed{5}\n")
        .contains("\n\nThe winning text:\nIt is \\boxed{4}\n\nAnswer: 4");
  }

  @Test
  void aRunWithoutAnAnswerEndsWithOne() {
    model = ScriptedEngine.write(model, "No idea at all.");

    Said said = solve("What is 2+2?", "--n", "2");
    Said json = solve("What is 2+2?", "--n", "2", "--json");

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out()).contains("Answer: none");
    assertThat(json.code()).isEqualTo(1);
    assertThat(json.json().get("answer").isNull()).isTrue();
  }

  @Test
  void aBudgetOfOneTokenEndsEarlyAndNeverOverspends() {
    Said said = solve("What is 2+2?", "--n", "4", "--budget", "1tok", "--json", "--checked");

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.json().get("anytime").asBoolean()).isTrue();
    assertThat(said.json().get("spend").get("generatedTokens").asLong()).isEqualTo(1);
  }

  @Test
  void aBareNumberIsABudgetOfSamples() {
    JsonNode json = solve("What is 2+2?", "--budget", "3", "--json").json();

    assertThat(json.get("candidates")).hasSize(3);
    assertThat(json.get("anytime").asBoolean()).isFalse();
  }

  @Test
  void readsTheQuestionFromStandardInput() {
    Said said = terminal().typing("What is 2+2?\n").run(arguments("-", "--n", "4", "--json"));
    JsonNode typed = solve("What is 2+2?", "--n", "4", "--json").json();

    assertThat(said.code()).isZero();
    assertThat(typed.get("run")).isEqualTo(said.json().get("run"));
  }

  @Test
  void refusesWhatIsWrongBeforeAnythingIsLoaded() {
    List<String[]> wrong =
        List.of(
            new String[] {""},
            new String[] {" \n"},
            new String[] {"-"},
            new String[] {"x", "--n", "0"},
            new String[] {"x", "--n", "many"},
            new String[] {"x", "--temperature", "-1"},
            new String[] {"x", "--top-p", "2"},
            new String[] {"x", "--max-tokens", "0"},
            new String[] {"x", "--budget", "0tok"},
            new String[] {"x", "--budget", "9bananas"},
            new String[] {"x", "--method", "self-consistancy"},
            new String[] {"x", "--method", "greedy", "--n", "4"},
            new String[] {"x", "--engine", "lama"},
            new String[] {"x", "--set", "wafe=3"},
            new String[] {});
    for (String[] arguments : wrong) {
      Said said = new Terminal(home).run(with(List.of("solve"), arguments));

      assertThat(said.code()).as(String.join(" ", arguments)).isEqualTo(2);
      assertThat(said.err()).as(String.join(" ", arguments)).startsWith("ponder: ").hasLineCount(1);
      assertThat(said.out()).isEmpty();
    }
    assertThat(solve("x", "--method", "self-consistancy").err())
        .contains("Maybe 'self-consistency' was meant.");
  }

  @Test
  void greedyTakesFlagsThatSayWhatItDoesAnyway() {
    Said said =
        solve("What is 2+2?", "--method", "greedy", "--n", "1", "--temperature", "0", "--json");

    assertThat(said.code()).isZero();
    assertThat(said.json().get("method").asString()).isEqualTo("greedy");
    assertThat(said.json().get("candidates")).hasSize(1);
  }

  @Test
  void aQuestionTooLongForTheContextIsAModelError() {
    Said said = solve("why ".repeat(250_000), "--n", "4", "--json");

    assertThat(said.code()).isEqualTo(3);
    assertThat(said.err()).contains("does not fit into the context").hasLineCount(1);
    assertThat(said.out()).isEmpty();
  }

  @Test
  void aBrokenModelIsAModelError() {
    model = ScriptedEngine.write(model);
    assertThat(solve("x").err()).contains("ponder: The model script.gguf is broken.\n");
    assertThat(solve("x").code()).isEqualTo(3);

    model = folder.resolve("nowhere.gguf");
    assertThat(solve("x").code()).isEqualTo(3);
    assertThat(solve("x").err()).contains("nowhere.gguf").hasLineCount(1);
  }

  @Test
  void dryRunTellsWhatItWillCostAndWhatItMayCost() {
    Said said = solve("What is 2+2?", "--n", "4", "--max-tokens", "100", "--dry-run", "--json");

    assertThat(said.code()).isZero();
    assertThat(said.json().get("samples").asLong()).isEqualTo(4);
    assertThat(said.json().get("most").get("generatedTokens").asLong()).isEqualTo(400);
    assertThat(said.json().get("spend").get("generatedTokens").asLong()).isBetween(1L, 400L);
    assertThat(solve("What is 2+2?", "--dry-run").out()).contains("AT MOST");
  }

  @Test
  void runShowPrintsTheReceipt() {
    String run = solve("What is 2+2?", "--n", "4", "--json").json().get("run").asString();

    Said shown = new Terminal(home).run("run", "show", run.substring(0, 6));
    Said json = new Terminal(home).run("run", "show", run, "--json");
    Said unknown = new Terminal(home).run("run", "show", "zzz");

    assertThat(shown.out()).contains(run, "What is 2+2?", "CANDIDATE", "generated");
    assertThat(json.json().get("run").asString()).isEqualTo(run);
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("run (zzz) has no receipt");
  }

  @Test
  void writesATraceThatCanBeRead() {
    Path trace = folder.resolve("deep/trace.jsonl");

    JsonNode json = solve("What is 2+2?", "--n", "4", "--trace", trace + "", "--json").json();

    var read = ponder.store.TraceFile.read(trace);
    assertThat(read.nodes()).hasSize(5);
    assertThat(read.start()).isNotNull();
    assertThat(read.end())
        .isNotNull()
        .extracting(ponder.core.Event.Finished::answer)
        .isEqualTo(json.get("answer").asString());
  }

  @Test
  void anInterruptedRunSaysHowToGoOn() {
    Terminal terminal = terminal();
    terminal.interrupt().cancel();

    Said said = terminal.run(arguments("What is 2+2?", "--n", "4"));

    assertThat(said.code()).isEqualTo(130);
    assertThat(said.err())
        .containsPattern(
            "^ponder: interrupted; 0 finished samples are kept in run [0-9a-f]{16}. Run the same");
    assertThat(solve("What is 2+2?", "--n", "4", "--json").code()).isZero();
  }

  @Test
  void anInterruptionInTheMiddleKeepsWhatIsFinished() {
    Terminal terminal = terminal().watched();
    terminal.onOutput(terminal.interrupt()::cancel);

    Said said = terminal.run(arguments("What is 2+2?", "--n", "4", "--set", "wave=1"));
    Said resumed = terminal().run(arguments("What is 2+2?", "--n", "4", "--set", "wave=1"));

    assertThat(said.code()).isEqualTo(130);
    assertThat(said.err()).contains("Run the same command again");
    assertThat(resumed.code()).isZero();
    assertThat(resumed.out()).contains("Answer: 4");
  }

  private Terminal terminal() {
    return new Terminal(home);
  }

  private Said solve(String... arguments) {
    return terminal().run(arguments(arguments));
  }

  private String[] arguments(String... arguments) {
    return with(List.of("solve", "--engine", "scripted", "--model", model.toString()), arguments);
  }

  private static String[] with(List<String> first, String... arguments) {
    List<String> all = new ArrayList<>(first);
    all.addAll(List.of(arguments));
    return all.toArray(String[]::new);
  }
}
