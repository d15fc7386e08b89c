package ponder.store;

/// Makes JSON text fit for a file in UTF-8.
///
/// A remote server may send half a surrogate pair (`"\ud800"`), which Java's strings hold and UTF-8
/// does not: an encoder refuses it, or puts a question mark in its place.
public final class JsonLine {
  private JsonLine() {}

  /// `json` with each half of a surrogate pair written as JSON's escape, so that reading gives it
  /// back. In JSON text it can stand only within a string.
  public static String encodable(String json) {
    StringBuilder escaped = null;
    for (int i = 0; i < json.length(); i++) {
      char character = json.charAt(i);
      boolean half = Character.isSurrogate(character);
      if (half && Character.isHighSurrogate(character) && isLow(json, i + 1)) {
        if (escaped != null) {
          escaped.append(character).append(json.charAt(i + 1));
        }
        i++;
      } else if (half) {
        if (escaped == null) {
          escaped = new StringBuilder(json.length() + 16).append(json, 0, i);
        }
        escaped.append("\\u").append(Integer.toHexString(character));
      } else if (escaped != null) {
        escaped.append(character);
      }
    }
    return escaped == null ? json : escaped.toString();
  }

  private static boolean isLow(String json, int index) {
    return index < json.length() && Character.isLowSurrogate(json.charAt(index));
  }
}
