package ponder.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {
  @Test
  void readsEveryUnitAndTakesCommaAsAnd() {
    assertThat(Limits.parse("4096tok,64calls,30s,2e12flop,16"))
        .isEqualTo(new Limits(4096, 64, 16, 30, 2e12));
  }

  @Test
  void bareNumberCountsSamples() {
    assertThat(Limits.parse("8")).isEqualTo(Limits.NONE.withSamples(8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"8", "4096tok", "16,4096tok,64calls,30s,2.0E12flop", "0.5s", "1e3tok"})
  void readsWhatItWrites(String text) {
    Limits limits = Limits.parse(text);

    assertThat(Limits.parse(limits.toString())).isEqualTo(limits);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "12parsec | cannot be read at '12parsec'. Maybe 4096tok",
        "'' | cannot be read at ''",
        "5tok, | cannot be read at ''",
        "-5tok | cannot be read at '-5tok'",
        "0tok | must be above 0 at '0tok'",
        "1.5calls | must be a whole number at '1.5calls'",
        "99999999999999999999tok | must be a whole number",
        "5tok,6tok | sets the unit of '6tok' twice",
        "Infinitys | cannot be read",
      })
  void refusesByNameOfThePart(String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Limits.parse(text))
        .withMessageContaining("budget (" + text + ")")
        .withMessageContaining(message);
  }

  @Test
  void sharesFitIntoTheWhole() {
    Limits share = Limits.parse("100tok,7calls,30s,9,1e3flop").share(3);

    assertThat(share).isEqualTo(new Limits(33, 2, 3, 30, 1e3 / 3));
    assertThat(Limits.NONE.share(3)).isEqualTo(Limits.NONE);
  }
}
