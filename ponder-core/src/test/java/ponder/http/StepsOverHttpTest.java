package ponder.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import ponder.core.Budget;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.core.Seed;
import ponder.core.Trace;
import ponder.model.Cancellation;
import ponder.model.Purse;
import ponder.search.Methods;
import ponder.search.Outcome;
import ponder.search.Solver;
import ponder.testkit.ScriptedModel;
import ponder.testkit.ScriptedServer;
import ponder.testkit.ScriptedServer.Kind;
import ponder.testkit.ToyPolicy;

/// Step trees grow over servers too: by token ids where they show them, else as text.
class StepsOverHttpTest {
  private static Outcome solve(
      ScriptedServer server, String method, String layout, Trace.Builder tree) {
    try (HttpModel model = Servers.open(server)) {
      ToyPolicy toy = new ToyPolicy(1, 3, 3);
      Methods.Method chosen = Methods.named(method);
      Map<String, String> settings = new TreeMap<>(Map.of("n", "8", "layout", layout));
      Purse purse = new Purse(Budget.of(Limits.NONE), new Cancellation());
      Solver solver = new Solver(model, toy.exact(), purse, new Seed(1), tree);
      return chosen.strategy(chosen.settings(settings)).solve(Problem.of("6*7?"), solver);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "VLLM, chat, beam",
    "VLLM, text, mcts",
    "LLAMA_CPP, chat, beam",
    "LLAMA_CPP, chat, mcts",
    "OPENAI, text, beam",
    "OPENAI, text, particle-filtering",
    "VLLM, chat, dvts"
  })
  void treesGrow(Kind kind, String layout, String method) {
    try (ScriptedServer server =
        ScriptedServer.start(kind, new ScriptedModel(new ToyPolicy(1, 3, 3)))) {
      var tree = new Trace.Builder();
      Outcome outcome = solve(server, method, layout, tree);

      assertThat(outcome.answer()).isNotNull();
      // Some servers do not tell an end from a stop: then a separator is thought behind the end.
      assertThat(outcome.text().strip()).matches("(step [abc]\n\n){3}so \\\\boxed\\{\\d+\\}");
      Trace trace = tree.build();
      assertThat(trace.warnings()).isEmpty();
      for (Trace.Node node : trace.nodes().subList(1, trace.nodes().size())) {
        assertThat(node.text()).as("node %d", node.id()).matches("step [abc]\n\n|so .*\\}(\n\n)?");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void anEndThatIsTakenForAStopCostsAnEmptyStep(Kind kind) {
    ScriptedModel model =
        new ScriptedModel((prompt, sample) -> prompt.contains("It is") ? "" : "It is 7.");
    try (ScriptedServer server = ScriptedServer.start(kind, model)) {
      Outcome outcome = solve(server, "beam", "text", new Trace.Builder());

      assertThat(outcome.answer()).isEqualTo("7");
      assertThat(outcome.text().strip()).isEqualTo("It is 7.");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = "beam")
  void saysWhatAServerLacks(String method) {
    try (ScriptedServer server =
        ScriptedServer.start(Kind.OPENAI, new ScriptedModel(new ToyPolicy(1, 3, 3)))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> solve(server, method, "chat", new Trace.Builder()))
          .withMessageContaining("an answer that is begun (prefill)");
    }
  }
}
