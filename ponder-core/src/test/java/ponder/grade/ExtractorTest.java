package ponder.grade;

import static org.assertj.core.api.Assertions.assertThat;
import static ponder.grade.Extracted.Source.BOXED;
import static ponder.grade.Extracted.Source.CODE_OUTPUT;
import static ponder.grade.Extracted.Source.FBOX;
import static ponder.grade.Extracted.Source.GSM_HASH;
import static ponder.grade.Extracted.Source.LAST_MATH;
import static ponder.grade.Extracted.Source.LAST_NUMBER;
import static ponder.grade.Extracted.Source.MARKER;
import static ponder.grade.Extracted.Source.TAG;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import ponder.testkit.Dice;
import ponder.testkit.Law;

class ExtractorTest {
  private static final Extractor EXTRACTOR = new Extractor();

  static List<Arguments> texts() {
    return List.of(
        // The cases of the specification.
        of("so $x=\\boxed{\\frac{1}{2}}$.", "\\frac{1}{2}", BOXED),
        of("\\boxed{1} ahh no it's \\boxed{2}", "2", BOXED),
        of("$\\boxed{2}, \\boxed{3}$ and $\\boxed{5}$", "2,3,5", BOXED),
        of("\\boxed{1} papers and \\boxed{2} bins", "2", BOXED),
        of("\\fbox{7}", "7", FBOX),
        of("\\boxed 5", "5", BOXED),
        of("\\boxed{\\{x : x>1\\}}", "\\{x : x>1\\}", BOXED),
        of("$\\boxed{5$ (never closed)", "5", BOXED),
        of("The answer is 42. I hope it is correct.", "42", MARKER),
        of("Final Answer: The final answer is $28 \\%$. I hope ..", "28 \\%", MARKER),
        of("**Final Answer**: **73**", "73", MARKER),
        of("#### 1,234", "1,234", GSM_HASH),
        of("the number is not 10 which is 1,000.99€", "1,000.99", LAST_NUMBER),
        of("x = 5+5+1 = 11", "11", LAST_NUMBER),
        of("AZYUK2A", "", LAST_NUMBER),
        of("I think it is 12:00", "12:00", LAST_NUMBER),
        of("\\boxed{\\text{(C)}}", "\\text{(C)}", BOXED),
        of("Answer: (B) because ...", "B", MARKER),
        of("<output>8.9443<end_of_output> without box", "8.9443", CODE_OUTPUT),
        of("\\boxed{}", "", BOXED),
        // Tags.
        of("<answer>42</answer>", "42", TAG),
        of("<answer> $\\frac12$ </answer> and 7", "\\frac12", TAG),
        of("I put it in <answer> tags. <answer>3</answer>", "3", TAG),
        of("<answer>1</answer> no, <answer>2</answer>", "2", TAG),
        of("<answer></answer> \\boxed{4}", "4", BOXED),
        of("<answer>The value of y is \\boxed{4}.<end_of_answer>", "4", TAG),
        of("<answer>The answer is 6.</answer>", "6", TAG),
        of("so <answer>12", "12", TAG),
        of("use <answer> tags\nThe answer is 3.", "3", MARKER),
        // Boxes.
        of("\\boxed{x = \\boxed{5}}", "5", BOXED),
        of("first \\boxed{1}, no: \\boxed{2}", "2", BOXED),
        of("\\boxed{7} and then \\boxed{8", "8", BOXED),
        of("\\boxed{7} and then \\boxed{", "7", BOXED),
        of("\\boxed{ 12 }", "12", BOXED),
        of("\\boxed  {12}", "12", BOXED),
        of("\\boxed5$", "5", BOXED),
        of("\\boxed{$x$}", "x", BOXED),
        of("\\boxed{\\$5}", "\\$5", BOXED),
        of("\\boxed{7.}", "7", BOXED),
        of("\\boxed{1,\\,}", "1,\\,", BOXED),
        of("\\boxed{1, 2, \\ldots}", "1, 2, \\ldots", BOXED),
        of("\\\\boxed{9}", "9", BOXED),
        of("x = 1 \\\\\\boxed{5}", "5", BOXED),
        of(
            "\\boxed{\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}}",
            "\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}",
            BOXED),
        of("\\boxed{2}\\text{ or }\\boxed{-2}", "2,-2", BOXED),
        of("\\boxed{2} \\quad \\text{and} \\quad \\boxed{3}", "2,3", BOXED),
        of("\\boxed{1}; \\boxed{2}", "1,2", BOXED),
        of("\\boxed{1} \\boxed{2}", "2", BOXED),
        of("\\boxed{}, \\boxed{3}", "3", BOXED),
        of("\\boxed{2}と\\boxed{3}", "2,3", BOXED),
        of("\\boxed{a}, \\fbox{b}", "a,b", FBOX),
        of("\\boxedness is 3", "3", LAST_NUMBER),
        of("The answer is 5. Check: \\boxed{6}", "6", BOXED),
        // Hash.
        of("16 - 3 = 13 #### 13", "13", GSM_HASH),
        of("#### $1,000\n\nQuestion: How many of 7?", "1,000", GSM_HASH),
        of("#### 1\n#### 2", "2", GSM_HASH),
        of("#### blue", "blue", GSM_HASH),
        of("#### Step 4: Add\nThe answer is 5.", "5", MARKER),
        of("#### Answer: 9", "9", MARKER),
        of("##### 4 is a heading", "4", LAST_NUMBER),
        // Markers.
        of("The answer is: 3.5", "3.5", MARKER),
        of("The final answer is **blue**.", "blue", MARKER),
        of("Answer: 1,000 dollars", "1,000 dollars", MARKER),
        of("**Answer:** 42", "42", MARKER),
        of("**Answer: 42**", "42", MARKER),
        of("Answer: **73** apples in all", "73", MARKER),
        of("\\textbf{Answer:} 42", "42", MARKER),
        of("ANSWER: x = 5", "x = 5", MARKER),
        of("The answer is\n\n$$x=5$$", "x=5", MARKER),
        of("### Final Answer\n\n\\[ \\frac{3}{4} \\]\n", "\\frac{3}{4}", MARKER),
        of("**Final Answer**\n12 apples", "12 apples", MARKER),
        of("The answer is as follows:\n$7$", "7", MARKER),
        of("The answer is 1. No: the answer is 2.", "2", MARKER),
        of("The answer is 2. What is the answer:", "2", MARKER),
        of("The answer is not 5 but 7.", "7", LAST_NUMBER),
        of("The answer isn't 5.", "5", LAST_NUMBER),
        of("The answers are $2$ and $3$.", "2,3", MARKER),
        of("The answer is $2$ because $x<3$.", "2", MARKER),
        of("The answer is approximately 5.3.", "5.3", MARKER),
        of("The final answer is therefore the value $\\pi$.", "\\pi", MARKER),
        of("The answer is 3.14. It is irrational.", "3.14", MARKER),
        of("The answer is \"Paris\".", "Paris", MARKER),
        of("The answer is (A) 12", "A", MARKER),
        of("The answer is (A) and (B)", "(A) and (B)", MARKER),
        of("The answer is \\frac{1}{2}.", "\\frac{1}{2}", MARKER),
        of("The answer is (1, 2).", "(1, 2)", MARKER),
        of("The answer is 1, 2, ..., n.", "1, 2, ..., n", MARKER),
        of("The answer is $18", "18", MARKER),
        of("The answer is 4<|im_end|>", "4", MARKER),
        of("Therefore, the total is 3 + 4 = 7 dollars.", "7", MARKER),
        of("Therefore, the total is 3 + 4 = 7 dollars. Then 9.", "9", LAST_NUMBER),
        of("The answer is 45 minutes to finish the third part.", "45", MARKER),
        of("The answer is 45 minutes.", "45 minutes", MARKER),
        of("So she pays 3 * 2 = $<<3*2=6>>6.", "6", LAST_NUMBER),
        of("Therefore she has 60 + 25 = <<60+25=85>>85 trees", "85", MARKER),
        of("so $x = 5$ and the sum is 7.", "7", LAST_NUMBER),
        of("Therefore $x \\ge 2$ and $y = \\frac{a}{b}$ holds.", "\\frac{a}{b}", MARKER),
        of("Therefore it is late. 5", "5", LAST_NUMBER),
        of(
            "The answer is that all of the nine students of the class get four apples, which is 36.",
            "36",
            LAST_NUMBER),
        of("The answer is actually 14.", "14", MARKER),
        of("So the answer is, in fact, indeed 6 jars.", "6 jars", MARKER),
        of("The answer is 12 x $5 = $60 a week in all.", "60", MARKER),
        of("The answer is 7 * 6 = 42 pens", "42 pens", MARKER),
        of("The answer is 70 + 6 = 86 tiles.", "86 tiles", MARKER),
        of("The answer is 30n = 90.", "30n = 90", MARKER),
        of("The answer is 3x + 4y = 12.", "3x + 4y = 12", MARKER),
        of("The answer is 9, which is more than 5.", "9", MARKER),
        of("The answer is 1500, but I would check it.", "1500", MARKER),
        of("The answer is (2, 3), where x comes first.", "(2, 3)", MARKER),
        of("The answers are 3 and 4 and 5.", "3 and 4 and 5", MARKER),
        of("The answer is 2 hours and 30 minutes.", "2 hours and 30 minutes", MARKER),
        of("The answer is 45 minutes to read the 2 books", "45", MARKER),
        // Japanese and Chinese.
        of("したがって、答えは42です。", "42", MARKER),
        of("答えは $\\frac{1}{2}$ となります。", "\\frac{1}{2}", MARKER),
        of("最終的な答え：４２", "４２", MARKER),
        of("最終的な答えは「青」です。以上。", "青", MARKER),
        of("答え　12", "12", MARKER),
        of("## 答え\n\n12 個", "12 個", MARKER),
        of("答案は7である。", "7", MARKER),
        of("よって、x + 1 = 6。", "6", MARKER),
        of("したがって $a = 3$ となる。", "3", MARKER),
        of("答えは $2$ と $3$ です。", "2,3", MARKER),
        of("答えは約3.14です。", "3.14", MARKER),
        of("全部で１２個あります", "１２", LAST_NUMBER),
        of("所以答案是 42。", "42", MARKER),
        of("最终答案：$x=2$", "x=2", MARKER),
        // Thoughts.
        of("<think>\\boxed{1}</think>\\boxed{2}", "2", BOXED),
        of("<think>\\boxed{1}</think> It is 2.", "2", LAST_NUMBER),
        of("<think>so \\boxed{1}</think>\n", "1", BOXED),
        of("<think>a</think>\\boxed{1}</think>The answer is 3", "3", MARKER),
        of("<think>1</think>I do not know.", "", LAST_NUMBER),
        // Programs' outputs.
        of("```output\n1\n11\n```\n", "11", CODE_OUTPUT),
        of("```python\nprint(2)\n```\n```output\n2\n```\nThe answer is 3.", "3", MARKER),
        of("<output>\\boxed{1}<end_of_output> \\boxed{2}", "2", BOXED),
        of("\\boxed{2} <output>\\boxed{1}<end_of_output>", "2", BOXED),
        of("<output>a\n\\boxed{3}\n</output>", "3", CODE_OUTPUT),
        of("<output>The answer is 5</output> so 4", "The answer is 5", CODE_OUTPUT),
        of("<output></output> 8", "8", LAST_NUMBER),
        // The last formula, the last number.
        of("so $x=3$ and $y=4$", "y=4", LAST_MATH),
        of("so \\(\\sqrt2\\)", "\\sqrt2", LAST_MATH),
        of("so $2x + 2 = 60/2 = 30$", "30", LAST_MATH),
        of("so $m - n = 1$.", "1", LAST_MATH),
        of("so $4\\cdot7!=20160$.", "20160", LAST_MATH),
        of("so $18 = x$.", "18", LAST_MATH),
        of("so $x \\equiv 39 \\pmod{50}$.", "39", LAST_MATH),
        of(
            "so $\\begin{pmatrix} 1 \\end{pmatrix} + 1 = \\begin{pmatrix} 2 \\end{pmatrix}$",
            "\\begin{pmatrix} 2 \\end{pmatrix}",
            LAST_MATH),
        of("The answer is \\[\\begin{aligned} a &= 1 + 1 \\\\ &= 2.\\end{aligned}\\]", "2", MARKER),
        of("so $h^{-1}(x)=\\frac{x+2}{7}$.", "\\frac{x+2}{7}", LAST_MATH),
        of("so $2 \\cdot 5 = 1,\\!000 = 1,000$.", "1,000", LAST_MATH),
        of("there are $2$ values of $x$", "2", LAST_MATH),
        of("so $2ab$", "2ab", LAST_MATH),
        of("the value of $ab + bc + cd + da$ is $7$", "7", LAST_MATH),
        of("Our answer is correct: 7", "7", LAST_NUMBER),
        of("so $x^2 - y = 0$.", "x^2 - y = 0", LAST_MATH),
        of("so $y - 1 = 2x$.", "y - 1 = 2x", LAST_MATH),
        of("so $n=11,k=2$", "n=11,k=2", LAST_MATH),
        of("so $3x = 6 \\Rightarrow x = 2$", "x = 2", LAST_MATH),
        of("so $5n \\equiv 25 \\equiv 4 \\pmod{7}$", "4", LAST_MATH),
        of("so\n\\begin{align*}\na &= 1 + 2 \\\\\n&= 3.\n\\end{align*}", "3", LAST_MATH),
        of(
            "\\[\\begin{aligned} a &= 1 \\\\ &= \\frac{1}{2} \\\\ \\end{aligned}\\]",
            "\\frac{1}{2}", LAST_MATH),
        of(
            "$\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}$",
            "\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}",
            LAST_MATH),
        of("it is \\frac{2}{3}.", "", LAST_NUMBER),
        of("Therefore she can jog 10 x 5 = 50 miles for 5 days.", "50", MARKER),
        of("so $$\nx = 5\n$$", "x = 5", LAST_MATH),
        of("costs $18", "18", LAST_NUMBER),
        of("costs $18 and $20", "20", LAST_NUMBER),
        of("costs $18 each, so \\$20 for $2$", "2", LAST_MATH),
        of("It has 3 legs and 1,024 eyes.", "1,024", LAST_NUMBER),
        of("it is -5.", "-5", LAST_NUMBER),
        of("it is −5.", "−5", LAST_NUMBER),
        of("7-5", "5", LAST_NUMBER),
        of("it is .5", ".5", LAST_NUMBER),
        of("3/4 of it", "3/4", LAST_NUMBER),
        of("1.5e-10", "1.5e-10", LAST_NUMBER),
        of("2,3,5", "5", LAST_NUMBER),
        of("v2 x86_64", "", LAST_NUMBER),
        of("", "", LAST_NUMBER),
        of("I do not know.", "", LAST_NUMBER),
        of("\\boxed", "", BOXED));
  }

  private static Arguments of(String text, String answer, Extracted.Source source) {
    return Arguments.of(text, answer, source);
  }

  @ParameterizedTest
  @MethodSource("texts")
  void readsTheAnswer(String text, String answer, Extracted.Source source) {
    Optional<Extracted> found = EXTRACTOR.extract(text, Profile.STANDARD);

    assertThat(found.map(Extracted::raw).orElse("")).isEqualTo(answer);
    assertThat(found.map(Extracted::source).orElse(source)).isEqualTo(source);
  }

  @ParameterizedTest
  @MethodSource("texts")
  void pointsAtWhereItStands(String text, String answer, Extracted.Source source) {
    String padded = "x".repeat(30_000) + " " + text;

    EXTRACTOR
        .extract(padded, Profile.STANDARD)
        .ifPresent(
            found -> {
              String there = padded.substring(found.start(), found.end());
              assertThat(there).startsWith(found.raw().split(",")[0]);
              if (!there.contains("box") && !there.contains("$")) {
                assertThat(there).isEqualTo(found.raw());
              }
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$\\boxed{5$ (never closed)",
        "\\boxed{7} and then \\boxed{8",
        "x = 5+5+1 = 11",
        "so $x=3$",
        "<answer>5",
      })
  void strictReadsNothingThatIsNotMarked(String text) {
    assertThat(EXTRACTOR.extract(text, Profile.STRICT)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\boxed{5}",
        "<answer>5</answer>",
        "#### 5",
        "The answer is 5",
        "<output>5<end_of_output>",
      })
  void strictReadsWhatIsMarked(String text) {
    assertThat(raw(EXTRACTOR.extract(text, Profile.STRICT))).isEqualTo("5");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "then 5 times 3 is 1",
        "so $x = 3$ and",
        "\\boxed{4",
        "The answer is 4",
        "#### 4",
        "<answer>4",
        "<output>4</output>",
        "Therefore x = 3. Now we",
        "The answer is\n",
      })
  void textsThatWereCutOffHoldNothingUnfinished(String text) {
    assertThat(EXTRACTOR.marked(text, Profile.STANDARD)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\boxed{15} because 5",
        "\\boxed{15} and then \\boxed{1",
        "The answer is 15. And 3",
        "The answer is $15$",
        "#### 15\n\nQ",
        "<answer>15</answer> 3",
      })
  void textsThatWereCutOffKeepWhatTheyMarked(String text) {
    assertThat(raw(EXTRACTOR.marked(text, Profile.STANDARD))).isEqualTo("15");
  }

  @Test
  void onlyTheEndOfALongTextCounts() {
    String text = "\\boxed{1}" + " word".repeat(200_000);

    assertThat(EXTRACTOR.extract(text, Profile.STANDARD)).isEmpty();
    assertThat(raw(EXTRACTOR.extract(text + " \\boxed{2}", Profile.STANDARD))).isEqualTo("2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\boxed{", "{", "$", "$$", "\\(", "\\[", "<answer>", "</answer>", "<output>", "```output",
        "####", "#", "answer is ", "answer is $", "therefore ", "\\", "1,", "**", "答えは", "</think>",
        "\\boxed{1}, ", "$1 aa ", "#### a\n", "\n", "(", "\u200b", "answer is:\n", "= "
      })
  void hostileTextsAreReadInAGlance(String part) {
    String text = part.repeat(1_000_000 / part.length());
    long start = System.nanoTime();

    for (Profile profile : Profile.values()) {
      EXTRACTOR.extract(text, profile);
      EXTRACTOR.marked(text, profile);
    }

    assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
  }

  @Test
  void neverThrows() {
    String[] parts = {
      "\\boxed{",
      "}",
      "$",
      "\\(",
      "\\)",
      "<answer>",
      "</answer>",
      "####",
      " ",
      "\n",
      "5",
      "1,000",
      "The answer is ",
      "Answer:",
      "therefore",
      "=",
      "答えは",
      "です。",
      "</think>",
      "**",
      ".",
      "(B)",
      "<output>",
      "</output>",
      "\\",
      "\ud83d",
      "，",
      "\\text{and}",
      "\\fbox",
      "-",
      "{",
      ":"
    };
    Law.forAll(
        "any text is read without an exception, and what is found stands in it",
        2_000,
        seed -> {
          var dice = new Dice(seed);
          var text = new StringBuilder();
          for (int i = dice.below(40); i >= 0; i--) {
            text.append(parts[dice.below(parts.length)]);
          }
          for (Profile profile : Profile.values()) {
            EXTRACTOR
                .extract(text.toString(), profile)
                .ifPresent(found -> assertThat(found.end()).isLessThanOrEqualTo(text.length()));
            EXTRACTOR.marked(text.toString(), profile);
          }
        });
  }

  private static String raw(Optional<Extracted> found) {
    return found.map(Extracted::raw).orElse("");
  }
}
