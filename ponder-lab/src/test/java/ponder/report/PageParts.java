package ponder.report;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A page taken apart as a browser would: `script` and `style` end at the next end tag of their
/// own, whatever stands before it.
record PageParts(String html) {
  private static final Pattern RAW =
      Pattern.compile("<(script|style)([^>]*)>(.*?)</\\1>", Pattern.DOTALL);
  private static final JsonMapper MAPPER = new JsonMapper();

  /// The page without what stands in scripts and styles: what is read as markup.
  String markup() {
    return RAW.matcher(html).replaceAll("");
  }

  /// The texts of the elements `tag` whose attributes hold `attribute`.
  List<String> raw(String tag, String attribute) {
    return RAW.matcher(html)
        .results()
        .filter(it -> it.group(1).equals(tag) && it.group(2).contains(attribute))
        .map(it -> it.group(3))
        .toList();
  }

  /// The short rows of all problems.
  List<JsonNode> rows() {
    return raw("script", "class=\"row\"").stream().map(MAPPER::readTree).toList();
  }

  /// What opens under the row of a problem.
  JsonNode detail(int index) {
    return MAPPER.readTree(raw("script", "id=\"p" + index + "\"").getFirst());
  }

  /// The page's policy.
  String policy() {
    Matcher matcher =
        Pattern.compile("http-equiv=\"Content-Security-Policy\" content=\"([^\"]*)\"")
            .matcher(html);
    if (!matcher.find()) {
      throw new AssertionError("the page has no policy");
    }
    return matcher.group(1);
  }
}
