package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ponder.model.Tokenizer;
import ponder.model.Tokens;

class ThinkingTest {
  /// A token per character, and one for each of the given names.
  private record Names(List<String> names, Set<String> special) implements Tokenizer {
    private static final int FIRST = 1000;

    @Override
    public int vocabularySize() {
      return FIRST + names.size();
    }

    @Override
    public Tokens encode(String text, boolean parseSpecial) {
      var ids = new java.util.ArrayList<Integer>();
      for (int at = 0; at < text.length(); at++) {
        int from = at;
        int name =
            names.indexOf(
                names.stream().filter(n -> text.startsWith(n, from)).findFirst().orElse("-"));
        ids.add(name < 0 ? text.charAt(at) : FIRST + name);
        at += name < 0 ? 0 : names.get(name).length() - 1;
      }
      return Tokens.of(ids);
    }

    @Override
    public String decode(Tokens tokens, boolean withSpecial) {
      StringBuilder text = new StringBuilder();
      tokens.stream().forEach(id -> text.append(new String(bytes(id), StandardCharsets.UTF_8)));
      return text.toString();
    }

    @Override
    public byte[] bytes(int id) {
      String text = id < FIRST ? Character.toString(id) : names.get(id - FIRST);
      return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean isSpecial(int id) {
      return id >= FIRST && special.contains(names.get(id - FIRST));
    }

    @Override
    public Set<Integer> eos() {
      return Set.of();
    }

    @Override
    public int bos() {
      return -1;
    }
  }

  private static final Names CHATML = new Names(List.of("<|im_start|>"), Set.of("<|im_start|>"));
  private static final Names THINK =
      new Names(List.of("<think>", "</think>", "<|im_start|>"), Set.of("<|im_start|>"));
  private static final Names PLAIN = new Names(List.of("<s>"), Set.of("<s>"));

  private static ThinkingMarkers markers(String... given) {
    Methods.Method method = Methods.named("budget-forcing");
    Map<String, String> settings = new TreeMap<>();
    for (int i = 0; i < given.length; i += 2) {
      settings.put(given[i], given[i + 1]);
    }
    return ThinkingMarkers.of(method.settings(settings));
  }

  @Test
  void autoTakesWhatTheModelKnows() {
    assertThat(markers().resolve(CHATML, "q", "m").start()).isEqualTo("<|im_start|>think");
    assertThat(markers().resolve(THINK, "q", "m").start()).isEqualTo("<think>");
    assertThat(markers().resolve(PLAIN, "q<think>\n", "m").end()).isEqualTo("</think>");
    assertThat(markers("markers", "chatml").resolve(THINK, "q", "m").end())
        .isEqualTo("<|im_start|>answer");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> markers().resolve(PLAIN, "q", "little"))
        .withMessage(
            "markers (auto) found none: model little has neither <think> nor <|im_start|> in its vocabulary. Maybe set think-start and think-end to what it knows, or markers=think for plain text.");
  }

  @Test
  void givenMarkersGoBeforeKnownOnes() {
    ThinkingMarkers both =
        markers("think-start", "<a>", "think-end", "</a>").resolve(PLAIN, "q", "m");
    assertThat(both.start()).isEqualTo("<a>");
    assertThat(both.stop(PLAIN).size()).isEqualTo(4);
    ThinkingMarkers one = markers("think-end", "</a>").resolve(THINK, "q", "m");
    assertThat(one.start()).isEqualTo("<think>");
    assertThat(one.end()).isEqualTo("</a>");
  }

  @Test
  void stopIsTheSpecialTokenOrTheWholeMarker() {
    assertThat(markers().resolve(CHATML, "q", "m").stop(CHATML)).isEqualTo(Tokens.of(1000));
    assertThat(markers().resolve(THINK, "q", "m").stop(THINK)).isEqualTo(Tokens.of(1001));
    assertThat(markers("markers", "think").resolve(CHATML, "q", "m").stop(CHATML).size())
        .isEqualTo("</think>".length());
    assertThat(markers("think-start", "<a>", "think-end", "\n</a>\n").stop(PLAIN).size())
        .isEqualTo(4);
  }

  @Test
  void templateThatOpensTheThoughtsIsNotRepeated() {
    ThinkingMarkers markers = markers().resolve(THINK, "q<think>\n", "m");
    assertThat(markers.opening(THINK, "q<think>\n")).isEqualTo(Tokens.of());
    assertThat(markers.opening(THINK, "q")).isEqualTo(Tokens.of(1000));
  }

  @ParameterizedTest
  @CsvSource({
    // round 3 says what round 2 said
    "abcdWefghWefgh, 9, 4, false",
    "abcdWefghWefghWefgh, 14, 4, true",
    "abcdWabcd, 4, 2, false",
    "aaaaaaaa, 4, 2, true",
    "abcdefgh, 0, 2, false",
    "ab, 2, 2, false",
    "ab, 0, 8, false",
  })
  void tellsLoops(String text, int from, int length, boolean repeats) {
    Tokens trace = PLAIN.encode(text, false);
    assertThat(ThinkingLoop.repeats(trace, from, length)).isEqualTo(repeats);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "think-budget | 0 | think-budget (0) must be a whole number between 1 and 1048576.",
        "think-budget | all | think-budget (all) must be a whole number between 1 and 1048576.",
        "wait | -1 | wait (-1) must be a whole number between 0 and 1000.",
        "max-tokens | 0 | max-tokens (0) must be a whole number between 1 and 1048576.",
        "markers | xml | markers (xml) must be one of [auto, think, chatml].",
        "thinking-temperature | hot | thinking-temperature (hot) must be a number between 0.0 and 10.0.",
        "answer-reserve | 0 | answer-reserve (0) must be a whole number between 1 and 1048576.",
      })
  void refusesSettingsByName(String name, String value, String message) {
    Methods.Method method = Methods.named("budget-forcing");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> method.strategy(method.settings(Map.of(name, value))))
        .withMessage(message);
  }

  /// A changed default changes results: it belongs into the change log.
  @Test
  void defaultsArePinned() {
    Map<String, String> shared =
        Map.of(
            "max-tokens", "auto",
            "answer-reserve", "512",
            "thinking-temperature", "same",
            "markers", "auto",
            "think-start", "",
            "think-end", "",
            "answer-prefix", "Final Answer:");
    Map<String, String> forcing =
        Map.of(
            "think-budget", "auto",
            "wait", "0",
            "wait-text", "Wait",
            "min-think", "0",
            "loop-guard", "8",
            "temperature", "0.0");
    Map<String, String> rejecting =
        Map.of("limit", "1024", "tries", "16", "wave", "4", "temperature", "1.0");
    assertThat(Methods.named("budget-forcing").settings(Map.of()).values())
        .containsAllEntriesOf(shared)
        .containsAllEntriesOf(forcing);
    assertThat(Methods.named("rejection-sampling").settings(Map.of()).values())
        .containsAllEntriesOf(shared)
        .containsAllEntriesOf(rejecting);
  }
}
