package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MethodsTest {
  private static final String ASK =
      """
      max-tokens=1024
      system=built-in
      cue=
      language=auto
      shots=none
      k=all
      layout=chat
      """;
  private static final String SAMPLING =
      """
      temperature=%s
      top-p=1.0
      top-k=0
      min-p=0.0
      """;

  /// A changed default changes results: it belongs into the change log.
  @Test
  void defaultsArePinned() {
    Map<String, String> pinned = new LinkedHashMap<>();
    pinned.put("greedy", ASK);
    pinned.put(
        "cot", "extract=false\n" + SAMPLING.formatted("0.0") + ASK.replace("cue=", "cue=built-in"));
    pinned.put(
        "few-shot-cot",
        "extract=false\n"
            + SAMPLING.formatted("0.0")
            + ASK.replace("shots=none", "shots=built-in"));
    pinned.put("class-conditional", "class=long\n" + SAMPLING.formatted("0.0") + ASK);
    pinned.put(
        "self-consistency",
        """
        weight=none
        weight-temperature=1.0
        weight-power=0.5
        stop=none
        n=16
        wave=auto
        """
            + SAMPLING.formatted("0.8")
            + ASK);
    pinned.put("best-of-n", "mode=weighted\nn=16\nwave=16\n" + SAMPLING.formatted("0.8") + ASK);

    pinned.forEach((name, defaults) -> assertThat(defaults(name)).as(name).isEqualTo(defaults));
  }

  private static String defaults(String method) {
    return Methods.named(method).parameters().stream()
        .map(it -> it.name() + "=" + it.value() + "\n")
        .collect(Collectors.joining());
  }

  @Test
  void helpFitsIntoALine() {
    for (Methods.Method method : Methods.all()) {
      assertThat("  %s: %s".formatted(method.name(), method.summary())).hasSizeBetween(20, 80);
      for (Methods.Parameter parameter : method.parameters()) {
        String value = parameter.value().isEmpty() ? "none" : parameter.value();
        assertThat(
                "    %-12s %s (default: %s)".formatted(parameter.name(), parameter.help(), value))
            .hasSizeBetween(30, 80);
      }
    }
  }

  @Test
  void defaultsBuild() {
    for (Methods.Method method : Methods.all()) {
      if (method.name().equals("auto")) {
        continue; // it needs a policy, see AutoTest
      }
      assertThat(method.strategy(method.settings(Map.of()))).isNotNull();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "self-consistancy | method (self-consistancy) is unknown. Maybe 'self-consistency' was meant.",
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
