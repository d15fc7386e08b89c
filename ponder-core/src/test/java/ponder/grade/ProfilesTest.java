package ponder.grade;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Pairs whose verdict depends on the profile: c correct, w wrong, u undecided, in the order
/// standard, strict, vote.
class ProfilesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = true,
      quoteCharacter = '"',
      value = {
        "cww | 1.41421356 | \\sqrt{2}",
        "cww | 28.2743 | 9\\pi",
        "cww | 0.333333 | \\frac{1}{3}",
        "ccw | \\sqrt{2} | 1.41421",
        "cww | \\sqrt{2} | 1.41422",
        "cwc | 7.0 | 7",
        "cwc | 2^{10} | 1024",
        "cwc | \\frac{2}{4} | \\frac{1}{2}",
        "ccc | 0.5 | \\frac{1}{2}",
        "ccc | \\frac{1}{2} | 0.5",
        "ccc | 3\\frac{1}{2} | \\frac{7}{2}",
        "ccc | 007 | 7",
        "ccc | 1,000 | 1000",
        "ccc | \\sqrt{12} | 2\\sqrt{3}",
        "cwc | 10\\text{ units} | 10",
        "ccc | 5 cm | 5\\text{ cm}",
        "www | 5 cm | 6 cm",
        "wwc | 5 cm | 5 m",
        "cwc | \\$40 | 40",
        "cwc | 39^\\circ | 39",
        "cwc | 44\\% | 44",
        "cww | 0.44 | 44\\%",
        "ccc | 44\\% | 44 percent",
        "cww | 2112_6 | 2112",
        "ccc | 2112_6 | 2112_{6}",
        "cwc | three | 3",
        "cwc | 5, 5 | 5",
        "www | 5, 6 | 5",
        "cwc | 3, 3, 5 | 3, 5",
        "ccc | 2, 1 | 1, 2",
        "cwc | \\{1,2\\} | 1, 2",
        "cww | (1,2) | 1,2",
        "cwc | 3:4 | 6:8",
        "ccc | x = 5 | 5",
        "ccc | x \\in (1,2) | 1 < x < 2",
        "wwc | 1 < x < 2 | (1,2)",
        "uuu | 5 % rather 7 | 5",
        "uuu | 5 \\text{ is wrong, } 7 | 5",
        "cuc | 1\u200b2 | 12",
        "cuc | 5\u200b | 5",
        "ccc | \\text{(C)} | C",
        "cww | \\log 8 | 3 \\ln 2",
        "cwc | 2 + 3 = 5 | 5",
        "www | 2 + 3 = 6 | 6",
        "wwc | x=5 | y=5"
      })
  void profilesDiffer(String expected, String answer, String reference) {
    StringBuilder verdicts = new StringBuilder();
    for (Profile profile : Profile.values()) {
      verdicts.append(
          switch (Grader.grade(answer, reference, profile)) {
            case Verdict.Correct correct -> 'c';
            case Verdict.Wrong wrong -> 'w';
            case Verdict.Undecided undecided -> 'u';
          });
    }

    assertThat(verdicts).as("%s ~ %s", answer, reference).hasToString(expected);
  }
}
