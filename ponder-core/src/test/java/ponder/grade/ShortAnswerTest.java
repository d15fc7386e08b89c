package ponder.grade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShortAnswerTest {
  /// Expected values follow HotpotQA's evaluation by hand.
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "The Eiffel Tower; eiffel tower!; true; 1",
        "\\text{Eiffel Tower}; Eiffel Tower; true; 1",
        "$\\text{Chief of\\ Protocol}$; Chief of Protocol; true; 1",
        "1,000; 1000; true; 1",
        "Tower; Eiffel Tower; false; 0.6666666667",
        "a tower of the Eiffel; Eiffel Tower; false; 0.8",
        "tower tower; Eiffel Tower; false; 0.5",
        "Rome; Paris; false; 0",
        "yes; Yes.; true; 1",
        "yes it is; yes; false; 0",
        "no; yes; false; 0",
        "''; Paris; false; 0",
        "the; a; true; 0",
        "Ångström; ångström; true; 1",
        "another theory; other theory; false; 0.5",
      })
  void comparesWords(String answer, String reference, boolean exact, double f1) {
    assertThat(ShortAnswer.exact(answer, reference)).isEqualTo(exact);
    assertThat(ShortAnswer.f1(answer, reference)).isCloseTo(f1, within(1e-9));
    assertThat(ShortAnswer.f1(reference, answer)).isCloseTo(f1, within(1e-9));
  }
}
