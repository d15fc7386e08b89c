package ponder.tokenize;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// The tokens of a file: their texts as the file writes them and their kinds.
///
/// Kinds follow llama.cpp v0.5.0, which corrects files that do not mark their end-of-turn or
/// fill-in-the-middle tokens as control tokens.
final class Vocabulary {
  /// What a token is for.
  enum Kind {
    UNDEFINED,
    NORMAL,
    UNKNOWN,
    CONTROL,
    USER_DEFINED,
    UNUSED,
    BYTE;

    private static final Kind[] BY_ID = values();

    static Kind byId(long id) {
      return id >= 0 && id < BY_ID.length ? BY_ID[(int) id] : UNDEFINED;
    }
  }

  private final String[] texts;
  private final Kind[] kinds;
  private final Map<String, Integer> ids;

  Vocabulary(Definition definition) {
    texts = definition.tokens();
    kinds = definition.kinds().clone();
    ids = HashMap.newHashMap(texts.length);
    for (int id = 0; id < texts.length; id++) {
      if (ids.put(texts[id], id) != null) {
        throw definition.bad(
            "token '%s' (%d) is in the vocabulary twice.".formatted(texts[id], id));
      }
    }
  }

  int size() {
    return texts.length;
  }

  String text(int id) {
    return texts[id];
  }

  Kind kind(int id) {
    return kinds[id];
  }

  void setKind(int id, Kind kind) {
    kinds[id] = kind;
  }

  /// The id of the token with exactly this text, or -1.
  int id(String text) {
    return ids.getOrDefault(text, -1);
  }

  /// Whether the token is left away from generated text.
  boolean isSpecial(int id) {
    return kinds[id] == Kind.CONTROL || kinds[id] == Kind.UNKNOWN;
  }

  /// The bytes that a token adds to the text, its name's for a special one.
  byte[] bytes(int id) {
    return switch (kinds[id]) {
      case CONTROL, UNKNOWN, USER_DEFINED -> texts[id].getBytes(StandardCharsets.UTF_8);
      case NORMAL -> decoded(texts[id]);
      case BYTE -> new byte[] {(byte) Integer.parseInt(texts[id].substring(3, 5), 16)};
      case UNUSED, UNDEFINED -> new byte[0];
    };
  }

  private static byte[] decoded(String text) {
    byte[] bytes = new byte[text.length()];
    for (int i = 0; i < bytes.length; i++) {
      int b = ByteAlphabet.toByte(text.charAt(i));
      if (b < 0) {
        // Not written in the alphabet of bytes, so it can only mean itself.
        return text.getBytes(StandardCharsets.UTF_8);
      }
      bytes[i] = (byte) b;
    }
    return bytes;
  }
}
