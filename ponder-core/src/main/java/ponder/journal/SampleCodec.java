package ponder.journal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import ponder.model.Completion;
import ponder.model.EngineException;
import ponder.model.FinishReason;
import ponder.model.Scoring;
import ponder.model.TokenLogprob;
import ponder.model.Tokens;
import ponder.model.Usage;

/// Samples, usages and scores as bytes, big-endian, each led by the version of its form. Floats are
/// kept by their bits, so a replay is the same to the last one.
///
/// Form 2 is form 1 with certainties at the end. What has none is written in form 1, so that an
/// older Ponder still reads it.
final class SampleCodec {
  private static final int PLAIN = 1;
  private static final int WITH_CERTAINTY = 2;

  private SampleCodec() {}

  /// A finished sample and how long it took.
  ///
  /// @param seconds from the call's beginning to the sample's end
  record Sample(Completion completion, double seconds) {}

  /// Log-probabilities and how long they took.
  record Scored(Scoring.Score score, double seconds) {}

  static byte[] encode(Sample sample) {
    Completion completion = sample.completion();
    boolean certain = completion.certainty().length > 0;
    return write(
        certain ? WITH_CERTAINTY : PLAIN,
        out -> {
          out.writeDouble(sample.seconds());
          writeText(out, completion.finish().name());
          writeText(out, completion.detail());
          writeText(out, completion.text());
          out.writeInt(completion.textTokens());
          out.writeInt(completion.tokens().size());
          for (int id : completion.tokens().toArray()) {
            out.writeInt(id);
          }
          writeFloats(out, completion.logprobs());
          writeFloats(out, completion.sampledLogprobs());
          writeTop(out, completion.topLogprobs());
          if (certain) {
            writeFloats(out, completion.certainty());
          }
        });
  }

  /// @param index the sample's index, which its key holds and its bytes do not
  static Sample decodeSample(byte[] bytes, int index) {
    return read(
        bytes,
        WITH_CERTAINTY,
        (form, in) -> {
          double seconds = in.readDouble();
          FinishReason finish = FinishReason.valueOf(readText(in));
          String detail = readText(in);
          String text = readText(in);
          int textTokens = in.readInt();
          int[] tokens = new int[in.readInt()];
          for (int i = 0; i < tokens.length; i++) {
            tokens[i] = in.readInt();
          }
          var completion =
              new Completion(
                  index,
                  Tokens.of(tokens),
                  text,
                  textTokens,
                  finish,
                  detail,
                  readFloats(in),
                  readFloats(in),
                  readTop(in),
                  form == WITH_CERTAINTY ? readFloats(in) : new float[0]);
          return new Sample(completion, seconds);
        });
  }

  static byte[] encode(Usage usage) {
    return write(PLAIN, out -> writeUsage(out, usage));
  }

  static Usage decodeUsage(byte[] bytes) {
    return read(bytes, PLAIN, (form, in) -> readUsage(in));
  }

  static byte[] encode(Scored scored) {
    return write(
        PLAIN,
        out -> {
          out.writeDouble(scored.seconds());
          writeUsage(out, scored.score().usage());
          writeFloats(out, scored.score().logprobs());
        });
  }

  static Scored decodeScored(byte[] bytes) {
    return read(
        bytes,
        PLAIN,
        (form, in) -> {
          double seconds = in.readDouble();
          Usage usage = readUsage(in);
          return new Scored(new Scoring.Score(readFloats(in), usage), seconds);
        });
  }

  private interface Writer {
    void to(DataOutputStream out) throws IOException;
  }

  private interface Reader<T> {
    T from(int form, DataInputStream in) throws IOException;
  }

  private static byte[] write(int form, Writer writer) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(form);
      writer.to(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return bytes.toByteArray();
  }

  /// @param newest the highest form that `reader` knows; it knows all before
  private static <T> T read(byte[] bytes, int newest, Reader<T> reader) {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int form = in.readUnsignedByte();
      if (form < PLAIN || form > newest) {
        throw new EngineException(
            "A journal entry has form %d, and this Ponder reads %d to %d. Maybe update Ponder, or --no-journal."
                .formatted(form, PLAIN, newest));
      }
      return reader.from(form, in);
    } catch (IOException e) {
      throw new EngineException(
          "A journal entry of %d bytes ends too early. Maybe the journal is damaged: --no-journal goes without."
              .formatted(bytes.length),
          e);
    }
  }

  /// UTF-8, except for text that UTF-8 cannot hold, such as half a surrogate pair from a remote
  /// server: that is kept as UTF-16.
  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    boolean faithful = new String(bytes, StandardCharsets.UTF_8).equals(text);
    out.writeBoolean(faithful);
    out.writeInt(faithful ? bytes.length : text.length());
    if (faithful) {
      out.write(bytes);
    } else {
      out.writeChars(text);
    }
  }

  private static String readText(DataInputStream in) throws IOException {
    boolean utf8 = in.readBoolean();
    int length = in.readInt();
    if (utf8) {
      return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
    var text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(in.readChar());
    }
    return text.toString();
  }

  private static void writeFloats(DataOutputStream out, float[] values) throws IOException {
    out.writeInt(values.length);
    for (float value : values) {
      out.writeInt(Float.floatToRawIntBits(value));
    }
  }

  private static float[] readFloats(DataInputStream in) throws IOException {
    float[] values = new float[in.readInt()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(in.readInt());
    }
    return values;
  }

  private static void writeTop(DataOutputStream out, List<List<TokenLogprob>> positions)
      throws IOException {
    out.writeInt(positions.size());
    for (List<TokenLogprob> top : positions) {
      out.writeByte(top.size());
      for (TokenLogprob token : top) {
        out.writeInt(token.token());
        out.writeInt(Float.floatToRawIntBits(token.logprob()));
      }
    }
  }

  private static List<List<TokenLogprob>> readTop(DataInputStream in) throws IOException {
    int size = in.readInt();
    List<List<TokenLogprob>> positions = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      int count = in.readUnsignedByte();
      List<TokenLogprob> top = new ArrayList<>(count);
      for (int j = 0; j < count; j++) {
        top.add(new TokenLogprob(in.readInt(), Float.intBitsToFloat(in.readInt())));
      }
      positions.add(List.copyOf(top));
    }
    return positions;
  }

  private static void writeUsage(DataOutputStream out, Usage usage) throws IOException {
    out.writeLong(usage.promptTokens());
    out.writeLong(usage.cachedPromptTokens());
    out.writeLong(usage.generatedTokens());
    out.writeLong(usage.scoredTokens());
  }

  private static Usage readUsage(DataInputStream in) throws IOException {
    return new Usage(in.readLong(), in.readLong(), in.readLong(), in.readLong());
  }
}
