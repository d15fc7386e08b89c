package ponder.grade;

import java.util.List;
import java.util.Optional;
import ponder.grade.Blocks.Block;
import ponder.grade.Extracted.Source;

/// Finds the answer in a generated text.
///
/// The first of these rules that finds something decides:
///
/// 1. the last `<answer>...</answer>` or another tag of the markers; of what it holds, a box or
///    what follows a marker if there is one
/// 2. the last `\boxed{...}` or `\fbox{...}`; several are one list if only commas, "and" and the
///    like stand between them
/// 3. after the last `####`
/// 4. after the last marker such as "The answer is": a formula, or the words to the sentence's end
/// 5. the last line that a program printed
/// 6. the last formula that is not just a variable, if no number follows it outside formulas; of a
///    calculation what it comes to
/// 7. the last number
///
/// Then space, formula marks, asterisks, a leading colon or equals sign and one trailing stop are
/// taken off ([Polish]).
///
/// Thoughts are skipped: only what follows the last closing thought mark counts, if there is
/// something. What a program printed holds no tags, boxes or markers. [Profile#STRICT] has neither
/// rule 6 nor 7, and a last box that is never closed leaves it without an answer; the other
/// profiles read such a box to the end of its line.
///
/// Only the last [#LONGEST_TEXT] characters are looked at, by scanners that walk over them a fixed
/// number of times: no expression that backtracks, so that no text is slow. Never throws on any
/// text. Thread-safe.
public final class Extractor {
  /// How much of a text's end is looked at, in characters.
  public static final int LONGEST_TEXT = 20_000;

  private static final String HASH = "####";
  private static final List<Markers.Pair> CALCULATOR = List.of(new Markers.Pair("<<", ">>"));
  private static final int LONGEST_NOTE = 200;

  private final Markers markers;
  private final Joins joins;
  private final Said said;

  /// An extractor with the shipped markers.
  public Extractor() {
    this(Markers.shipped());
  }

  /// An extractor that knows these markers and no others.
  public Extractor(Markers markers) {
    this(markers, false);
  }

  private Extractor(Markers markers, boolean verbal) {
    this.markers = markers;
    this.joins = new Joins(markers);
    this.said = new Said(markers, joins, verbal);
  }

  /// An extractor with the shipped markers for answers that are words. What follows a marker is
  /// then not cut down to a number, "no" may be an answer, and neither an initial nor an
  /// abbreviation ends it.
  static Extractor verbal() {
    return new Extractor(Markers.shipped(), true);
  }

  /// The answer of a text that ended by itself; empty if it has none.
  public Optional<Extracted> extract(String text, Profile profile) {
    int from = begin(text);
    boolean strict = profile == Profile.STRICT;
    return extract(text.substring(from), strict).map(answer -> answer.shifted(from));
  }

  /// The answer in words of a text that ended by itself: by rules 1 to 4; else the last line with a
  /// letter or digit, without marks of Markdown before it. Empty if there is no such line.
  public Optional<Extracted> words(String text) {
    int from = begin(text);
    String spoken = spoken(text.substring(from), outputs(text.substring(from)));
    return marked(spoken, false, false)
        .or(() -> lastLine(spoken))
        .map(answer -> answer.shifted(from));
  }

  private static Optional<Extracted> lastLine(String text) {
    int end = text.length();
    while (end > 0) {
      int start = text.lastIndexOf('\n', end - 1) + 1;
      int first = start;
      while (first < end && !Character.isLetterOrDigit(text.charAt(first))) {
        first++;
      }
      if (first < end) {
        return polished(text, new Span(bare(text, start, first), end), Source.LAST_LINE);
      }
      end = start - 1;
    }
    return Optional.empty();
  }

  /// Where a line begins behind the marks of a heading, quotation or list.
  private static int bare(String text, int start, int first) {
    int at = start;
    while (at < first && "#>-*+• \t".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return at;
  }

  /// The answer that a text which was cut off marks as such: by a tag, a box, `####` or a marker,
  /// and surely whole, since the last words of such a text are only where it stopped.
  public Optional<Extracted> marked(String text, Profile profile) {
    int from = begin(text);
    String spoken = spoken(text.substring(from), outputs(text.substring(from)));
    return marked(spoken, profile == Profile.STRICT, true).map(answer -> answer.shifted(from));
  }

  /// Where what counts begins: within the text's end, and after the last thought if something is
  /// said after it.
  private int begin(String text) {
    int from = Math.max(0, text.length() - LONGEST_TEXT);
    for (String end : markers.thoughtEnds()) {
      int at = text.lastIndexOf(end);
      int after = at + end.length();
      if (at >= 0 && after > from && !text.substring(after).isBlank()) {
        from = after;
      }
    }
    return from;
  }

  private Optional<Extracted> extract(String text, boolean strict) {
    List<Block> outputs = outputs(text);
    String spoken = spoken(text, outputs);
    Optional<Extracted> marked = marked(spoken, strict, false);
    if (marked.isPresent() || (strict && new Boxes(spoken).endOpen())) {
      return marked;
    }
    Optional<Extracted> printed = printed(text, outputs);
    return printed.isPresent() || strict ? printed : last(spoken);
  }

  /// What a program printed is not what the model says: line breaks stand in its place. Nor are the
  /// calculator's notes of GSM8K, as in `2 + 3 = <<2+3=5>>5`: spaces stand in theirs.
  private static String spoken(String text, List<Block> outputs) {
    List<Block> notes = Blocks.closed(text, CALCULATOR);
    if (outputs.isEmpty() && notes.isEmpty()) {
      return text;
    }
    var spoken = new StringBuilder(text);
    notes.stream()
        .filter(note -> isNote(note.inner().in(text)))
        .forEach(note -> fill(spoken, note, ' '));
    outputs.forEach(output -> fill(spoken, output, '\n'));
    return spoken.toString();
  }

  private static boolean isNote(String inner) {
    return inner.length() <= LONGEST_NOTE && inner.indexOf('=') >= 0 && inner.indexOf('\n') < 0;
  }

  private static void fill(StringBuilder text, Block block, char with) {
    for (int i = block.outer().start(); i < block.outer().end(); i++) {
      text.setCharAt(i, with);
    }
  }

  private List<Block> outputs(String text) {
    return Blocks.closed(text, markers.outputs());
  }

  /// Rules 1 to 4.
  private Optional<Extracted> marked(String text, boolean strict, boolean whole) {
    Optional<Extracted> tagged = tagged(text, strict, whole);
    if (tagged.isPresent()) {
      return tagged;
    }
    var boxes = new Boxes(text);
    if (strict && boxes.endOpen()) {
      return Optional.empty();
    }
    return boxes.last(joins, whole).or(() -> hashed(text, whole)).or(() -> said.last(text, whole));
  }

  /// Rule 1. The last tag that holds something; one that a stop sequence left open counts if it
  /// must not be whole and the profile is not strict.
  private Optional<Extracted> tagged(String text, boolean strict, boolean whole) {
    if (!strict && !whole) {
      Optional<Extracted> open = Blocks.cutAtEnd(text, markers.tags()).flatMap(s -> tag(text, s));
      if (open.isPresent()) {
        return open;
      }
    }
    return Blocks.closed(text, markers.tags()).reversed().stream()
        .flatMap(block -> tag(text, block.inner()).stream())
        .findFirst();
  }

  private Optional<Extracted> tag(String text, Span span) {
    String inner = span.in(text);
    return new Boxes(inner)
        .last(joins, true)
        .or(() -> said.last(inner, false))
        .or(() -> polished(inner, new Span(0, inner.length()), Source.TAG))
        .map(e -> new Extracted(e.raw(), Source.TAG, e.start(), e.end()).shifted(span.start()));
  }

  private static Optional<Extracted> polished(String text, Span span, Source source) {
    Span polished = Polish.polish(text, span);
    return polished.isEmpty()
        ? Optional.empty()
        : Optional.of(new Extracted(polished.in(text), source, polished.start(), polished.end()));
  }

  /// Rule 3. Markdown has headings of this form too: the line counts if the text ends with it or if
  /// it is a number, and if no marker stands in it.
  private Optional<Extracted> hashed(String text, boolean whole) {
    for (int at = text.lastIndexOf(HASH); at >= 0; at = text.lastIndexOf(HASH, at - 1)) {
      int from = at + HASH.length();
      if (text.startsWith("#", at - 1) || text.startsWith("#", from)) {
        continue; // five or more
      }
      int line = text.indexOf('\n', from);
      int end = line < 0 ? text.length() : line;
      boolean last = text.substring(end).isBlank();
      Optional<Extracted> answer = polished(text, new Span(from, end), Source.GSM_HASH);
      boolean counts = answer.isPresent() && (last || isAmount(answer.get().raw()));
      if (counts && said.last(text.substring(from, end), false).isEmpty()) {
        return whole && line < 0 ? Optional.empty() : answer;
      }
    }
    return Optional.empty();
  }

  /// Whether a line is one number with at most a currency before and a unit after it.
  private static boolean isAmount(String line) {
    return PlainNumbers.last(line)
        .filter(number -> number.start() <= 2 && line.indexOf(' ', number.end()) < 0)
        .isPresent();
  }

  /// Rule 5.
  private Optional<Extracted> printed(String text, List<Block> outputs) {
    for (Block output : outputs.reversed()) {
      int end = output.inner().end();
      while (end > output.inner().start()) {
        int start = Math.max(text.lastIndexOf('\n', end - 1) + 1, output.inner().start());
        String line = text.substring(start, end);
        Optional<Extracted> answer =
            new Boxes(line)
                .last(joins, true)
                .or(() -> polished(line, new Span(0, line.length()), Source.CODE_OUTPUT));
        if (answer.isPresent()) {
          Extracted e = answer.get();
          return Optional.of(
              new Extracted(e.raw(), Source.CODE_OUTPUT, e.start() + start, e.end() + start));
        }
        end = start - 1;
      }
    }
    return Optional.empty();
  }

  /// Rules 6 and 7, the later in the text of the last formula and the last number outside formulas.
  private static Optional<Extracted> last(String text) {
    Optional<Extracted> formula =
        Formula.in(text, 0, text.length()).reversed().stream()
            .filter(f -> !Outcome.isName(f.inner().in(text).strip()))
            .flatMap(f -> polished(text, Outcome.of(text, f.inner()), Source.LAST_MATH).stream())
            .findFirst();
    Optional<Extracted> number =
        PlainNumbers.last(text).flatMap(n -> polished(text, n, Source.LAST_NUMBER));
    boolean numberLater =
        number.isPresent() && formula.filter(f -> f.end() > number.get().start()).isEmpty();
    return numberLater ? number : formula;
  }
}
