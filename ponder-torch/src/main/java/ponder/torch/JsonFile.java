package ponder.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import ponder.model.EngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A file with a JSON object.
record JsonFile(Path path, JsonNode root) {
  private static final JsonMapper MAPPER = new JsonMapper();

  /// @throws EngineException if it is missing or no JSON object
  static JsonFile read(Path path) {
    try {
      JsonNode root = MAPPER.readTree(Files.readString(path));
      if (!root.isObject()) {
        throw new EngineException("%s holds no JSON object.".formatted(path));
      }
      return new JsonFile(path, root);
    } catch (IOException e) {
      throw new EngineException("There is no readable file %s.".formatted(path), e);
    } catch (JacksonException e) {
      throw new EngineException("%s is not JSON: %s".formatted(path, e.getOriginalMessage()), e);
    }
  }
}
