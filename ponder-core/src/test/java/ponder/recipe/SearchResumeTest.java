package ponder.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ponder.core.Event;
import ponder.core.Limits;
import ponder.core.Seed;
import ponder.model.Cancellation;
import ponder.store.Journal;
import ponder.testkit.Child;

/// A search that is killed at any moment goes on at its nodes: the same tree comes out, and what
/// was finished is not computed again.
class SearchResumeTest {
  @TempDir Path folder;

  /// What a search told, without the run's names and costs.
  private static List<Event> solve(Journal journal, SolveTask task, Solution[] into) {
    List<Event> events = Collections.synchronizedList(new ArrayList<>());
    into[0] =
        new Solve(SearchingChild.model(), journal, null)
            .checked()
            .run(task, events::add, new Cancellation());
    return events.stream()
        .filter(it -> it.kept() && !(it instanceof Event.Finished || it instanceof Event.Started))
        .toList();
  }

  @Test
  void goesOnAfterKills() throws Exception {
    assertThat(killAndResume(0, SearchingChild.KINDS))
        .as("tokens that outlived a kill")
        .isPositive();
  }

  @Test
  @Tag("nightly")
  void goesOnAfterManyKills() throws Exception {
    killAndResume(SearchingChild.KINDS, 7 * SearchingChild.KINDS);
  }

  private long killAndResume(int from, int to) throws Exception {
    long saved = 0;
    for (int kill = from; kill < to; kill++) {
      SolveTask task = SearchingChild.task(kill);
      Solution[] whole = new Solution[1];
      List<Event> events = solve(Journal.off(), task, whole);
      Path home = Files.createDirectory(folder.resolve("home-" + kill));
      long all = whole[0].spend().generatedTokens();
      killAfter(home, kill, Math.floorMod(new Seed(kill).split("kill", 0).value(), all));

      try (Journal journal = Journal.open(home.resolve("journal"))) {
        Solution[] resumed = new Solution[1];
        assertThat(solve(journal, task, resumed)).as("kill %d", kill).isEqualTo(events);
        assertThat(resumed[0].candidates()).isEqualTo(whole[0].candidates());
        assertThat(resumed[0].answer()).isEqualTo(whole[0].answer()).isNotNull();
        assertThat(resumed[0].spend().generatedTokens()).isEqualTo(all);
        saved += all - resumed[0].paid().generatedTokens();

        Solution[] again = new Solution[1];
        assertThat(solve(journal, task, again)).isEqualTo(events);
        assertThat(again[0].paid().generatedTokens()).isZero();
        assertThat(again[0].spend().withSeconds(0)).isEqualTo(resumed[0].spend().withSeconds(0));
      }
    }
    return saved;
  }

  private static void killAfter(Path home, int seed, long moment) {
    try (Child child = Child.start(SearchingChild.class, home.toString(), Integer.toString(seed))) {
      child.await("ready");
      child.say("go");
      String line = child.line();
      for (long texts = 1; texts < moment && line != null; texts++) {
        line = child.line();
      }
      child.kill();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8})
  void aDryRunForetellsTheCost(long seed) {
    SolveTask task = SearchingChild.task(seed);
    Solve solve = new Solve(SearchingChild.model(), Journal.off(), null);

    Estimate estimate = solve.estimate(task, new Cancellation());
    Solution solution = solve.run(task, event -> {}, new Cancellation());

    double generated = solution.spend().generatedTokens();
    assertThat((double) estimate.expected().generatedTokens())
        .isCloseTo(generated, within(0.3 * generated));
    assertThat(estimate.most().generatedTokens())
        .isGreaterThanOrEqualTo(solution.spend().generatedTokens());
    assertThat(estimate.most().calls()).isGreaterThanOrEqualTo(solution.spend().calls());
  }

  @Test
  void aBareNumberOfSamplesIsTheWidth() {
    SolveTask task = SearchingChild.task(0).withSettings(java.util.Map.of());
    Solve solve = new Solve(SearchingChild.model(), Journal.off(), null);

    Solution eight = solve.run(task.withBudget(Limits.parse("8")), event -> {}, new Cancellation());
    Solution asked =
        solve.run(task.withSettings(java.util.Map.of("n", "8")), event -> {}, new Cancellation());

    assertThat(eight.candidates()).isEqualTo(asked.candidates());
    assertThat(eight.anytime()).isFalse();
  }
}
