package ponder.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import ponder.testkit.Dice;
import ponder.testkit.Law;

class StepsTest {
  private static final List<String> SHARDS =
      List.of(
          "\n",
          "\n\n",
          "\n\n",
          " \n",
          "\r\n\r\n",
          "word",
          " x = 1",
          "```\n",
          "```python\n",
          "~~~",
          "````",
          "$$",
          "\\$",
          "\\\\",
          "\\[",
          "\\]",
          "\\begin{align}",
          "\\end{align}",
          "\\begin{a*}",
          "\\end{a*}",
          "\uD83D\uDE00",
          "  ");

  @Test
  void cutsBehindBlankLines() {
    assertThat(Steps.split("One.\n\nTwo\nlines.\n \t\n\nThree."))
        .containsExactly("One.\n\n", "Two\nlines.\n \t\n\n", "Three.");
    assertThat(Steps.split("One.\r\n\r\nTwo.\n\n")).containsExactly("One.\r\n\r\n", "Two.\n\n");
  }

  @Test
  void keepsBlankLinesAtTheBeginning() {
    assertThat(Steps.split("\n\nOne.\n\nTwo.")).containsExactly("\n\nOne.\n\n", "Two.");
  }

  @Test
  void emptyTextHasNoSteps() {
    assertThat(Steps.split("")).isEmpty();
    assertThat(Steps.split("\n\n")).containsExactly("\n\n");
  }

  @Test
  void keepsCodeWhole() {
    String code = "```python\na = 1\n\nb = $$\n\nprint(a)\n```\n\n";

    assertThat(Steps.split("Run\n\n" + code + "It costs $$\n\nand no more."))
        .containsExactly("Run\n\n", code, "It costs $$\n\n", "and no more.");
    assertThat(Steps.split("~~~~\na\n\n~~~\n\n```\n\n~~~~\n\nb"))
        .containsExactly("~~~~\na\n\n~~~\n\n```\n\n~~~~\n\n", "b");
    assertThat(Steps.split("Say ```x``` and\n\n```y```\n\nso."))
        .containsExactly("Say ```x``` and\n\n", "```y```\n\n", "so.");
  }

  @Test
  void keepsFormulasWhole() {
    assertThat(Steps.split("So $$\nx\n\n= 1\n$$\n\nand \\[\n\ny\n\n\\] then\n\nend"))
        .containsExactly("So $$\nx\n\n= 1\n$$\n\n", "and \\[\n\ny\n\n\\] then\n\n", "end");
    String environment =
        "\\begin{align*}\nx\n\n\\begin{cases}a\n\n\\end{cases}\n\n\\end {align*}\n\n";
    assertThat(Steps.split(environment + "end")).containsExactly(environment, "end");
  }

  @Test
  void whatIsNeverClosedProtectsNothing() {
    for (String opening : List.of("```\n", "$$ ", "\\[ ", "\\begin{align} ", "\\] ", "\\end{a}")) {
      assertThat(Steps.split(opening + "a\n\nb\n\nc"))
          .containsExactly(opening + "a\n\n", "b\n\n", "c");
    }
  }

  @Test
  void escapedSignsOpenNothing() {
    assertThat(Steps.split("\\$$ 5\n\nand \\\\[2pt]\n\nor \\$\\$\n\n\\] $$"))
        .containsExactly("\\$$ 5\n\n", "and \\\\[2pt]\n\n", "or \\$\\$\n\n", "\\] $$");
  }

  @Test
  void stepsJoinedAreTheText() {
    Law.forAll(
        "steps joined are the text, none is empty, each but the last ends with a blank line",
        1000,
        seed -> {
          Dice dice = new Dice(seed);
          StringBuilder text = new StringBuilder();
          for (int i = dice.below(30); i > 0; i--) {
            text.append(SHARDS.get(dice.below(SHARDS.size())));
          }
          List<String> steps = Steps.split(text.toString());

          assertThat(String.join("", steps)).isEqualTo(text.toString());
          if (!text.toString().isBlank()) {
            assertThat(steps).noneMatch(String::isBlank);
          }
          for (int i = 0; i + 1 < steps.size(); i++) {
            assertThat(steps.get(i)).matches("(?s).*\\n\\s*\\n");
          }
        });
  }

  @Test
  void protectedStretchesAreNeverCut() {
    List<String> wholes =
        List.of(
            "```\na\n\nb\n```",
            "$$\n\nx\n\n$$",
            "\\[\n\nx\n\n\\]",
            "\\begin{align}\n\nx\n\n\\end{align}");
    Law.forAll(
        "text between balanced stretches is cut, they are not",
        200,
        seed -> {
          Dice dice = new Dice(seed);
          StringBuilder text = new StringBuilder();
          int blocks = dice.between(1, 8);
          for (int i = 0; i < blocks; i++) {
            String block = dice.chance(50) ? "word" : wholes.get(dice.below(wholes.size()));
            text.append(block).append("\n\n");
          }
          assertThat(Steps.split(text.toString())).hasSize(blocks);
        });
  }

  @Test
  void hostileTextsTakeLinearTime() {
    String opened = "\\begin{a}$$\\[`".repeat(40_000);

    assertThat(Steps.split(opened)).hasSize(1);
    assertThat(Steps.split("```\n\n".repeat(50_001))).isNotEmpty();
  }
}
