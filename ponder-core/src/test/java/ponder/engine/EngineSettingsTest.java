package ponder.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EngineSettingsTest {
  @Test
  void pinsTheDefaults() {
    assertThat(EngineSettings.DEFAULT)
        .isEqualTo(
            new EngineSettings(
                64,
                512,
                256,
                32,
                Duration.ofMillis(250),
                0.02,
                64,
                2048,
                0,
                16,
                8,
                Duration.ofMillis(250),
                4096,
                256,
                0,
                1L << 30,
                256,
                true,
                false,
                false,
                Duration.ZERO));
  }

  @Test
  void readsEverySettingByName() {
    Map<String, String> changes =
        Map.ofEntries(
            Map.entry("maxSequences", "1"),
            Map.entry("stepTokens", "2"),
            Map.entry("chunk", "3"),
            Map.entry("minPrefill", "4"),
            Map.entry("stepTime", "5"),
            Map.entry("watermark", "0.5"),
            Map.entry("reserveAhead", "6"),
            Map.entry("idleCells", "7"),
            Map.entry("memoryBytes", "80000000000"),
            Map.entry("joinAhead", "9"),
            Map.entry("groupSteps", "10"),
            Map.entry("groupTime", "11"),
            Map.entry("queueLimit", "12"),
            Map.entry("streamEvents", "13"),
            Map.entry("samplingThreads", "14"),
            Map.entry("parkBytes", "16000000000"),
            Map.entry("parkTokens", "17"),
            Map.entry("reuse", "false"),
            Map.entry("deterministic", "true"),
            Map.entry("checked", "true"),
            Map.entry("drain", "15"));
    assertThat(EngineSettings.DEFAULT.with(changes))
        .isEqualTo(
            new EngineSettings(
                1,
                2,
                3,
                4,
                Duration.ofMillis(5),
                0.5,
                6,
                7,
                80_000_000_000L,
                9,
                10,
                Duration.ofMillis(11),
                12,
                13,
                14,
                16_000_000_000L,
                17,
                false,
                true,
                true,
                Duration.ofMillis(15)));
    assertThat(changes.keySet()).containsExactlyInAnyOrderElementsOf(EngineSettings.names());
    assertThat(EngineSettings.names())
        .containsExactlyElementsOf(
            Arrays.stream(EngineSettings.class.getRecordComponents())
                .map(component -> component.getName())
                .toList());
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThatThrownBy(() -> EngineSettings.DEFAULT.with("chunks", 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'chunks'")
        .hasMessageContaining("chunk");
    assertThatThrownBy(() -> EngineSettings.DEFAULT.with("chunk", "many"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("chunk (many)");
    assertThatThrownBy(() -> EngineSettings.DEFAULT.with("watermark", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("watermark (1.0)");
    assertThatThrownBy(() -> EngineSettings.DEFAULT.with("chunk", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("chunk (0)");
  }
}
