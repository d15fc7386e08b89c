package ponder.data;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// One JSON object a line; empty lines are skipped.
final class JsonLines implements Records {
  /// Reads numbers exactly and refuses a key that stands twice.
  static final ObjectReader READER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  /// The same for values inside a longer text.
  static final ObjectReader INNER = READER.without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Characters characters;

  JsonLines(Characters characters) {
    this.characters = characters;
  }

  @Override
  public @Nullable Found next() {
    String text = characters.line();
    while (text != null && text.isBlank()) {
      text = characters.line();
    }
    if (text == null) {
      return null;
    }
    if (characters.malformed(line(), line())) {
      return new Found.Broken(line(), "it is not UTF-8 text");
    }
    return parse(text, line());
  }

  private long line() {
    return characters.lineNumber();
  }

  static Found parse(String text, long place) {
    try {
      JsonNode node = READER.readTree(text);
      return node instanceof ObjectNode values
          ? new Found.Whole(place, values)
          : new Found.Broken(place, "it is no JSON object");
    } catch (JacksonException e) {
      return new Found.Broken(place, "it is no JSON: " + e.getOriginalMessage());
    }
  }

  @Override
  public void close() throws IOException {
    characters.close();
  }
}
