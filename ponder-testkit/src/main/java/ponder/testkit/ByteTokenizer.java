package ponder.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import ponder.model.Tokenizer;
import ponder.model.Tokens;

/// A token per byte, and behind the 256 bytes a few special ones: `<s>` (256), `</s>` (257, ends a
/// text), `<|user|>` (258), `<|assistant|>` (259).
public final class ByteTokenizer implements Tokenizer {
  private static final String[] SPECIAL = {"<s>", "</s>", "<|user|>", "<|assistant|>"};
  public static final int BOS = 256;
  public static final int EOS = 257;
  public static final int SIZE = 256 + SPECIAL.length;

  @Override
  public int vocabularySize() {
    return SIZE;
  }

  @Override
  public Tokens encode(String text, boolean parseSpecial) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] ids = new int[bytes.length];
    int size = 0;
    for (int at = 0; at < bytes.length; size++) {
      int special = parseSpecial ? specialAt(bytes, at) : -1;
      ids[size] = special < 0 ? bytes[at] & 0xFF : 256 + special;
      at += special < 0 ? 1 : SPECIAL[special].length();
    }
    return Tokens.of(ids).slice(0, size);
  }

  private static int specialAt(byte[] bytes, int at) {
    for (int i = 0; i < SPECIAL.length; i++) {
      byte[] name = SPECIAL[i].getBytes(StandardCharsets.UTF_8);
      if (at + name.length <= bytes.length
          && java.util.Arrays.equals(bytes, at, at + name.length, name, 0, name.length)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public String decode(Tokens tokens, boolean withSpecial) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < tokens.size(); i++) {
      if (withSpecial || !isSpecial(tokens.get(i))) {
        bytes.writeBytes(bytes(tokens.get(i)));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] bytes(int id) {
    if (id < 0 || id >= SIZE) {
      throw new IllegalArgumentException("token " + id + " is outside the vocabulary.");
    }
    return id < 256 ? new byte[] {(byte) id} : SPECIAL[id - 256].getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean isSpecial(int id) {
    return id >= 256;
  }

  @Override
  public Set<Integer> eos() {
    return Set.of(EOS);
  }

  @Override
  public int bos() {
    return BOS;
  }
}
