package ponder.report;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;

/// Lets JSON through in a form that may stand in a `script` element of an HTML file, whatever a
/// model has written into it.
///
/// In JSON such characters occur inside strings alone, where an escape of the form `\\u003c` means
/// the same: so the text is still JSON and still holds the same data. Escaped are `<`, `>` and `&`,
/// which no end tag, comment or entity can be made without; line separators and other controls;
/// non-characters; and surrogates without their other half, which no file in UTF-8 could keep.
final class ScriptWriter extends FilterWriter {
  private static final String HEX = "0123456789abcdef";

  /// The first half of a pair whose other half has not come yet; 0 for none.
  private char high;

  ScriptWriter(Writer out) {
    super(out);
  }

  @Override
  public void write(int value) throws IOException {
    char character = (char) value;
    if (high != 0) {
      char first = high;
      high = 0;
      if (Character.isLowSurrogate(character)) {
        pair(first, character);
        return;
      }
      escape(first);
    }
    if (Character.isHighSurrogate(character)) {
      high = character;
    } else if (unsafe(character)) {
      escape(character);
    } else {
      out.write(character);
    }
  }

  private void pair(char first, char second) throws IOException {
    if ((Character.toCodePoint(first, second) & 0xFFFE) == 0xFFFE) {
      escape(first);
      escape(second);
    } else {
      out.write(first);
      out.write(second);
    }
  }

  private static boolean unsafe(char character) {
    return character == '<'
        || character == '>'
        || character == '&'
        || character >= 0x7F && character <= 0x9F
        || character == '\u2028'
        || character == '\u2029'
        || character == '\uFEFF'
        || character >= '\uFDD0' && character <= '\uFDEF'
        || character >= '\uFFFE'
        || Character.isLowSurrogate(character);
  }

  private void escape(char character) throws IOException {
    out.write("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.write(HEX.charAt(character >> shift & 15));
    }
  }

  @Override
  public void write(char[] buffer, int offset, int length) throws IOException {
    for (int i = offset; i < offset + length; i++) {
      write(buffer[i]);
    }
  }

  @Override
  public void write(String text, int offset, int length) throws IOException {
    for (int i = offset; i < offset + length; i++) {
      write(text.charAt(i));
    }
  }

  /// Writes out a half pair at the end; the writer below stays open.
  void finish() throws IOException {
    if (high != 0) {
      escape(high);
      high = 0;
    }
  }
}
