package ponder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import ponder.cli.Terminal.Said;
import tools.jackson.databind.JsonNode;

/// `ponder grade` from its input to its output.
class GradeTest {
  @TempDir Path folder;

  @Test
  void answersEachLineInOrder() {
    Said said =
        grade(
            """
            {"id": "a", "answer": "7", "reference": "7"}
            {"id": 2, "answer": "7", "reference": "8"}

            {"answer": 0.5, "reference": 0.50, "question": "passed over"}
            """,
            "--json");

    assertThat(neutral(said.out()))
        .isEqualTo(
            """
            {"id":"a","verdict":"correct","reason":"R","path":"P"}
            {"id":2,"verdict":"wrong","reason":"R","path":"P"}
            {"verdict":"correct","reason":"R","path":"P"}
            """);
    assertThat(said.err()).isEmpty();
    assertThat(said.code()).isZero();
  }

  @Test
  void gradesAllGoodLinesAndNamesTheBroken() {
    Said said =
        grade(
            """
            {"answer": "7", "reference": "7"}
            {"answer": "7",
            {"answer": "7"}
            {"reference": "7"}
            [1]
            {"answer": [], "reference": "7"}
            {"answer": "7", "reference": []}
            {"answer": "8", "reference": "8"}
            """,
            "--json");

    assertThat(said.out().lines()).hasSize(2).allMatch(line -> line.contains("correct"));
    assertThat(said.err().lines().map(line -> line.replaceAll(": it is not JSON.*", ": no JSON")))
        .containsExactly(
            "ponder: standard input, line 2: no JSON",
            "ponder: standard input, line 3: \"reference\" is missing.",
            "ponder: standard input, line 4: \"answer\" is missing.",
            "ponder: standard input, line 5: it is JSON, but no object.",
            "ponder: standard input, line 6: \"answer\" must be a text or a number.",
            "ponder: standard input, line 7: \"reference\" is an empty list.");
    assertThat(said.code()).isEqualTo(3);
  }

  @Test
  void namesALineThatIsNoTextOrTooLong() throws Exception {
    Path file = folder.resolve("pairs.jsonl");
    try (var out = Files.newOutputStream(file)) {
      out.write("\uFEFF{\"answer\":\"1\",\"reference\":\"1\"}\n".getBytes(StandardCharsets.UTF_8));
      out.write(new byte[] {'"', (byte) 0xE9, '"', '\n'});
      out.write(new byte[Lines.LONGEST + 1]);
      out.write("\n{\"answer\":\"2\",\"reference\":\"2\"}".getBytes(StandardCharsets.UTF_8));
    }

    Said said = new Terminal(folder).run("grade", file.toString(), "--json");

    assertThat(said.out().lines()).hasSize(2).allMatch(line -> line.contains("correct"));
    assertThat(said.err())
        .contains("line 2: it is not UTF-8 text.")
        .contains("line 3: it has 8388609 bytes, more than 8388608.")
        .hasLineCount(2);
    assertThat(said.code()).isEqualTo(3);
  }

  @Test
  void oneOfSeveralReferencesIsEnough() {
    String pairs =
        """
        {"answer": "8", "reference": ["7", "8"]}
        {"answer": "9", "reference": ["7", "8"]}
        """;

    assertThat(neutral(grade(pairs, "--json").out()))
        .isEqualTo(
            """
            {"verdict":"correct","reason":"R","path":"any[1]>P"}
            {"verdict":"wrong","reason":"R","path":"any[0]>P"}
            """);
  }

  @Test
  void extractsTheAnswerFirst() {
    String pairs =
        """
        {"answer": "So it is \\\\boxed{7}.", "reference": "7"}
        {"answer": "I do not know.", "reference": "7"}
        {"answer": null, "reference": "7"}
        """;

    assertThat(neutral(grade(pairs, "--json", "--extract").out()))
        .isEqualTo(
            """
            {"verdict":"correct","reason":"R","path":"P","extracted":"7","source":"boxed"}
            {"verdict":"wrong","reason":"R","path":"P","extracted":null,"source":null}
            {"verdict":"wrong","reason":"R","path":"P","extracted":null,"source":null}
            """);
  }

  @Test
  void strictReadsOnlyMarkedAnswers() {
    String pair = "{\"answer\": \"it is 7\", \"reference\": \"7\"}";

    assertThat(grade(pair, "--json", "--extract").out()).contains("correct");
    assertThat(grade(pair, "--json", "--extract", "--profile", "strict").out()).contains("empty");
  }

  @Test
  void markersMayBeAdded() throws Exception {
    Path file = folder.resolve("german.yaml");
    Files.writeString(
        file, "languages:\n  German:\n    markers: [\"die Antwort ist\"]\n    joins: [\"und\"]\n");
    String pair = "{\"answer\": \"Die Antwort ist 7. Oder 8?\", \"reference\": \"7\"}";

    assertThat(grade(pair, "--json", "--extract").out()).contains("wrong");
    assertThat(grade(pair, "--json", "--extract", "--markers", file + "").out())
        .contains("correct");
  }

  @Test
  void namesAllThatIsWrongWithMarkers() throws Exception {
    Path file = folder.resolve("wrong.yaml");
    Files.writeString(file, "tag: []\nlanguages:\n  German:\n    markers: [3]\n    joints: []\n");

    Said said = grade("", "--extract", "--markers", file + "");

    assertThat(said.err())
        .contains("unknown field 'tag'. Maybe 'tags' was meant.")
        .contains("German: markers holds 3, which is no text")
        .contains("unknown field 'joints'. Maybe 'joins' was meant.")
        .hasLineCount(1);
    assertThat(said.code()).isEqualTo(3);
  }

  @Test
  void refusesMarkersWithoutTextsAndUnknownProfiles() {
    assertThat(grade("", "--markers", "x").err()).contains("Maybe add --extract.");
    assertThat(grade("", "--profile", "vote").err())
        .isEqualTo("ponder: --profile (vote) must be standard or strict.\n");
    assertThat(grade("", "--profile", "vote").code()).isEqualTo(2);
  }

  @Test
  void printsATableForPeople() {
    Said said =
        grade(
            """
            {"id": "a", "answer": "7", "reference": "7"}
            {"answer": "6", "reference": ["7", "8"]}
            """);

    assertThat(
            said.out()
                .replaceAll("(correct|wrong)(    +)[a-z]+ ( +)", "$1$2- $3")
                .replaceAll("-  +", "-            "))
        .isEqualTo(
            """
            ID          VERDICT    REASON       ANSWER ~ REFERENCE
            a           correct    -            7 ~ 7
            2           wrong      -            6 ~ 7 | 8

            1 correct, 1 wrong, 0 undecided of 2 (50.0 % correct)
            """);
  }

  @Test
  void tellsAPersonTheSummaryAsideOfJson() {
    Terminal terminal = new Terminal(folder).watched().typing("{\"answer\":1,\"reference\":1}");

    Said said = terminal.run("grade", "--json");

    assertThat(said.out().lines()).hasSize(1);
    assertThat(said.err()).isEqualTo("1 correct, 0 wrong, 0 undecided of 1 (100.0 % correct)\n");
  }

  @Test
  void noLinesAreNoMistake() {
    assertThat(grade("", "--json")).isEqualTo(new Said(0, "", ""));
    assertThat(grade("\n\n").out()).endsWith("0 correct, 0 wrong, 0 undecided of 0\n");
  }

  @Test
  void namesAFileThatIsNotThere() {
    Said said = new Terminal(folder).run("grade", folder.resolve("none") + "", "--json");

    assertThat(said.err())
        .isEqualTo("ponder: There is no file '%s'.\n".formatted(folder.resolve("none")));
    assertThat(said.out()).isEmpty();
    assertThat(said.code()).isEqualTo(3);
  }

  @Test
  void manyLinesKeepTheirOrder() {
    int count = 5_000;
    String pairs =
        IntStream.range(0, count)
            .mapToObj(
                i -> "{\"id\":%d,\"answer\":\"%d\",\"reference\":\"%d\"}".formatted(i, i, i % 7))
            .collect(Collectors.joining("\n"));

    List<String> lines = grade(pairs, "--json").out().lines().toList();

    assertThat(lines).hasSize(count);
    for (int i = 0; i < count; i++) {
      assertThat(lines.get(i))
          .startsWith("{\"id\":%d,\"verdict\":\"%s\"".formatted(i, i < 7 ? "correct" : "wrong"));
    }
  }

  /// A program writes a pair, reads its verdict, and writes the next.
  @Test
  @Timeout(30)
  void answersWhileTheInputPauses() throws Exception {
    var pairs = new PipedOutputStream();
    var verdict = new CountDownLatch(1);
    var out =
        new ByteArrayOutputStream() {
          @Override
          public void write(byte[] bytes, int from, int length) {
            super.write(bytes, from, length);
            verdict.countDown();
          }
        };
    Shell shell = shell(new PipedInputStream(pairs), out);
    CompletableFuture<Integer> code =
        CompletableFuture.supplyAsync(() -> Ponder.run(new String[] {"grade", "--json"}, shell));

    pairs.write("{\"answer\":\"7\",\"reference\":\"7\"}\n".getBytes(StandardCharsets.UTF_8));
    pairs.flush();
    boolean answered = verdict.await(20, TimeUnit.SECONDS);
    pairs.close();

    assertThat(answered).isTrue();
    assertThat(code.get()).isZero();
  }

  @Test
  @Timeout(30)
  void endsAtOnceWhenInterruptedWhileItWaits() throws Exception {
    var reading = new CountDownLatch(1);
    var never = new CountDownLatch(1);
    InputStream silent =
        new InputStream() {
          @Override
          public int read() throws IOException {
            reading.countDown();
            try {
              never.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            return -1;
          }
        };
    Shell shell = shell(silent, new ByteArrayOutputStream());
    CompletableFuture<Integer> code =
        CompletableFuture.supplyAsync(() -> Ponder.run(new String[] {"grade", "--json"}, shell));

    reading.await();
    shell.cancellation().cancel();

    assertThat(code.get()).isEqualTo(130);
    never.countDown();
  }

  @Test
  void benchMeasuresInRoundsAndTellsTheVerdicts() throws Exception {
    Path file = folder.resolve("pairs.jsonl");
    Files.writeString(
        file, "{\"answer\":\"7\",\"reference\":\"7\"}\n{\"answer\":\"7\",\"reference\":\"8\"}\n");
    String[] command = {"bench", "grade", file + "", "--rounds", "3", "--seconds", "0.01"};

    JsonNode json = new Terminal(folder).run(with(command, "--json")).json();

    assertThat(json.path("pairs").intValue()).isEqualTo(2);
    assertThat(json.path("verdicts").path("correct").intValue()).isEqualTo(1);
    assertThat(json.path("verdicts").path("wrong").intValue()).isEqualTo(1);
    assertThat(json.path("measures").path(0).path("runs")).hasSize(3);
    assertThat(json.path("measures").path(0).path("min").doubleValue()).isPositive();
    assertThat(new Terminal(folder).run(command).out()).contains("pairs/s", "2 pairs: correct=1");
  }

  @Test
  void benchRefusesAFileThatIsBrokenOrEmpty() throws Exception {
    Path file = Files.writeString(folder.resolve("pairs.jsonl"), "{}\n");

    Said broken = new Terminal(folder).run("bench", "grade", file + "");
    Files.writeString(file, "\n");
    Said empty = new Terminal(folder).run("bench", "grade", file + "");

    assertThat(broken.err())
        .isEqualTo("ponder: %s, line 1: \"answer\" is missing.\n".formatted(file));
    assertThat(empty.err()).isEqualTo("ponder: %s holds no pair.\n".formatted(file));
    assertThat(List.of(broken.code(), empty.code())).containsOnly(3);
  }

  private static String[] with(String[] command, String option) {
    return Stream.concat(Stream.of(command), Stream.of(option)).toArray(String[]::new);
  }

  /// How the grader came to a verdict is its own business, and tested there.
  private static String neutral(String out) {
    return out.replaceAll("\"reason\":\"[a-z-]+\"", "\"reason\":\"R\"")
        .replaceAll("\"path\":\"(any\\[\\d]>)?[^\"]+\"", "\"path\":\"$1P\"");
  }

  private static Shell shell(InputStream in, ByteArrayOutputStream out) {
    return Shell.of(
        in,
        new PrintStream(out, false, StandardCharsets.UTF_8),
        new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8),
        Map.of());
  }

  private Said grade(String input, String... options) {
    String[] command = Stream.concat(Stream.of("grade"), Stream.of(options)).toArray(String[]::new);
    return new Terminal(folder).typing(input).run(command);
  }
}
