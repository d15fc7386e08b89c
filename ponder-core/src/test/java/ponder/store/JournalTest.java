package ponder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.store.JournalException.Reason;
import ponder.store.RunLog.Claim;
import ponder.store.RunLog.Kind;

class JournalTest {
  @TempDir Path folder;

  private static RunInfo run(String recipe) {
    return new RunInfo("solve", recipe, "", "build", "weights", "greedy", "tiny", "1+1?");
  }

  private static Key key(int number) {
    return Key.of("test").put(number).build();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void findsAfterReopeningWhatWasRecorded() {
    try (Journal journal = Journal.open(folder);
        RunLog log = journal.begin(run("a"), List.of())) {
      assertThat(log.claim(key(1))).isInstanceOf(Claim.Mine.class);
      assertThat(log.record(key(1), Kind.SAMPLE, bytes("one"))).isEqualTo(bytes("one"));
    }

    try (Journal journal = Journal.open(folder);
        RunLog log = journal.begin(run("a"), List.of())) {
      assertThat(log.claim(key(1)))
          .isInstanceOfSatisfying(
              Claim.Done.class, done -> assertThat(done.value()).isEqualTo(bytes("one")));
      assertThat(log.find(key(2))).isEmpty();
    }
  }

  @Test
  void firstRecordWins() {
    try (Journal here = Journal.open(folder);
        Journal there = Journal.open(folder);
        RunLog first = here.begin(run("a"), List.of());
        RunLog second = there.begin(run("a"), List.of())) {
      assertThat(first.claim(key(1))).isInstanceOf(Claim.Mine.class);
      assertThat(second.claim(key(1))).isInstanceOf(Claim.Mine.class);

      assertThat(second.record(key(1), Kind.SAMPLE, bytes("early"))).isEqualTo(bytes("early"));
      assertThat(first.record(key(1), Kind.SAMPLE, bytes("late"))).isEqualTo(bytes("early"));
    }
  }

  @Test
  void othersWaitForAClaim() {
    try (Journal journal = Journal.open(folder);
        RunLog log = journal.begin(run("a"), List.of())) {
      assertThat(log.claim(key(1))).isInstanceOf(Claim.Mine.class);
      Claim.Theirs waiting = (Claim.Theirs) log.claim(key(1));
      assertThat(waiting.result()).isNotDone();

      log.record(key(1), Kind.SAMPLE, bytes("one"));

      assertThat(waiting.result().join())
          .hasValueSatisfying(value -> assertThat(value).isEqualTo(bytes("one")));
    }
  }

  @Test
  void abandonedClaimIsFreeAgain() {
    try (Journal journal = Journal.open(folder);
        RunLog log = journal.begin(run("a"), List.of())) {
      assertThat(log.claim(key(1))).isInstanceOf(Claim.Mine.class);
      Claim.Theirs waiting = (Claim.Theirs) log.claim(key(1));

      log.abandon(key(1));

      assertThat(waiting.result().join()).isEmpty();
      assertThat(log.claim(key(1))).isInstanceOf(Claim.Mine.class);
    }
  }

  @Test
  void runsSeeOnlyThemselvesAndWhatTheyReuse() {
    try (Journal journal = Journal.open(folder)) {
      try (RunLog log = journal.begin(run("a"), List.of())) {
        log.record(key(1), Kind.SAMPLE, bytes("one"));
      }
      try (RunLog log = journal.begin(run("b"), List.of())) {
        assertThat(log.find(key(1))).isEmpty();
      }
      try (RunLog log = journal.begin(run("c"), List.of(run("a").id().substring(0, 8)))) {
        assertThat(log.find(key(1))).isPresent();
      }
      // What was reused belongs to the run from then on.
      try (RunLog log = journal.begin(run("c"), List.of())) {
        assertThat(log.find(key(1))).isPresent();
      }
    }
  }

  @Test
  void refusesUnknownRunsToReuse() {
    try (Journal journal = Journal.open(folder)) {
      journal.begin(run("a"), List.of()).close();
      String typed = run("a").id().substring(0, 15) + "x";

      assertThatExceptionOfType(JournalException.class)
          .isThrownBy(() -> journal.begin(run("b"), List.of(typed)))
          .withMessage(
              "run '%s' is not in the journal. Maybe '%s' was meant.", typed, run("a").id());
      assertThatExceptionOfType(JournalException.class)
          .isThrownBy(() -> Journal.off().begin(run("b"), List.of("1234")))
          .withMessageContaining("run '1234' cannot be reused without a journal");
    }
  }

  @Test
  void manyCallersShareCommits() throws Exception {
    try (Journal journal = Journal.open(folder);
        RunLog log = journal.begin(run("a"), List.of());
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<byte[]>> calls = new ArrayList<>();
      for (int i = 0; i < 2000; i++) {
        int number = i % 500;
        calls.add(() -> log.record(key(number), Kind.SAMPLE, bytes("value " + number)));
      }
      for (Future<byte[]> call : executor.invokeAll(calls)) {
        assertThat(new String(call.get(), StandardCharsets.UTF_8)).startsWith("value ");
      }
      assertThat(journal.runs().getFirst().samples()).isEqualTo(500);
    }
  }

  @Test
  void listsRunsLastTouchedFirst() {
    try (Journal journal = Journal.open(folder)) {
      try (RunLog log = journal.begin(run("a"), List.of())) {
        log.record(key(1), Kind.SAMPLE, new byte[1000]);
        log.record(key(2), Kind.USAGE, new byte[10]);
        log.finish();
        assertThat(journal.runs().getFirst().inUse()).isTrue();
      }
      RunSummary run = journal.runs().getFirst();

      assertThat(run.id()).isEqualTo(run("a").id());
      assertThat(run.finished()).isTrue();
      assertThat(run.inUse()).isFalse();
      assertThat(run.samples()).isEqualTo(1);
      assertThat(run.bytes()).isEqualTo(1000 + 10 + 2 * 32);
      assertThat(run.question()).isEqualTo("1+1?");
    }
  }

  @Test
  void collectsOldRunsThenTheOldestUntilTheRestFits() {
    try (Journal journal = Journal.open(folder)) {
      for (String name : List.of("a", "b", "c")) {
        try (RunLog log = journal.begin(run(name), List.of())) {
          log.record(key(1), Kind.SAMPLE, new byte[1000]);
        }
      }
      List<RunSummary> before = journal.runs();
      Instant later = Instant.now().plus(Duration.ofDays(29));

      assertThat(journal.collect(Retention.DEFAULT, false, later)).isEmpty();
      var small = new Retention(Duration.ofDays(30), 1100);
      assertThat(journal.collect(small, true, later)).hasSize(2);
      assertThat(journal.runs()).hasSize(3);
      assertThat(journal.collect(small, false, later))
          .extracting(RunSummary::id)
          .containsExactly(before.get(2).id(), before.get(1).id());
      assertThat(journal.collect(Retention.DEFAULT, false, later.plus(Duration.ofDays(2))))
          .extracting(RunSummary::id)
          .containsExactly(before.get(0).id());
      assertThat(journal.runs()).isEmpty();
    }
  }

  @Test
  void neverCollectsARunInUse() {
    var everything = new Retention(Duration.ZERO, 0);
    Instant later = Instant.now().plus(Duration.ofDays(365));
    try (Journal journal = Journal.open(folder);
        Journal other = Journal.open(folder)) {
      journal.begin(run("reused"), List.of()).close();
      try (RunLog log = journal.begin(run("a"), List.of(run("reused").id()))) {
        assertThat(log.id()).isEqualTo(run("a").id());
        assertThat(other.collect(everything, false, later)).isEmpty();
      }
      assertThat(other.collect(everything, false, later)).hasSize(2);
    }
  }

  @Test
  void collectsRunsOfProcessesThatAreGone() throws SQLException {
    try (Journal journal = Journal.open(folder)) {
      journal.begin(run("a"), List.of()).close();
      try (Connection connection = connect();
          var statement = connection.createStatement()) {
        // No process has this number, or ours with another start.
        statement.execute(
            "INSERT INTO uses(run,pid,begun) VALUES('%s',%d,12345)"
                .formatted(run("a").id(), ProcessHandle.current().pid()));
      }
      var everything = new Retention(Duration.ZERO, 0);

      // Believed for an hour: it may run where it cannot be seen.
      assertThat(journal.collect(everything, false, Instant.now())).isEmpty();
      assertThat(journal.collect(everything, false, Instant.now().plus(Duration.ofHours(2))))
          .hasSize(1);
    }
  }

  @Test
  void collectingGivesSpaceBack() throws IOException {
    try (Journal journal = Journal.open(folder)) {
      try (RunLog log = journal.begin(run("a"), List.of())) {
        for (int i = 0; i < 64; i++) {
          log.record(key(i), Kind.SAMPLE, new byte[1 << 16]);
        }
      }
      journal.collect(new Retention(Duration.ZERO, 0), false, Instant.now());

      assertThat(Files.size(folder.resolve("journal.db"))).isLessThan(1 << 17);
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("journal.db"));
  }

  @Test
  void refusesANewerFormatByName() throws SQLException {
    Journal.open(folder).close();
    try (Connection connection = connect();
        var statement = connection.createStatement()) {
      statement.execute("PRAGMA user_version=99");
    }

    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(() -> Journal.open(folder))
        .withMessage(
            "The journal (%s) has format 99, and this Ponder reads up to 1. Maybe update Ponder, move the file away to begin a new one, or --no-journal.",
            folder.resolve("journal.db"))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.NEWER));
  }

  @Test
  void refusesADamagedFile() throws IOException {
    Files.writeString(folder.resolve("journal.db"), "This is no database. ".repeat(500));

    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(() -> Journal.openOrOff(folder, warning -> {}))
        .withMessageContaining("is damaged. Maybe move the file away")
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT));
  }

  @Test
  void refusesPagesThatWereOverwritten() throws IOException {
    try (Journal journal = Journal.open(folder);
        RunLog log = journal.begin(run("a"), List.of())) {
      for (int i = 0; i < 100; i++) {
        log.record(key(i), Kind.SAMPLE, new byte[2000]);
      }
    }
    Path file = folder.resolve("journal.db");
    byte[] content = Files.readAllBytes(file);
    for (int i = 4096; i < content.length; i++) {
      content[i] = (byte) (i * 31);
    }
    Files.write(file, content);

    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(
            () -> {
              try (Journal journal = Journal.open(folder)) {
                journal.begin(run("a"), List.of());
              }
            })
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT));
  }

  @Test
  void refusesOthersDatabases() throws SQLException {
    try (Connection connection = connect();
        var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE theirs(x)");
    }

    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(() -> Journal.open(folder))
        .withMessageContaining("is no journal of Ponder");
  }

  @Test
  void goesOnWithoutWhereNothingCanBeWritten() throws IOException {
    Path notAFolder = Files.writeString(folder.resolve("file"), "");
    List<String> warnings = new ArrayList<>();

    try (Journal journal = Journal.openOrOff(notAFolder.resolve("journal"), warnings::add);
        RunLog log = journal.begin(run("a"), List.of())) {
      assertThat(log.record(key(1), Kind.SAMPLE, bytes("one"))).isEqualTo(bytes("one"));
      assertThat(log.find(key(1))).isEmpty();
    }

    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("cannot be made")
        .endsWith("Going on without a journal: nothing can be resumed.");
  }

  @Test
  void memoryJournalDropsTheOldestRuns() {
    try (Journal journal = Journal.inMemory(2500)) {
      for (String name : List.of("a", "b", "c")) {
        try (RunLog log = journal.begin(run(name), List.of())) {
          log.record(key(1), Kind.SAMPLE, new byte[1000]);
          assertThat(log.find(key(1))).isPresent();
        }
      }

      assertThat(journal.runs()).hasSize(2);
    }
  }

  @Test
  void closedJournalSaysSo() {
    Journal journal = Journal.open(folder);
    journal.close();
    journal.close();

    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(journal::runs)
        .withMessageContaining("is closed");
  }
}
