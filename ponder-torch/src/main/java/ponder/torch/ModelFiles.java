package ponder.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import ponder.gguf.Gguf;
import ponder.model.ChatTemplate;
import ponder.model.EngineException;
import ponder.model.Tokenizer;
import ponder.template.Jinja;
import ponder.tokenize.Bpe;
import ponder.tokenize.TokenizerFolder;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A model's files, opened: what it is, its weights, its tokenizer and its chat template.
interface ModelFiles extends AutoCloseable {
  TransformerConfig config();

  /// Its weights, to be read before this is closed.
  WeightSource weights();

  Tokenizer tokenizer();

  ChatTemplate template();

  @Override
  void close();

  /// Writes the tokenizer's files into a folder, as Hugging Face's libraries read them.
  ///
  /// @throws EngineException if the tokenizer has no such form
  void writeTokenizer(Path folder) throws IOException;

  /// Opens a GGUF file or a folder in Hugging Face's layout.
  ///
  /// @throws EngineException if it cannot be read or used
  static ModelFiles open(Path path) {
    return Files.isDirectory(path) ? new HubFolder(path) : new OfGguf(Gguf.open(path));
  }

  /// A GGUF file, which has everything in it.
  final class OfGguf implements ModelFiles {
    private static final Map<String, String> NAMES =
        Map.of(
            "bos", "bos_token",
            "eos", "eos_token",
            "unknown", "unk_token",
            "padding", "pad_token");

    private final Gguf file;
    private final TransformerConfig config;
    private final Tokenizer tokenizer;

    OfGguf(Gguf file) {
      this.file = file;
      try {
        this.config = GgufConfig.read(file);
        this.tokenizer = Bpe.from(file);
      } catch (EngineException e) {
        file.close();
        throw e;
      }
    }

    @Override
    public TransformerConfig config() {
      return config;
    }

    @Override
    public WeightSource weights() {
      return new GgufWeights(file, config);
    }

    @Override
    public Tokenizer tokenizer() {
      return tokenizer;
    }

    @Override
    public ChatTemplate template() {
      return ChatTemplate.orRefusal(() -> Jinja.from(file));
    }

    @Override
    public void writeTokenizer(Path folder) throws IOException {
      TokenizerFolder.write(file, folder);
      ObjectNode config = new JsonMapper().createObjectNode();
      config.put("tokenizer_class", "PreTrainedTokenizerFast");
      config.put("clean_up_tokenization_spaces", false);
      config.put("model_max_length", this.config.context());
      for (String role : new String[] {"bos", "eos", "unknown", "padding"}) {
        token(role).ifPresent(text -> config.put(NAMES.get(role), text));
      }
      file.text("tokenizer.chat_template")
          .ifPresent(template -> config.put("chat_template", template));
      ModelFolder.write(folder.resolve("tokenizer_config.json"), config);
    }

    private Optional<String> token(String role) {
      OptionalLong id = file.whole("tokenizer.ggml." + role + "_token_id");
      return id.isPresent() && id.getAsLong() >= 0 && id.getAsLong() < tokenizer.vocabularySize()
          ? file.texts("tokenizer.ggml.tokens").map(texts -> texts.get((int) id.getAsLong()))
          : Optional.empty();
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
