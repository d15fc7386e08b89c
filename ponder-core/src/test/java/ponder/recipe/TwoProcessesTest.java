package ponder.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.store.Journal;
import ponder.store.RunSummary;
import ponder.testkit.Child;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TwoProcessesTest {
  @TempDir Path home;

  /// Both compute the same samples at once, each with words of its own: whoever commits first is
  /// believed by both.
  @Test
  void shareOneRunOfOneJournal() {
    JsonNode here;
    JsonNode there;
    try (Child one = Child.start(LittleChild.class, home.toString(), "1", "one ");
        Child two = Child.start(LittleChild.class, home.toString(), "1", "two ")) {
      one.await("ready");
      two.await("ready");
      one.say("go");
      two.say("go");
      here = new JsonMapper().readTree(one.await("solved"));
      there = new JsonMapper().readTree(two.await("solved"));
    }

    assertThat(here.get("run")).isEqualTo(there.get("run"));
    assertThat(here.get("candidates")).isEqualTo(there.get("candidates"));
    try (Journal journal = Journal.open(home.resolve("journal"))) {
      assertThat(journal.runs()).singleElement().extracting(RunSummary::samples).isEqualTo(10L);
    }
  }

  @Test
  void workOnTwoRunsOfOneJournal() {
    try (Child one = Child.start(LittleChild.class, home.toString(), "1");
        Child two = Child.start(LittleChild.class, home.toString(), "2")) {
      for (Child child : List.of(one, two)) {
        child.await("ready");
        child.say("go");
      }
      one.await("solved");
      two.await("solved");
    }

    try (Journal journal = Journal.open(home.resolve("journal"))) {
      assertThat(journal.runs()).extracting(RunSummary::samples).containsExactly(10L, 10L);
    }
  }
}
