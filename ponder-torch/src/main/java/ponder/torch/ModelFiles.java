package ponder.torch;

import java.nio.file.Path;
import ponder.gguf.Gguf;
import ponder.model.ChatTemplate;
import ponder.model.EngineException;
import ponder.model.Tokenizer;
import ponder.template.Jinja;
import ponder.tokenize.Bpe;

/// A model's files, opened: what it is, its weights, its tokenizer and its chat template.
interface ModelFiles extends AutoCloseable {
  TransformerConfig config();

  /// Its weights, to be read before this is closed.
  WeightSource weights();

  Tokenizer tokenizer();

  ChatTemplate template();

  @Override
  void close();

  /// Opens a GGUF file.
  ///
  /// @throws EngineException if it cannot be read or used
  static ModelFiles open(Path path) {
    return new OfGguf(Gguf.open(path));
  }

  /// A GGUF file, which has everything in it.
  final class OfGguf implements ModelFiles {
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

    /// A model without a usable template still continues plain text.
    @Override
    public ChatTemplate template() {
      try {
        return Jinja.from(file);
      } catch (EngineException e) {
        return (messages, addGenerationPrompt) -> {
          throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
        };
      }
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
