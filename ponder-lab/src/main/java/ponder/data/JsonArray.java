package ponder.data;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import ponder.model.EngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The objects of one JSON list, read one by one. Behind a mistake in the JSON nothing can be found
/// again, so such a mistake ends the file.
final class JsonArray implements Records {
  private final Path file;
  private final Characters characters;
  private final JsonParser parser;

  JsonArray(Path file, Characters characters) {
    this.file = file;
    this.characters = characters;
    this.parser = JsonLines.READER.createParser(characters);
    token(); // [
  }

  @Override
  public @Nullable Found next() {
    if (token() == JsonToken.END_ARRAY) {
      if (token() != null) {
        throw new EngineException(at("something follows the list"));
      }
      return null;
    }
    long place = parser.currentTokenLocation().getLineNr();
    JsonNode value = value();
    if (characters.malformed(place, parser.currentLocation().getLineNr())) {
      return new Found.Broken(place, "it is not UTF-8 text");
    }
    return value instanceof ObjectNode values
        ? new Found.Whole(place, values)
        : new Found.Broken(place, "it is no JSON object");
  }

  private @Nullable JsonToken token() {
    try {
      return parser.nextToken();
    } catch (JacksonException e) {
      throw broken(e);
    }
  }

  private JsonNode value() {
    try {
      return JsonLines.INNER.readTree(parser);
    } catch (JacksonException e) {
      throw broken(e);
    }
  }

  private EngineException broken(JacksonException e) {
    return new EngineException(at(e.getOriginalMessage()), e);
  }

  private String at(String why) {
    return "%s is no JSON in line %d: %s"
        .formatted(file, parser.currentLocation().getLineNr(), why);
  }

  @Override
  public void close() throws IOException {
    characters.close();
  }
}
