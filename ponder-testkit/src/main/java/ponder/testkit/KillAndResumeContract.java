package ponder.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.core.Answer;
import ponder.core.Seed;
import ponder.core.TraceSink;
import ponder.model.Call;
import ponder.model.Cancellation;
import ponder.model.Completions;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo;
import ponder.model.Request;
import ponder.recipe.Solution;
import ponder.recipe.Solve;
import ponder.recipe.SolveTask;
import ponder.store.Journal;
import ponder.store.RunSummary;

/// A run that is killed at any moment goes on where it was: what was finished comes back byte for
/// byte, nothing finished is computed twice, and the answer is given.
///
/// A subclass names the model, the task, and a class whose `main` takes a home folder and a seed
/// and calls [SolvingChild#solve] with an equal model and task. The method must sample by index
/// from one request kind, as self-consistency does.
public abstract class KillAndResumeContract {
  private static final int QUICK = 4;
  private static final int ALL = 20;

  @TempDir Path folder;

  /// A fresh model, equal to the child's.
  protected abstract LanguageModel model();

  /// The task, equal to the child's.
  protected abstract SolveTask task(long seed);

  /// The class whose `main` is killed.
  protected abstract Class<?> child();

  @Test
  void resumesAfterKills() throws Exception {
    killAndResume(0, QUICK);
  }

  @Test
  @Tag("nightly")
  void resumesAfterManyKills() throws Exception {
    killAndResume(QUICK, ALL);
  }

  private void killAndResume(int from, int to) throws IOException, SQLException {
    long kept = 0;
    for (int kill = from; kill < to; kill++) {
      kept += killAndResume(kill);
    }
    assertThat(kept).as("samples that outlived a kill").isPositive();
  }

  /// Returns how many samples outlived the kill.
  private long killAndResume(int kill) throws IOException, SQLException {
    SolveTask task = task(kill);
    Solution whole = solve(model(), Journal.off(), task);
    Path home = Files.createDirectory(folder.resolve("home-" + kill));
    long moment =
        Math.floorMod(new Seed(kill).split("kill", 0).value(), whole.spend().generatedTokens());
    killAfter(home, kill, moment);

    Map<String, String> before = entries(home);
    long kept;
    Set<Integer> asked = new HashSet<>();
    try (Journal journal = Journal.open(home.resolve("journal"))) {
      kept = samples(journal);
      Solution resumed = solve(new Asked(model(), asked), journal, task);

      assertThat(kept + asked.size()).as("samples, kill %d", kill).isEqualTo(samples(journal));
      assertThat(resumed.paid().generatedTokens())
          .as("paid, kill %d at %d with %d kept", kill, moment, kept)
          .isEqualTo(tokens(resumed.candidates(), asked));
      assertThat(resumed.spend().generatedTokens())
          .isEqualTo(resumed.candidates().stream().mapToLong(Answer::tokens).sum());
      assertThat(resumed.answer()).isEqualTo(whole.answer()).isNotNull();
      if (model().info().determinism() == ModelInfo.Determinism.INVARIANT) {
        assertThat(resumed.candidates()).isEqualTo(whole.candidates());
      }
      assertReplayed(resumed, solve(model(), journal, task));
    }
    assertThat(entries(home)).containsAllEntriesOf(before);
    return kept;
  }

  private void killAfter(Path home, int seed, long moment) {
    try (Child child = Child.start(child(), home.toString(), Integer.toString(seed))) {
      child.await("ready");
      child.say("go");
      String line = child.line();
      for (long texts = 1; texts < moment && line != null; texts++) {
        line = child.line();
      }
      child.kill();
      assertThat(child.heard())
          .as("the child was killed too late")
          .noneMatch(heard -> heard.startsWith("solved"));
    }
  }

  private static void assertReplayed(Solution first, Solution second) {
    assertThat(second.paid().calls()).isZero();
    assertThat(second.paid().generatedTokens()).isZero();
    assertThat(second.candidates()).isEqualTo(first.candidates());
    assertThat(second.text()).isEqualTo(first.text());
    assertThat(second.spend().withSeconds(0)).isEqualTo(first.spend().withSeconds(0));
  }

  private static Solution solve(LanguageModel model, Journal journal, SolveTask task) {
    return new Solve(model, journal, null).run(task, TraceSink.NONE, new Cancellation());
  }

  private static long samples(Journal journal) {
    return journal.runs().stream().mapToLong(RunSummary::samples).sum();
  }

  private static long tokens(List<Answer> candidates, Set<Integer> asked) {
    return asked.stream().mapToLong(sample -> candidates.get(sample).tokens()).sum();
  }

  /// Every entry of the journal by its key, read behind its back.
  private static Map<String, String> entries(Path home) throws SQLException {
    Map<String, String> entries = new TreeMap<>();
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + home.resolve("journal/journal.db"));
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT key, value FROM entries")) {
      while (rows.next()) {
        entries.put(
            HexFormat.of().formatHex(rows.getBytes(1)), HexFormat.of().formatHex(rows.getBytes(2)));
      }
    }
    return entries;
  }

  /// A model that notes which samples it is asked for.
  private record Asked(LanguageModel model, Set<Integer> asked) implements LanguageModel {
    @Override
    public ModelInfo info() {
      return model.info();
    }

    @Override
    public Completions complete(Request request, Call call) {
      asked.addAll(request.samples());
      return model.complete(request, call);
    }

    @Override
    public <T> Optional<T> ability(Class<T> ability) {
      return model.ability(ability);
    }

    @Override
    public void close() {
      model.close();
    }
  }
}
