package ponder.tokenize;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import ponder.tokenize.Vocabulary.Kind;

/// Finds tokens that are written out in a text, before anything else is done with it.
///
/// As in llama.cpp v0.5.0, the token with the longest name (in bytes) takes all its places first,
/// then the next one looks at what is left. User-defined tokens are always found, control and
/// unknown ones when asked for. A few models strip the white space beside such tokens.
final class SpecialTokens {
  /// A stretch of the text, or the token written there.
  ///
  /// @param id the token, or -1 for text
  record Piece(int id, String text) {}

  private record Special(
      int id, String text, boolean always, boolean stripsLeft, boolean stripsRight) {}

  private final List<Special> specials;

  SpecialTokens(Definition definition, Vocabulary vocabulary) {
    specials =
        IntStream.range(0, vocabulary.size())
            .filter(id -> vocabulary.isSpecial(id) || vocabulary.kind(id) == Kind.USER_DEFINED)
            .mapToObj(id -> special(definition, vocabulary, id))
            .sorted(Comparator.comparingInt(s -> -s.text().getBytes(StandardCharsets.UTF_8).length))
            .toList();
  }

  private static Special special(Definition definition, Vocabulary vocabulary, int id) {
    String text = vocabulary.text(id);
    String pre = definition.pre();
    String model = definition.modelName().toLowerCase(Locale.ROOT);
    boolean mask =
        pre.matches(".*jina-v2-(de|es|code).*")
            ? text.equals("<mask>")
            : model.contains("modern-bert") && text.equals("[MASK]");
    boolean phi3 =
        (model.contains("phi-3") || model.contains("phi3"))
            && !List.of("<unk>", "<s>", "<|endoftext|>").contains(text);
    return new Special(id, text, vocabulary.kind(id) == Kind.USER_DEFINED, mask, phi3);
  }

  /// Cuts `text` into stretches of text, none empty, and tokens.
  List<Piece> split(String text, boolean all) {
    List<Piece> pieces = text.isEmpty() ? List.of() : List.of(new Piece(-1, text));
    for (Special special : specials) {
      if ((all || special.always()) && text.contains(special.text())) {
        pieces = split(pieces, special);
      }
    }
    return pieces;
  }

  private static List<Piece> split(List<Piece> pieces, Special special) {
    List<Piece> cut = new ArrayList<>();
    for (Piece piece : pieces) {
      if (piece.id() >= 0) {
        cut.add(piece);
      } else {
        split(piece.text(), special, cut);
      }
    }
    return cut;
  }

  private static void split(String text, Special special, List<Piece> into) {
    int start = 0;
    for (int at = text.indexOf(special.text()); at >= 0; at = text.indexOf(special.text(), start)) {
      int end = at;
      while (special.stripsLeft() && end > start && isSpace(text.charAt(end - 1))) {
        end--;
      }
      addText(text.substring(start, end), into);
      into.add(new Piece(special.id(), special.text()));
      start = at + special.text().length();
      while (special.stripsRight() && start < text.length() && isSpace(text.charAt(start))) {
        start++;
      }
    }
    addText(text.substring(start), into);
  }

  private static void addText(String text, List<Piece> into) {
    if (!text.isEmpty()) {
      into.add(new Piece(-1, text));
    }
  }

  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
