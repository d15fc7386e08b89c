package ponder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.cli.Terminal.Said;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// From evaluations to a policy to answers that follow it.
class PolicyTest {
  @TempDir Path folder;
  private Path model;
  private Path vote;
  private Path judged;

  @BeforeEach
  void evaluations() throws Exception {
    model = ScriptedEngine.write(folder.resolve("script.gguf"), "\\boxed{4}", "hm \\boxed{5}");
    Path data = folder.resolve("data.jsonl");
    Files.writeString(
        data,
        IntStream.range(0, 30)
            .mapToObj(
                i -> "{\"id\":\"p%d\",\"question\":\"%d?\",\"answer\":\"4\"}\n".formatted(i, i))
            .collect(Collectors.joining()));
    vote = folder.resolve("vote");
    judged = folder.resolve("judged");
    String[] common = {"--dataset", data + "", "--n", "8"};
    assertThat(eval(vote, common).code()).isZero();
    assertThat(eval(judged, with(common, "--method", "best-of-n")).code()).isZero();
  }

  private Said eval(Path out, String... more) {
    return run(with(with(more, "eval"), "--out", out + "", "--quiet"));
  }

  /// `eval` goes first, whatever stands behind it.
  private static String[] with(String[] some, String... more) {
    List<String> all = new ArrayList<>();
    all.addAll(more.length == 1 ? List.of(more) : List.of(some));
    all.addAll(more.length == 1 ? List.of(some) : List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void fitsShowsAndFollows() {
    Path out = folder.resolve("policy.json");

    Said fitted =
        run("policy", "fit", vote + "", judged + "", "--out", out + "", "--budgets", "100,2000");
    Said shown = run("policy", "show", out + "");
    JsonNode json = run("policy", "show", out + "", "--json").json();

    assertThat(fitted.code()).isZero();
    assertThat(fitted.err()).contains("written: ");
    assertThat(shown.out()).isEqualTo(fitted.out());
    assertThat(shown.out())
        .contains("predicted: agreement of 8 samples of self-consistency", "AT 2000", "all");
    assertThat(json.get("budgets")).hasSize(2);
    assertThat(json.get("weights").asString()).hasSize(64);
    assertThat(json.get("budgets").get(0).get("binned").asBoolean()).isFalse();

    Said solved = solve("--policy", out + "", "--budget", "2000tok");
    assertThat(solved.code()).isZero();
    assertThat(solved.json().get("method").asString()).isEqualTo("auto");
    assertThat(solved.json().get("answer").asString()).isEqualTo("4");
    Said again = solve("--policy", out + "", "--budget", "2000tok");
    assertThat(again.json().get("paid").get("calls").asInt()).isZero();
    assertThat(again.json().get("run")).isEqualTo(solved.json().get("run"));

    Path followed = folder.resolve("auto");
    String[] data = {"--dataset", folder.resolve("data.jsonl") + ""};
    assertThat(eval(followed, with(data, "--method", "auto", "--policy", out + "")).code())
        .isZero();
    assertThat(run("policy", "fit", followed + "", "--out", out + "").err())
        .contains("is a run of method auto");
  }

  /// A fitted policy that measures difficulty at every budget and then does always the same.
  private Path always(String method, String verifier, Map<String, String> settings)
      throws Exception {
    Path out = folder.resolve("always.json");
    run("policy", "fit", vote + "", "--out", out + "", "--budgets", "2000");
    JsonMapper mapper = new JsonMapper();
    JsonNode policy = mapper.readTree(Files.readString(out));
    for (JsonNode row : policy.get("budgets")) {
      ((ObjectNode) row).put("binned", true);
      for (JsonNode bin : row.get("bins")) {
        ObjectNode choice = ((ObjectNode) bin).put("method", method).put("verifier", verifier);
        ObjectNode own = choice.put("limits", "").putObject("settings");
        settings.forEach(own::put);
      }
    }
    Files.writeString(out, mapper.writeValueAsString(policy));
    return out;
  }

  @Test
  void samplesThatOnlyTellTheDifficultyAddUp() throws Exception {
    Path fewer = always("self-consistency", "vote", Map.of("n", "3"));
    Said three = solve("--policy", fewer + "", "--budget", "2000tok", "--checked");
    Path other = always("self-consistency", "vote", Map.of("n", "3", "temperature", "1.5"));
    Said warm = solve("--policy", other + "", "--budget", "2000tok", "--checked");
    Path greedy = always("greedy", "none", Map.of());
    Said single = solve("--policy", greedy + "", "--budget", "2000tok", "--checked");
    Said nothing = solve("--policy", greedy + "", "--budget", "1calls", "--checked");

    for (Said said : List.of(three, warm, single, nothing)) {
      assertThat(said.err()).doesNotContain("add up");
      assertThat(said.code()).isZero();
      assertThat(said.json().get("why").asString()).contains("difficulty bin");
    }
    assertThat(three.json().get("candidates")).hasSize(3);
    assertThat(nothing.json().get("anytime").asBoolean()).isTrue();
    assertThat(nothing.json().get("answer").asString()).isEqualTo("4");
  }

  @Test
  void refusesWhatDoesNotGoTogether() {
    String out = folder.resolve("policy.json") + "";

    assertThat(solve().err()).contains("method (auto) needs a policy").hasLineCount(1);
    assertThat(solve("--policy", "none.json").code()).isEqualTo(3);
    assertThat(run("policy", "fit", folder + "", "--out", out).code()).isEqualTo(3);
    assertThat(run("policy", "fit", vote + "", "--out", out, "--by", "tokns").err())
        .contains("unit (tokns)", "Maybe 'tokens' was meant");
    assertThat(run("policy", "fit", vote + "", "--out", out, "--difficulty-samples", "9").err())
        .contains("samples (9)", "at most 8");
    assertThat(run("policy", "fit", vote + "", "--out", out, "--difficulty-run", "x").err())
        .contains("by (x)", "[vote]");
    assertThat(run("solve", "2?", "--policy", out).err()).contains("policy (");
  }

  private Said solve(String... more) {
    List<String> all = new ArrayList<>(List.of("solve", "2+2?", "--method", "auto", "--json"));
    all.addAll(List.of(more));
    return run(all.toArray(String[]::new));
  }

  private Said run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    if (arguments[0].equals("solve") || arguments[0].equals("eval")) {
      all.addAll(List.of("--engine", "scripted", "--model", model + ""));
    }
    return new Terminal(folder.resolve("home")).run(all.toArray(String[]::new));
  }
}
