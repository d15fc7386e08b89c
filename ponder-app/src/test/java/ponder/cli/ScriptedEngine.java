package ponder.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import ponder.model.Engine;
import ponder.model.EngineException;
import ponder.model.EngineOptions;
import ponder.model.LanguageModel;
import ponder.testkit.ScriptedModel;

/// An engine whose model files are scripts: after the first line, which is `GGUF`, one reply a
/// line, given to the samples in turn. Every token scores -0.5; the setting `scores=no` makes a
/// model that cannot score.
public final class ScriptedEngine implements Engine {
  @Override
  public String name() {
    return "scripted";
  }

  @Override
  public List<String> settings() {
    return List.of("cells", "scores");
  }

  /// Writes a model file.
  static Path write(Path file, String... replies) {
    try {
      return Files.writeString(file, "GGUF\n" + String.join("\n", replies));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public LanguageModel open(EngineOptions options) {
    try {
      List<String> lines = Files.readAllLines(options.model());
      List<String> replies = lines.subList(1, lines.size());
      if (replies.isEmpty()) {
        throw new EngineException("The model " + options.name() + " is broken.");
      }
      return new ScriptedModel(
          (prompt, sample) -> replies.get(sample % replies.size()),
          options.settings().containsKey("scores") ? null : (context, token) -> -0.5,
          Integer.parseInt(options.settings().getOrDefault("cells", "4096")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
