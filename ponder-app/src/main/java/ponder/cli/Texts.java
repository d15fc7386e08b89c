package ponder.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads what people hand in: a file, standard input, or the argument itself.
final class Texts {
  private Texts() {}

  /// The text that an argument stands for: standard input for `-`, else itself.
  static String argument(String argument, Shell shell) {
    if (!argument.equals("-")) {
      return argument;
    }
    try {
      return decode(shell.in().readAllBytes(), "standard input");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The whole content of a file, as it is.
  static String file(Path path) {
    try {
      return decode(Files.readAllBytes(path), path.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// `text` without one line break at its end, which shells and editors put there.
  static String withoutLastBreak(String text) {
    if (text.endsWith("\r\n")) {
      return text.substring(0, text.length() - 2);
    }
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  private static String decode(byte[] bytes, String name) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "%s (%d bytes) must be UTF-8 text.".formatted(name, bytes.length), e);
    }
  }
}
