package ponder.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class KeyTest {
  /// Journals on disk hold these: a change makes every recorded run unreadable.
  @Test
  void keysAreFrozen() {
    Key parent = Key.of("parent").put(1).put("ü").put(0.5).put(new int[] {1, 2}).build();

    assertThat(
            List.of(
                parent.hex(),
                Key.of("child", parent).put(-1).build().hex(),
                new RunInfo("solve", "{}", "", "b", "w", "m", "n", "q").id()))
        .containsExactly(
            "0887f6c13815c2929f683e3cd056bd6e2a1be7bc88caa571a3cb0f3c6c404904",
            "f04f67cd9eb46c6af122e30340c901b015638a618fac7329198fcb34992dfc7b",
            "267c0f342d9b92ba");
  }

  @Test
  void fieldsDoNotRunTogether() {
    assertThat(Key.of("k").put("ab").put("c").build())
        .isNotEqualTo(Key.of("k").put("a").put("bc").build());
    assertThat(Key.of("k").put(new int[] {1}).put(new int[] {2, 3}).build())
        .isNotEqualTo(Key.of("k").put(new int[] {1, 2}).put(new int[] {3}).build());
  }

  @Test
  void labelsDoNotNameTheRun() {
    assertThat(new RunInfo("solve", "{}", "", "b", "w", "m", "n", "q").id())
        .isEqualTo(new RunInfo("solve", "{}", "", "b", "w", "x", "y", "z").id())
        .isNotEqualTo(new RunInfo("eval", "{}", "", "b", "w", "m", "n", "q").id());
  }

  @Test
  void questionsAreOneShortLine() {
    assertThat(
            new RunInfo("c", "r", "", "b", "w", "m", "n", " a\n b " + "🦜".repeat(200)).question())
        .startsWith("a b 🦜")
        .endsWith("🦜…")
        .satisfies(it -> assertThat(it.codePointCount(0, it.length())).isEqualTo(120));
  }
}
