package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WidthTest {
  @ParameterizedTest
  @CsvSource({
    "greedy, '', 1",
    "self-consistency, n=8, 8",
    "self-consistency, n=64, 16",
    "self-consistency, n=64 wave=32, 32",
    "self-consistency, n=64 stop=adaptive, 4",
    "best-of-n, n=12, 12",
    "rejection-sampling, wave=6, 6",
    "revisions, n=24, 24",
    "beam, n=32 beam-width=4, 32",
    "mcts, n=32 beam-width=6, 6",
    "tree-of-thoughts, n=20, 20",
    "tree-of-thoughts, n=20 walk=dfs beam-width=3, 3",
    "rstar, answers=24, 24",
    "agent, '', 1",
    "cot&best-of-n, best-of-n.n=9, 9",
    "cot|self-consistency, n=5, 5",
  })
  void isWhatAMethodAsksForAtOnce(String name, String given, int expected) {
    Map<String, String> settings =
        Arrays.stream(given.split(" "))
            .filter(entry -> !entry.isEmpty())
            .map(entry -> entry.split("=", 2))
            .collect(Collectors.toMap(entry -> entry[0], entry -> entry[1]));
    assertThat(Width.of(Methods.named(name).settings(settings))).isEqualTo(expected);
  }
}
