package ponder.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ponder.model.ChatTemplate;
import ponder.model.EngineException;
import ponder.model.Tokenizer;
import ponder.template.Jinja;
import ponder.tokenize.Bpe;
import tools.jackson.databind.JsonNode;

/// A model's folder in Hugging Face's layout: `config.json`, safetensors, `tokenizer.json`, and the
/// chat template in a file of its own or in `tokenizer_config.json`.
final class HubFolder implements ModelFiles {
  private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
  private static final String TEMPLATE = "chat_template.jinja";

  /// Everything that belongs to the tokenizer.
  private static final List<String> TOKENIZER_FILES =
      List.of(
          "tokenizer.json",
          TOKENIZER_CONFIG,
          TEMPLATE,
          "special_tokens_map.json",
          "added_tokens.json",
          "vocab.json",
          "merges.txt");

  private final Path folder;
  private final TransformerConfig config;
  private final Tokenizer tokenizer;

  /// @throws EngineException if a file is missing, broken or not supported
  HubFolder(Path folder) {
    this.folder = folder;
    this.config = ConfigJson.read(folder.resolve("config.json"));
    this.tokenizer = Bpe.from(folder);
  }

  @Override
  public TransformerConfig config() {
    return config;
  }

  @Override
  public WeightSource weights() {
    return new SafetensorsWeights(folder, config);
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public ChatTemplate template() {
    return ChatTemplate.orRefusal(
        () -> Jinja.of(source(), specialTokens(), Clock.systemDefaultZone()));
  }

  private String source() {
    Path file = folder.resolve(TEMPLATE);
    try {
      if (Files.exists(file)) {
        return Files.readString(file);
      }
    } catch (IOException e) {
      throw new EngineException("'%s' cannot be read: %s".formatted(file, e.getMessage()), e);
    }
    JsonNode template = tokenizerConfig().map(root -> root.path("chat_template")).orElse(null);
    if (template != null && template.isString()) {
      return template.stringValue();
    }
    if (template != null) {
      for (JsonNode named : template) {
        if (named.path("name").asString("").equals("default")) {
          return named.path("template").asString("");
        }
      }
    }
    throw new EngineException(
        "The folder %s has no chat template. Maybe it is a base model: give it plain text."
            .formatted(folder));
  }

  private Map<String, String> specialTokens() {
    Map<String, String> tokens = new HashMap<>();
    tokenizerConfig()
        .ifPresent(
            root -> {
              for (String name : List.of("bos_token", "eos_token", "unk_token", "pad_token")) {
                JsonNode token = root.path(name);
                String text =
                    token.isObject() ? token.path("content").asString("") : token.asString("");
                if (!text.isEmpty()) {
                  tokens.put(name, text);
                }
              }
            });
    return tokens;
  }

  private Optional<JsonNode> tokenizerConfig() {
    Path file = folder.resolve(TOKENIZER_CONFIG);
    return Files.exists(file) ? Optional.of(JsonFile.read(file).root()) : Optional.empty();
  }

  @Override
  public void writeTokenizer(Path target) throws IOException {
    for (String name : TOKENIZER_FILES) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        Files.copy(file, target.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  @Override
  public void close() {}
}
