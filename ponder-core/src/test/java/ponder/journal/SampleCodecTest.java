package ponder.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ponder.model.Completion;
import ponder.model.EngineException;
import ponder.model.FinishReason;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Stop;
import ponder.model.TokenLogprob;
import ponder.model.Tokens;
import ponder.search.LittleModel;
import ponder.store.Key;

class SampleCodecTest {
  private static Completion completion(String text) {
    return new Completion(
        3,
        Tokens.of(7, 8),
        text,
        1,
        FinishReason.STOP,
        "\n",
        new float[] {-0.25f, Float.NEGATIVE_INFINITY},
        new float[] {-0.0f, Float.MIN_VALUE},
        List.of(List.of(new TokenLogprob(7, -0.25f), new TokenLogprob(9, -2)), List.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "plain", "Grüße 🦜 \uFFFD \u0000"})
  void readsBackEveryBit(String text) {
    byte[] bytes = SampleCodec.encode(new SampleCodec.Sample(completion(text), 1.5));

    SampleCodec.Sample read = SampleCodec.decodeSample(bytes, 3);

    assertThat(read.seconds()).isEqualTo(1.5);
    assertThat(read.completion()).usingRecursiveComparison().isEqualTo(completion(text));
    assertThat(SampleCodec.encode(read)).isEqualTo(bytes);
  }

  /// JUnit cannot name a test by half a surrogate pair.
  @Test
  void readsBackTextThatIsNoUnicode() {
    readsBackEveryBit("half a pair: \uD83E");
  }

  /// Journals on disk hold these bytes.
  @Test
  void formIsFrozen() {
    assertThat(
            HexFormat.of()
                .formatHex(SampleCodec.encode(new SampleCodec.Sample(completion("é"), 1.5))))
        .isEqualTo(
            "013ff8000000000000" // form 1, 1.5 s
                + "010000000453544f50" // STOP
                + "01000000010a" // newline
                + "0100000002c3a9" // é
                + "00000001" // tokens in the text
                + "000000020000000700000008"
                + "00000002be800000ff800000"
                + "000000028000000000000001"
                + "000000020200000007be80000000000009c000000000");
  }

  @Test
  void formWithCertaintyIsFrozen() {
    Completion plain = completion("é");
    var certain =
        new Completion(
            plain.sample(),
            plain.tokens(),
            plain.text(),
            plain.textTokens(),
            plain.finish(),
            plain.detail(),
            plain.logprobs(),
            plain.sampledLogprobs(),
            plain.topLogprobs(),
            new float[] {1.5f, Float.POSITIVE_INFINITY});

    byte[] bytes = SampleCodec.encode(new SampleCodec.Sample(certain, 1.5));

    String form1 = HexFormat.of().formatHex(SampleCodec.encode(new SampleCodec.Sample(plain, 1.5)));
    assertThat(HexFormat.of().formatHex(bytes))
        .isEqualTo("02" + form1.substring(2) + "000000023fc000007f800000");
    assertThat(SampleCodec.decodeSample(bytes, 3).completion())
        .usingRecursiveComparison()
        .isEqualTo(certain);
  }

  /// Journals on disk hold these keys.
  @Test
  void keysAreFrozen() {
    var keys = new SampleKeys(LittleModel.saying(""));
    Request request =
        Request.of(Prompt.text("6*7?"))
            .withSampling(Sampling.of(0.7).withTopP(0.9))
            .withStop(Stop.at("\n\n"))
            .withN(2);
    Key key = keys.request(request);

    assertThat(
            List.of(
                key.hex(),
                SampleKeys.sample(key, 5, 1, 0).hex(),
                SampleKeys.usage(key, request, 0).hex(),
                keys.score(Tokens.of(1, 2), Tokens.of(3), null).hex(),
                keys.next(Tokens.of(1, 2), Tokens.of(3), null).hex()))
        .containsExactly(
            "7da5fe35f2f8fe3e0336a0c1cfff0a66639c0fdf5d234c007239b66156dee5e4",
            "80e477cdaefaf7aa6378c611809d3c6e786f6273daef166d1ef03d26dd2fc9cf",
            "6fb66846e74fd15eaffcf744cd747eab4788e094efeecc0a0b46126a8a336d67",
            "b9b4c28b2138d670f4a706033a9f773592651e5ef10345039f055a66663edfe9",
            "d775b424b4d1e5b8c176831822f069fa8580ac89d86feac012d77e3afa7a8f03");
  }

  @Test
  void refusesOtherFormsAndTornEntries() {
    byte[] bytes = SampleCodec.encode(new SampleCodec.Sample(completion("x"), 1));
    byte[] newer = bytes.clone();
    newer[0] = 9;

    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> SampleCodec.decodeSample(newer, 0))
        .withMessageContaining("has form 9");
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> SampleCodec.decodeSample(java.util.Arrays.copyOf(bytes, 30), 0))
        .withMessageContaining("30 bytes ends too early");
  }
}
