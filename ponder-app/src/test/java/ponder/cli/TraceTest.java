package ponder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.cli.Terminal.Said;
import ponder.core.Event;
import ponder.core.Problem;
import ponder.core.Spend;
import ponder.store.TraceFile;
import tools.jackson.databind.JsonNode;

/// What runs thought, on the terminal and as a page.
class TraceTest {
  @TempDir Path folder;

  @Test
  void drawsTheTreeWithScoresVisitsReasonsAndTheWinner() {
    Said said = run("trace", "show", tree() + "");

    assertThat(said.code()).isZero();
    assertThat(said.out())
        .isEqualTo(
            """
            mcts on tiny, seed 7, run r1
            Question: How many?
            scores by prm

            ● 0 problem
            ├─ ● 1 step 0 · 0.75 · 3 visits, 0.50 · 5 tok · First, count.
            │  ├─ ★ 3 step 0 · 0.90 · = 42 · 2 tok · So \\boxed{42}
            │  └─ ✗ 4 step 1 · cut off at the most tokens · 2 tok · So it
            └─ ✗ 2 step 1 · 0.25 · not among the best 1 · 4 tok · ␛[31mNo. �␇�

            Answer: 42
            Why: score 0.9
            5 nodes, depth 2, 2 given up, 13 tokens and 7 besides, 1.5 s
            warning: 1 score was no number
            """);
  }

  @Test
  void keepsToADepthAndTellsWhatIsBelow() {
    String out = run("trace", "show", tree() + "", "--depth", "1").out();

    assertThat(out).contains("First, count.").contains("+2 below").doesNotContain("boxed");
  }

  @Test
  void onATerminalLinesFitAndColoursAreUsedUnlessRefused() {
    Path file = tree();
    Said watched = new Terminal(folder.resolve("home")).watched().run("trace", "show", file + "");
    Said plain =
        new Terminal(folder.resolve("home"))
            .with("NO_COLOR", "1")
            .watched()
            .run("trace", "show", file + "");

    assertThat(watched.out()).contains("\033[1;36m★");
    assertThat(plain.out()).doesNotContain("\033");
    assertThat(watched.out().replaceAll("\033\\[[0-9;]*m", "")).isEqualTo(plain.out());
    assertThat(plain.out().lines().map(Ink::width)).allMatch(width -> width <= 100);
  }

  @Test
  void showsOneNodeWithItsWholeTextAndRefusesOneThatIsNot() {
    Said said = run("trace", "show", tree() + "", "--node", "3");
    Said json = run("trace", "show", tree() + "", "--node", "3", "--json");
    Said none = run("trace", "show", tree() + "", "--node", "9");

    assertThat(said.out()).contains("0 > 1 > 3", "0.9000", "won", "yes", "So \\boxed{42}");
    assertThat(json.json().get("text").asString()).isEqualTo("So \\boxed{42}");
    assertThat(json.json().get("depth").asInt()).isEqualTo(2);
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("--node (9) must be one of the 5 nodes");
  }

  @Test
  void asJsonHoldsEveryNode() {
    JsonNode all = run("trace", "show", tree() + "", "--json").json();

    assertThat(all.get("nodes")).hasSize(5);
    assertThat(all.get("nodes").get(2).get("pruned").asString()).isEqualTo("not among the best 1");
    assertThat(all.get("nodes").get(1).get("visits").asInt()).isEqualTo(3);
    assertThat(all.get("nodes").get(1).get("won").asBoolean()).isTrue();
    assertThat(all.get("spend").get("generatedTokens").asInt()).isEqualTo(20);
  }

  @Test
  void aLongChainStaysInOneColumn() {
    List<Event> events = new ArrayList<>(List.of(new Event.Opened(0, -1, "problem")));
    for (int i = 1; i <= 3_000; i++) {
      events.add(new Event.Opened(i, i - 1, "step 0"));
      events.add(new Event.Closed(i, "on", 1, -1, "stop", null));
    }

    Said said = run("trace", "show", write(events) + "");

    assertThat(said.out()).contains("└─ ○ 1 step 0").contains("   ○ 3000 step 0");
    assertThat(said.out().lines().map(String::length)).allMatch(length -> length < 80);
    assertThat(said.out()).contains("The run was cut off");
  }

  @Test
  void aRunIsFoundByItsIdAndAnEvaluationByItsFolder() throws Exception {
    Path model =
        ScriptedEngine.write(folder.resolve("script.gguf"), "It is \\boxed{4}", "\\boxed{5}");
    Path data = folder.resolve("data.jsonl");
    Files.writeString(
        data,
        """
        {"id":"a","question":"2+2?","answer":"4"}
        {"id":"b","question":"1+1?","answer":"2"}
        """);
    String[] engine = {"--engine", "scripted", "--model", model + "", "--n", "2"};
    String id = run(with(engine, "solve", "2+2?", "--json")).json().get("run").asString();
    String out = folder.resolve("eval") + "";
    run(with(engine, "eval", "--dataset", data + "", "--out", out));

    assertThat(run("trace", "show", id.substring(0, 8)).out()).contains("1 sample 0 · 0.50");
    assertThat(run("trace", "show", out).out()).contains("correct", "wrong", "2+2?", "1+1?");
    assertThat(run("trace", "show", out, "--json").json().get("traces")).hasSize(2);
    assertThat(run("trace", "show", out, "--problem", "b").out()).contains("Question: 1+1?");
    assertThat(run("trace", "show", out, "--problem", "1").out()).contains("Question: 2+2?");
    assertThat(run("trace", "show", out, "--problem", "c").err()).contains("--problem (c)");
    assertThat(run("trace", "show", out, "--node", "1").err()).contains("Maybe add --problem");
    Said unknown = run("trace", "show", "nothing");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("run (nothing) has no receipt").hasLineCount(1);
    Path page = folder.resolve("pages/trees.html");
    assertThat(run("trace", "html", out, "--out", page + "").code()).isZero();
    assertThat(page)
        .content()
        .contains("data-name=\"a\"", "data-name=\"b\"", "<select id=\"pick\"");
  }

  private static String[] with(String[] engine, String... first) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(engine));
    return all.toArray(String[]::new);
  }

  @Test
  void aFileThatIsNoTraceIsNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("no.jsonl"), "{\"event\":\"other\"}\n");

    Said said = run("trace", "show", file + "");

    assertThat(said.code()).isEqualTo(3);
    assertThat(said.err()).contains("no.jsonl", "event (other) is unknown").hasLineCount(1);
  }

  private Path tree() {
    Spend spend = new Spend(10, 0, 20, 0, 4, 0, 1.5);
    return write(
        List.of(
            new Event.Started("r1", new Problem("p", "How many?"), "mcts", "tiny", 7),
            new Event.Opened(0, -1, "problem"),
            new Event.Opened(1, 0, "step 0"),
            new Event.Closed(1, "First,  count.\n\n", 5, -1, "stop", null),
            new Event.Opened(2, 0, "step 1"),
            new Event.Closed(2, "\033[31mNo. \u202e\u0007\u009b", 4, -1, "stop", null),
            new Event.Scored(1, "prm", 0.75),
            new Event.Scored(2, "prm", 0.25),
            new Event.Pruned(2, "not among the best 1"),
            new Event.Opened(3, 1, "step 0"),
            new Event.Closed(3, "So \\boxed{42}", 2, -1, "eos", "42"),
            new Event.Opened(4, 1, "step 1"),
            new Event.Closed(4, "So it", 2, -1, "length", null),
            new Event.Pruned(4, "cut off at the most tokens"),
            new Event.Scored(3, "prm", 0.9),
            new Event.Visited(1, 3, 0.5),
            new Event.Warned("1 score was no number"),
            new Event.Finished(3, "42", "score 0.9", false, spend, spend)));
  }

  private Path write(List<Event> events) {
    Path file = folder.resolve("trace.jsonl");
    try (TraceFile trace = TraceFile.create(file)) {
      events.forEach(trace::accept);
    }
    return file;
  }

  private Said run(String... arguments) {
    return new Terminal(folder.resolve("home")).run(arguments);
  }
}
