package ponder.grade;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Finds what stands between an opening and a closing mark.
final class Blocks {
  private Blocks() {}

  /// One block.
  ///
  /// @param outer with its marks
  /// @param inner without them
  record Block(Span outer, Span inner) {}

  /// The closed blocks of any of the given kinds, by where they end. One pass for each kind; where
  /// a block is opened twice before it is closed, the later opening counts.
  static List<Block> closed(String text, List<Markers.Pair> kinds) {
    List<Block> blocks = new ArrayList<>();
    for (Markers.Pair kind : kinds) {
      int open = text.indexOf(kind.open());
      while (open >= 0) {
        int close = text.indexOf(kind.close(), open + kind.open().length());
        if (close < 0) {
          break;
        }
        int from = text.lastIndexOf(kind.open(), close - kind.open().length());
        int end = close + kind.close().length();
        blocks.add(new Block(new Span(from, end), new Span(from + kind.open().length(), close)));
        open = text.indexOf(kind.open(), end);
      }
    }
    blocks.sort(Comparator.comparingInt(block -> block.outer().end()));
    return blocks;
  }

  /// What follows the last opening if it is the text's last line: a stop sequence that ended the
  /// text takes the closing mark away.
  static Optional<Span> cutAtEnd(String text, List<Markers.Pair> kinds) {
    int from = -1;
    for (Markers.Pair kind : kinds) {
      int open = text.lastIndexOf(kind.open());
      from = Math.max(from, open < 0 ? -1 : open + kind.open().length());
    }
    String rest = text.substring(Math.max(0, from)).strip();
    boolean cut =
        from >= 0
            && rest.indexOf('\n') < 0
            && kinds.stream().noneMatch(kind -> rest.contains(kind.close()));
    return cut ? Optional.of(new Span(from, text.length())) : Optional.empty();
  }
}
