package ponder.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import ponder.model.FinishReason;
import ponder.model.Stop;
import ponder.model.Tokens;
import ponder.testkit.Dice;

class OutputTest {
  private static final PieceTokenizer PIECES =
      new PieceTokenizer("a", "b", "c", "ab", "bcd", "xSTO", "P!", "\n\n", "é", "日本");

  @Test
  void endsTheTextBeforeAStopString() {
    Run run = run(Stop.at("STOP"), PIECES, "a", "xSTO", "P!", "c");
    assertThat(run.hit).isEqualTo(new Hit(FinishReason.STOP, "STOP"));
    assertThat(run.text).isEqualTo(new Text("ax", 1));
    assertThat(run.deltas).containsExactly("a", "x", "");
    assertThat(run.tokens).isEqualTo(3);
  }

  @Test
  void keepsTheStopStringIfAsked() {
    Stop stop = new Stop(List.of("STOP"), List.of(), true, false);
    assertThat(run(stop, PIECES, "a", "xSTO", "P!").text).isEqualTo(new Text("axSTOP", 2));
    Stop whole = new Stop(List.of("STOP!"), List.of(), true, false);
    assertThat(run(whole, PIECES, "a", "xSTO", "P!").text).isEqualTo(new Text("axSTOP!", 3));
  }

  @Test
  void prefersTheLeftmostThenTheLongestOfOneToken() {
    assertThat(run(Stop.at("cd", "bc", "bcd"), PIECES, "bcd").hit)
        .isEqualTo(new Hit(FinishReason.STOP, "bcd"));
    assertThat(run(Stop.at("cd", "b"), PIECES, "bcd").text.text()).isEmpty();
    assertThat(run(Stop.at("ab", "abc"), PIECES, "ab", "c").hit)
        .isEqualTo(new Hit(FinishReason.STOP, "ab"));
    assertThat(run(Stop.at("abcde", "bc"), PIECES, "ab", "c").text).isEqualTo(new Text("a", 0));
  }

  @Test
  void releasesWhatTurnsOutToBeNoStop() {
    Run run = run(Stop.at("abab!"), PIECES, "a", "b", "a", "b", "c");
    assertThat(run.deltas).containsExactly("", "", "", "", "ababc");
    assertThat(run.hit).isNull();
    assertThat(run.text).isEqualTo(new Text("ababc", 5));
    assertThat(run(Stop.at("abab!"), PIECES, "a", "b", "a").text).isEqualTo(new Text("aba", 3));
  }

  @Test
  void endsAtEndOfTextTokens() {
    Run run = run(Stop.at("abc"), PIECES, "a", "b", PieceTokenizer.EOS);
    assertThat(run.hit).isEqualTo(new Hit(FinishReason.EOS, ""));
    assertThat(run.text).isEqualTo(new Text("ab", 2));
    Stop on = new Stop(List.of(), List.of(), false, true);
    Run ignoring = run(on, PIECES, "a", PieceTokenizer.EOS, "b");
    assertThat(ignoring.hit).isNull();
    assertThat(ignoring.text).isEqualTo(new Text("ab", 3));
  }

  @Test
  void leavesOutSpecialTokensAndFindsStopsAcrossThem() {
    assertThat(run(Stop.AT_EOS, PIECES, "a", PieceTokenizer.TAG, "b").text.text()).isEqualTo("ab");
    Run run = run(Stop.at("ab"), PIECES, "c", "a", PieceTokenizer.TAG, "b");
    assertThat(run.text).isEqualTo(new Text("c", 1));
  }

  @Test
  void endsAtATokenSequenceAndLeavesItsTextOut() {
    Tokens sequence = PIECES.ids("a", PieceTokenizer.TAG, "b");
    Stop stop = new Stop(List.of(), List.of(sequence), false, false);
    Run run = run(stop, PIECES, "c", "a", "a", PieceTokenizer.TAG, "b");
    assertThat(run.hit).isEqualTo(new Hit(FinishReason.STOP, sequence.toString()));
    assertThat(run.text).isEqualTo(new Text("ca", 2));
    assertThat(run.deltas).containsExactly("c", "", "a", "", "");
    Stop including = new Stop(List.of(), List.of(sequence), true, false);
    assertThat(run(including, PIECES, "c", "a", PieceTokenizer.TAG, "b").text)
        .isEqualTo(new Text("cab", 4));
    assertThat(run(stop, PIECES, "ab", "b").hit).as("other tokens, same text").isNull();
  }

  @Test
  void putsTokenSequencesBeforeEndOfTextBeforeStopStrings() {
    Stop sequence =
        new Stop(List.of("b"), List.of(PIECES.ids("b"), PIECES.ids("a", "b")), false, false);
    assertThat(run(sequence, PIECES, "a", "b").hit)
        .isEqualTo(new Hit(FinishReason.STOP, PIECES.ids("a", "b").toString()));
    Stop eos = new Stop(List.of(), List.of(PIECES.ids("a", PieceTokenizer.EOS)), false, false);
    assertThat(run(eos, PIECES, "a", PieceTokenizer.EOS).text).isEqualTo(new Text("", 0));
    assertThat(run(eos, PIECES, "b", PieceTokenizer.EOS).hit)
        .isEqualTo(new Hit(FinishReason.EOS, ""));
  }

  @Test
  void findsASequenceThatBeginsInsideItself() {
    Stop stop = new Stop(List.of(), List.of(PIECES.ids("a", "a", "b")), false, false);
    assertThat(run(stop, PIECES, "a", "a", "a", "b").text).isEqualTo(new Text("a", 1));
  }

  @Test
  void waitsForWholeCodePoints() {
    PieceTokenizer bytes = PieceTokenizer.ofBytes();
    Run run = run(Stop.AT_EOS, bytes, bytes.idsOf("é😀x".getBytes(UTF_8)));
    assertThat(run.deltas).containsExactly("", "é", "", "", "", "😀", "x");
    byte[] cut = Arrays.copyOf("日本".getBytes(UTF_8), 5);
    Run shortened = run(Stop.AT_EOS, bytes, bytes.idsOf(cut));
    assertThat(shortened.text).isEqualTo(new Text("日\uFFFD", 5));
  }

  @Test
  void cutsACodePointThatAStopSequenceBeginsIn() {
    PieceTokenizer bytes = PieceTokenizer.ofBytes();
    Tokens tail = Tokens.of(0x97, 0xA5);
    Stop stop = new Stop(List.of(), List.of(tail), false, false);
    Run run = run(stop, bytes, bytes.idsOf("a日".getBytes(UTF_8)));
    assertThat(run.text).isEqualTo(new Text("a\uFFFD", 2));
  }

  @Test
  void refusesTokensAfterTheEnd() {
    Output output = new Output(PIECES, Stop.AT_EOS);
    output.finish();
    assertThatIllegalStateException().isThrownBy(() -> output.accept(0)).withMessageContaining("0");
  }

  @Test
  void decodesAnyBytesAsTheWholeDecoderDoes() {
    PieceTokenizer bytes = PieceTokenizer.ofBytes();
    Dice dice = new Dice(1);
    for (int round = 0; round < 3000; round++) {
      byte[] text = anyBytes(dice);
      Run run = run(Stop.AT_EOS, bytes, bytes.idsOf(text));
      assertThat(run.text).isEqualTo(new Text(new String(text, UTF_8), text.length));
    }
  }

  /// Against the plain definition: after every token, look at all of the text so far.
  @Test
  void findsStopsAsThePlainDefinitionDoes() {
    Dice dice = new Dice(2);
    int stopped = 0;
    for (int round = 0; round < 3000; round++) {
      PieceTokenizer tokenizer = anyPieces(dice);
      int[] ids = new int[1 + dice.below(12)];
      Arrays.setAll(ids, i -> dice.below(tokenizer.vocabularySize() - 2));
      List<String> strings = new ArrayList<>();
      for (int k = dice.below(4); k >= 0; k--) {
        strings.add(anyText(dice, 1 + dice.below(4)));
      }
      Stop stop = new Stop(strings, List.of(), dice.below(2) == 0, false);
      Run run = run(stop, tokenizer, ids);
      String expected = plainly(stop, tokenizer, ids);
      assertThat(run.text.text()).isEqualTo(expected);
      assertThat(String.join("", run.deltas))
          .isEqualTo(
              run.hit == null ? expected.substring(0, expected.length() - run.last) : expected);
      int kept = run.text.textTokens();
      assertThat(tokenizer.text(Arrays.copyOf(ids, kept))).isIn(prefixes(expected));
      stopped += run.hit == null ? 0 : 1;
    }
    assertThat(stopped).isBetween(500, 2900);
  }

  private static List<String> prefixes(String text) {
    List<String> prefixes = new ArrayList<>();
    for (int end = 0; end <= text.length(); end++) {
      prefixes.add(text.substring(0, end));
    }
    return prefixes;
  }

  private static String plainly(Stop stop, PieceTokenizer tokenizer, int[] ids) {
    for (int length = 1; length <= ids.length; length++) {
      String text = tokenizer.text(Arrays.copyOf(ids, length));
      int start = Integer.MAX_VALUE;
      int end = 0;
      for (String string : stop.strings()) {
        int at = text.indexOf(string);
        if (at >= 0 && (at < start || (at == start && at + string.length() > end))) {
          start = at;
          end = at + string.length();
        }
      }
      if (end > 0) {
        return text.substring(0, stop.includeStop() ? end : start);
      }
    }
    return tokenizer.text(ids);
  }

  private static PieceTokenizer anyPieces(Dice dice) {
    String[] pieces = new String[4];
    Arrays.setAll(pieces, i -> anyText(dice, 1 + dice.below(3)));
    return new PieceTokenizer(pieces);
  }

  private static String anyText(Dice dice, int length) {
    StringBuilder text = new StringBuilder();
    for (int k = 0; k < length; k++) {
      text.appendCodePoint(new int[] {'a', 'b', 0x1F600}[dice.below(3)]);
    }
    return text.toString();
  }

  private static byte[] anyBytes(Dice dice) {
    int[] lead = {0x41, 0x80, 0xBF, 0xC2, 0xE0, 0xE3, 0xED, 0xF0, 0xF4, 0xF5, 0x9F, 0x90, 0xFF};
    byte[] bytes = new byte[1 + dice.below(12)];
    for (int k = 0; k < bytes.length; k++) {
      bytes[k] = (byte) lead[dice.below(lead.length)];
    }
    return bytes;
  }

  /// What became of a text.
  ///
  /// @param deltas one per token taken
  /// @param last length of the delta that came with the end
  private record Run(@Nullable Hit hit, Text text, List<String> deltas, int last, int tokens) {}

  private static Run run(Stop stop, PieceTokenizer tokenizer, String... pieces) {
    return run(stop, tokenizer, tokenizer.ids(pieces).toArray());
  }

  private static Run run(Stop stop, PieceTokenizer tokenizer, int... ids) {
    Output output = new Output(tokenizer, stop);
    List<String> deltas = new ArrayList<>();
    Hit hit = null;
    for (int k = 0; k < ids.length && hit == null; k++) {
      hit = output.accept(ids[k]);
      deltas.add(output.takeDelta());
    }
    Text text = output.finish();
    String last = output.takeDelta();
    assertThat(String.join("", deltas) + last).isEqualTo(text.text());
    return new Run(hit, text, deltas, last.length(), deltas.size());
  }
}
