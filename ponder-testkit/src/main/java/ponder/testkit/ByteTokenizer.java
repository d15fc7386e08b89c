package ponder.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import ponder.model.ChatTemplate;
import ponder.model.Message;
import ponder.model.Tokenizer;
import ponder.model.Tokens;

/// The simplest tokenizer that loses nothing: a token per byte, then ChatML's special tokens.
///
/// Ids 0 to 255 are the bytes. `<|im_end|>` and `<|endoftext|>` end a text. Immutable.
public final class ByteTokenizer implements Tokenizer {
  public static final int IM_START = 256;
  public static final int IM_END = 257;
  public static final int END_OF_TEXT = 258;

  /// Number of ids.
  public static final int SIZE = 259;

  /// Writes a conversation in ChatML, without a default system turn.
  public static final ChatTemplate CHATML = ByteTokenizer::render;

  private static final List<String> SPECIAL =
      List.of("<|im_start|>", "<|im_end|>", "<|endoftext|>");

  private final List<byte[]> bytes =
      IntStream.range(0, SIZE).mapToObj(ByteTokenizer::bytesOf).toList();

  @Override
  public int vocabularySize() {
    return SIZE;
  }

  @Override
  public Tokens encode(String text, boolean parseSpecial) {
    IntStream.Builder ids = IntStream.builder();
    int from = 0;
    int at = 0;
    while (parseSpecial && at < text.length()) {
      int special = specialAt(text, at);
      if (special < 0) {
        at++;
        continue;
      }
      add(text.substring(from, at), ids);
      ids.add(256 + special);
      at += SPECIAL.get(special).length();
      from = at;
    }
    add(text.substring(from), ids);
    return Tokens.of(ids.build().toArray());
  }

  @Override
  public String decode(Tokens tokens, boolean withSpecial) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    tokens.stream()
        .filter(id -> withSpecial || !isSpecial(id))
        .forEach(id -> all.writeBytes(bytes(id)));
    return all.toString(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] bytes(int id) {
    if (id < 0 || id >= SIZE) {
      throw new IllegalArgumentException(
          "token (%d) must be between 0 and %d.".formatted(id, SIZE - 1));
    }
    return bytes.get(id);
  }

  @Override
  public boolean isSpecial(int id) {
    return id >= 256;
  }

  @Override
  public Set<Integer> eos() {
    return Set.of(IM_END, END_OF_TEXT);
  }

  @Override
  public int bos() {
    return -1;
  }

  private static int specialAt(String text, int at) {
    for (int k = 0; k < SPECIAL.size(); k++) {
      if (text.startsWith(SPECIAL.get(k), at)) {
        return k;
      }
    }
    return -1;
  }

  private static void add(String text, IntStream.Builder ids) {
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      ids.add(b & 0xFF);
    }
  }

  private static byte[] bytesOf(int id) {
    return id < 256
        ? new byte[] {(byte) id}
        : SPECIAL.get(id - 256).getBytes(StandardCharsets.UTF_8);
  }

  private static String render(List<Message> messages, boolean addGenerationPrompt) {
    StringBuilder text = new StringBuilder();
    for (Message message : messages) {
      text.append("<|im_start|>").append(message.role()).append('\n');
      text.append(message.content()).append("<|im_end|>\n");
    }
    return text.append(addGenerationPrompt ? "<|im_start|>assistant\n" : "").toString();
  }
}
