package ponder.engine;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import ponder.model.Tokenizer;
import ponder.model.Tokens;

/// A vocabulary of given pieces, then a special tag, then an end-of-text token; turns ids into text
/// only.
final class PieceTokenizer implements Tokenizer {
  static final String TAG = "<tag>";
  static final String EOS = "<eos>";

  private final List<byte[]> pieces;

  PieceTokenizer(String... pieces) {
    this(Arrays.stream(pieces).map(piece -> piece.getBytes(StandardCharsets.UTF_8)).toList());
  }

  private PieceTokenizer(List<byte[]> pieces) {
    this.pieces = pieces;
  }

  /// The 256 bytes, each its own id.
  static PieceTokenizer ofBytes() {
    return new PieceTokenizer(
        IntStream.range(0, 256).mapToObj(b -> new byte[] {(byte) b}).toList());
  }

  int[] idsOf(byte[] bytes) {
    return IntStream.range(0, bytes.length).map(i -> bytes[i] & 0xFF).toArray();
  }

  Tokens ids(String... names) {
    return Tokens.of(Arrays.stream(names).mapToInt(this::id).toArray());
  }

  String text(int[] ids) {
    return decode(Tokens.of(ids), false);
  }

  private int id(String name) {
    return switch (name) {
      case TAG -> pieces.size();
      case EOS -> pieces.size() + 1;
      default ->
          IntStream.range(0, pieces.size())
              .filter(i -> Arrays.equals(pieces.get(i), name.getBytes(StandardCharsets.UTF_8)))
              .findFirst()
              .orElseThrow();
    };
  }

  @Override
  public int vocabularySize() {
    return pieces.size() + 2;
  }

  @Override
  public Tokens encode(String text, boolean parseSpecial) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String decode(Tokens tokens, boolean withSpecial) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    tokens.stream().filter(id -> !isSpecial(id)).forEach(id -> bytes.writeBytes(bytes(id)));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] bytes(int id) {
    return pieces.get(id);
  }

  @Override
  public boolean isSpecial(int id) {
    return id >= pieces.size();
  }

  @Override
  public Set<Integer> eos() {
    return Set.of(pieces.size() + 1);
  }

  @Override
  public int bos() {
    return -1;
  }
}
