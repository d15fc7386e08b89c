package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShotsTest {
  private static final Pattern EQUATION = Pattern.compile("(\\d+) ([-+*/]) (\\d+) = (\\d+)");

  @TempDir Path folder;

  @Test
  void ourExamplesAreRight() {
    Shots ours = Shots.builtIn();
    for (Language language : Language.values()) {
      assertThat(ours.in(language)).hasSize(8);
      for (Shots.Shot shot : ours.in(language)) {
        Matcher matcher = EQUATION.matcher(shot.solution());
        long last = -1;
        while (matcher.find()) {
          long a = Long.parseLong(matcher.group(1));
          long b = Long.parseLong(matcher.group(3));
          last = Long.parseLong(matcher.group(4));
          assertThat(last)
              .as(matcher.group())
              .isEqualTo(
                  switch (matcher.group(2)) {
                    case "+" -> a + b;
                    case "-" -> a - b;
                    case "*" -> a * b;
                    default -> a / b;
                  });
        }
        assertThat(shot.solution()).contains(Long.toString(last)).endsWith("}");
        assertThat(Language.of(shot.question())).isEqualTo(language);
      }
    }
  }

  @Test
  void readsSolutionsAndAnswers() throws IOException {
    Path file =
        write(
            """
            {"question": "1+1?", "solution": "It is \\\\boxed{2}.", "answer": "2", "id": "a"}
            {"question": "1+2?", "solution": "One more.", "answer": "3"}

            {"question": "1+3?", "answer": 4}
            {"question": "1+4?", "answer": "Count on.\\n#### 5"}
            """);

    assertThat(Shots.read(file).in(Language.JAPANESE))
        .containsExactly(
            new Shots.Shot("1+1?", "It is \\boxed{2}."),
            new Shots.Shot("1+2?", "One more.\n\\boxed{3}"),
            new Shots.Shot("1+3?", "\\boxed{4}"),
            new Shots.Shot("1+4?", "Count on.\n#### 5"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"question\": \"x\"} | a solution or an answer is missing.",
        "{\"answer\": \"x\"} | a question is missing.",
        "{\"question\": \" \", \"answer\": \"x\"} | a question is missing.",
        "{\"question\": \"x\", \"answer\": [1]} | answer ([1]) must be a text.",
        "[1] | this is no JSON object.",
        "{\"question | this is no JSON: ",
      })
  void namesTheBrokenLine(String line, String message) throws IOException {
    Path file = write("{\"question\": \"1+1?\", \"answer\": \"2\"}\n\n" + line + "\n");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shots.read(file))
        .withMessageStartingWith("shots (%s), line 3: %s".formatted(file, message));
  }

  @Test
  void refusesFilesThatCannotBeUsed() throws IOException {
    Path empty = write("\n");
    Path none = folder.resolve("none.jsonl");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shots.read(empty))
        .withMessage("shots (%s) must hold at least one worked example.".formatted(empty));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Trying.strategy("cot", Map.of("shots", none.toString())))
        .withMessage(
            "shots (%s) cannot be read. Maybe built-in or none was meant.".formatted(none));
    Files.write(empty, new byte[] {(byte) 0xE9, 'a'});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shots.read(empty))
        .withMessage("shots (%s) must be UTF-8 text.".formatted(empty));
  }

  @Test
  void takesTheFirstOfThem() {
    assertThat(Shots.builtIn().first(3).english())
        .isEqualTo(Shots.builtIn().english().subList(0, 3));
    assertThat(Shots.builtIn().first(0)).isEqualTo(new Shots(List.of(), List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Trying.strategy("few-shot-cot", Map.of("k", "9")))
        .withMessage("k (9) must be at most 8, the number of worked examples.");
  }

  private Path write(String content) throws IOException {
    return Files.writeString(folder.resolve("shots.jsonl"), content);
  }
}
