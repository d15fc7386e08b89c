package ponder.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import ponder.model.EngineException;

/// The characters of a text file, unpacked and decoded, line by line and within bounded memory.
///
/// A packed file (gzip) is known by its first bytes, whatever its name; so is UTF-16 by its mark,
/// and a mark of UTF-8 is left out. All else is UTF-8, strictly: bytes that are none become U+FFFD,
/// and their line is remembered, so that the row there can be refused and the others be read.
///
/// One thread.
final class Characters extends Reader {
  private static final int BUFFER = 1 << 16;
  private static final int LONGEST_LINE = 1 << 26;

  private final Path file;
  private final InputStream in;
  private final CharsetDecoder decoder;
  private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER);
  private final CharBuffer chars = CharBuffer.allocate(BUFFER);
  private final Deque<Long> broken = new ArrayDeque<>();
  private boolean ended;
  private long decodedLines;
  private long line;

  private Characters(Path file, InputStream in, Charset charset) {
    this.file = file;
    this.in = in;
    this.decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    bytes.flip();
    chars.flip();
  }

  /// Opens a file.
  ///
  /// @throws EngineException if there is none, it cannot be read, or it is in no known encoding
  static Characters open(Path file) {
    try {
      InputStream in = unpacked(file);
      try {
        return new Characters(file, in, charset(in, file));
      } catch (IOException | RuntimeException e) {
        in.close();
        throw e;
      }
    } catch (IOException e) {
      throw unreadable(file, 1, e);
    }
  }

  private static InputStream unpacked(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
    try {
      byte[] magic = peek(in, 2);
      boolean packed = magic.length == 2 && magic[0] == 0x1f && magic[1] == (byte) 0x8b;
      return packed ? new BufferedInputStream(new GZIPInputStream(in, BUFFER), BUFFER) : in;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static byte[] peek(InputStream in, int count) throws IOException {
    in.mark(count);
    byte[] first = in.readNBytes(count);
    in.reset();
    return first;
  }

  /// Reads the mark, if there is one, away.
  private static Charset charset(InputStream in, Path file) throws IOException {
    byte[] first = peek(in, 4);
    int two = first.length < 2 ? -1 : (first[0] & 0xff) << 8 | first[1] & 0xff;
    if (two == 0xfffe && first.length == 4 && first[2] == 0 && first[3] == 0 || two == 0) {
      throw encoding(file, "UTF-32");
    }
    if (two == 0xfffe || two == 0xfeff) {
      in.skipNBytes(2);
      return two == 0xfeff ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
    }
    if (first.length > 1 && (first[0] == 0 || first[1] == 0)) {
      throw encoding(file, "UTF-16 without a mark");
    }
    if (two == 0xefbb && first.length > 2 && first[2] == (byte) 0xbf) {
      in.skipNBytes(3);
    }
    return StandardCharsets.UTF_8;
  }

  private static EngineException encoding(Path file, String what) {
    return new EngineException(
        "%s looks like %s and is no UTF-8 text. Maybe convert it.".formatted(file, what));
  }

  /// The next line without its end, or null after the last.
  @Nullable String line() {
    if (!fill()) {
      return null;
    }
    line++;
    StringBuilder text = new StringBuilder();
    do {
      int start = chars.position();
      int end = start;
      while (end < chars.limit() && chars.get(end) != '\n') {
        end++;
      }
      text.append(chars, 0, end - start);
      if (end < chars.limit()) {
        chars.position(end + 1);
        break;
      }
      chars.position(end);
      if (text.length() > LONGEST_LINE) {
        throw new EngineException(
            "Line %d of %s has more than %d characters. Maybe it is no text with a row on each line."
                .formatted(line, file, LONGEST_LINE));
      }
    } while (fill());
    int last = text.length() - 1;
    return last >= 0 && text.charAt(last) == '\r' ? text.substring(0, last) : text.toString();
  }

  /// The number of the line that [#line] gave, from 1.
  long lineNumber() {
    return line;
  }

  /// Whether there were bytes of no character in the lines from `first` to `last`; must be asked in
  /// the order of the lines.
  boolean malformed(long first, long last) {
    boolean found = false;
    for (Long next = broken.peek(); next != null && next <= last; next = broken.peek()) {
      found |= next >= first;
      broken.remove();
    }
    return found;
  }

  @Override
  public int read() {
    if (!fill()) {
      return -1;
    }
    return chars.get();
  }

  @Override
  public int read(char[] target, int offset, int length) {
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, chars.remaining());
    chars.get(target, offset, count);
    return count;
  }

  /// Whether there is a character; decodes more if need be.
  private boolean fill() {
    while (!chars.hasRemaining()) {
      if (ended && !bytes.hasRemaining()) {
        return false;
      }
      more();
      decode();
    }
    return true;
  }

  private void more() {
    try {
      bytes.compact();
      int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
      ended |= count < 0;
      bytes.position(bytes.position() + Math.max(0, count)).flip();
    } catch (IOException e) {
      throw unreadable(file, decodedLines + 1, e);
    }
  }

  private void decode() {
    chars.clear();
    CoderResult result;
    do {
      int from = chars.position();
      // One place is kept for the sign of what is no character.
      result = decoder.decode(bytes, chars.limit(chars.capacity() - 1), ended);
      chars.limit(chars.capacity());
      for (int i = from; i < chars.position(); i++) {
        decodedLines += chars.get(i) == '\n' ? 1 : 0;
      }
      if (result.isError()) {
        broken.add(decodedLines + 1);
        bytes.position(bytes.position() + result.length());
        chars.put('\uFFFD');
      }
    } while (result.isError() && chars.remaining() > 1);
    chars.flip();
  }

  private static EngineException unreadable(Path file, long line, IOException e) {
    return new EngineException(
        switch (e) {
          case java.nio.file.NoSuchFileException _ -> "There is no file %s.".formatted(file);
          case EOFException _ ->
              "The packed file %s ends in the middle, in line %d. Maybe it was not fetched whole."
                  .formatted(file, line);
          case ZipException _ ->
              "The packed file %s is damaged in line %d: %s.".formatted(file, line, e.getMessage());
          default -> "%s cannot be read: %s.".formatted(file, e.getMessage());
        },
        e);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
