package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MethodsTest {
  /// A changed default changes results: it belongs into the change log.
  @Test
  void defaultsArePinned() {
    assertThat(Methods.named("greedy").settings(Map.of()).values())
        .isEqualTo(Map.of("max-tokens", "1024", "system", Ask.STEP_BY_STEP));
    assertThat(Methods.named("self-consistency").settings(Map.of()).values())
        .isEqualTo(
            Map.of(
                "n",
                "8",
                "temperature",
                "0.7",
                "top-p",
                "1.0",
                "top-k",
                "0",
                "min-p",
                "0.0",
                "wave",
                "16",
                "max-tokens",
                "1024",
                "system",
                Ask.STEP_BY_STEP));
    assertThat(Ask.STEP_BY_STEP)
        .isEqualTo(
            "Solve the problem step by step. Put the final answer, and nothing else, into \\boxed{}.");
  }

  @Test
  void defaultsBuild() {
    for (Methods.Method method : Methods.all()) {
      assertThat(method.strategy(method.settings(Map.of()))).isNotNull();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "self-consistancy | method (self-consistancy) is unknown. Maybe 'self-consistency' was meant.",
        "beam | method (beam) comes with a later version. Maybe one of [greedy, self-consistency] serves until then.",
      })
  void refusesMethodsByName(String name, String message) {
    assertThatIllegalArgumentException().isThrownBy(() -> Methods.named(name)).withMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "temprature | 1 | temprature (1) is no setting of method self-consistency. Maybe 'temperature' was meant.",
        "n | 0 | n (0) must be a whole number between 1 and 100000.",
        "n | many | n (many) must be a whole number between 1 and 100000.",
        "temperature | NaN | temperature (NaN) must be a number between 0.0 and 10.0.",
        "top-p | 0 | topP (0.0) must be above 0 and at most 1.",
        "min-p | 1 | minP (1.0) must be at least 0 and below 1.",
      })
  void refusesSettingsByName(String name, String value, String message) {
    Methods.Method method = Methods.named("self-consistency");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> method.strategy(method.settings(Map.of(name, value))))
        .withMessage(message);
  }
}
