package ponder.report;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import ponder.plot.ChartStyle;
import ponder.store.Durable;

/// A page in one file that asks for nothing outside itself.
///
/// Style and script stand in the page, and its policy allows these two texts alone, by their
/// hashes: whatever else should get into the page as markup is neither run nor loaded. Model output
/// is data in `script` elements of type `application/json` ([ScriptWriter]) or escaped text
/// ([Markup]), so that it should not become markup to begin with.
final class Page {
  private static final String[] SLOTS = {"{{policy}}", "{{title}}", "{{style}}", "{{script}}"};

  private final String title;
  private final String style;
  private final String script;

  /// @param styles names of style sheets beside this class
  /// @param scripts names of scripts beside this class
  Page(String title, List<String> styles, List<String> scripts) {
    this.title = title;
    this.style = ChartStyle.css() + String.join("\n", styles.stream().map(Page::resource).toList());
    this.script = String.join("\n", scripts.stream().map(Page::resource).toList());
  }

  /// Writes what a page holds.
  @FunctionalInterface
  interface Body {
    void write(Writer out) throws IOException;
  }

  /// Writes the page; a reader sees the old file or the new one whole. What the body writes is not
  /// kept in memory.
  ///
  /// @throws UncheckedIOException if it cannot be written
  void write(Path file, Body body) {
    String frame = resource("page.html");
    int at = frame.indexOf("{{body}}");
    Path growing = file.resolveSibling("." + file.getFileName() + ".new");
    try {
      try (BufferedWriter out = Files.newBufferedWriter(growing)) {
        out.write(filled(frame.substring(0, at)));
        body.write(out);
        out.write(filled(frame.substring(at + "{{body}}".length())));
      }
      Durable.move(growing, file);
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be written.".formatted(file), e);
    } finally {
      growing.toFile().delete();
    }
  }

  private String filled(String frame) {
    String[] fillings = {policy(), Markup.escape(title), style, script};
    String filled = frame;
    for (int i = 0; i < SLOTS.length; i++) {
      filled = filled.replace(SLOTS[i], fillings[i]);
    }
    return filled;
  }

  private String policy() {
    return "default-src 'none'; img-src data:; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
        .formatted(hash(style), hash(script));
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource " + name + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("resource " + name + " cannot be read", e);
    }
  }
}
