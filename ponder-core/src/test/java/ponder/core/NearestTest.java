package ponder.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
  private static final List<String> METHODS =
      List.of("greedy", "best-of-n", "beam", "mcts", "self-refine", "self-consistency");

  @Test
  void countsInsertedDeletedReplacedAndSwappedLetters() {
    assertThat(Nearest.distance("", "abc")).isEqualTo(3);
    assertThat(Nearest.distance("beam", "beam")).isZero();
    assertThat(Nearest.distance("beam", "baem")).isEqualTo(1);
    assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Nearest.distance("sitting", "kitten")).isEqualTo(3);
  }

  @Test
  void findsTheNameBehindATypingError() {
    assertThat(Nearest.to("self-consistancy", METHODS)).contains("self-consistency");
    assertThat(Nearest.to("MTCS", METHODS)).contains("mcts");
    assertThat(Nearest.to("best-of", METHODS)).contains("best-of-n");
  }

  @Test
  void findsANameByAPartOfIt() {
    assertThat(Nearest.to("refine", METHODS)).contains("self-refine");
  }

  @Test
  void keepsEarliestOnTie() {
    assertThat(Nearest.to("bat", List.of("cat", "hat"))).contains("cat");
  }

  @Test
  void offersNothingForAFarNameOrNoLetters() {
    assertThat(Nearest.to("zzzzzz", METHODS)).isEmpty();
    assertThat(Nearest.to("", METHODS)).isEmpty();
    assertThat(Nearest.to("n", List.of("b"))).isEmpty();
  }

  @Test
  void sentenceNamesTheNearestOrAll() {
    assertThat(Nearest.maybe("beem", METHODS)).isEqualTo(" Maybe 'beam' was meant.");
    assertThat(Nearest.maybe("zzzzzz", List.of("a1", "b2")))
        .isEqualTo(" Maybe one of [a1, b2] was meant.");
    assertThat(Nearest.maybe("beem", List.of())).isEmpty();
  }
}
