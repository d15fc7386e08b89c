package ponder.llama;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import ponder.catalog.Natives;
import ponder.core.Nearest;
import ponder.engine.EngineSettings;
import ponder.engine.Hardware;
import ponder.engine.LocalModel;
import ponder.gguf.Gguf;
import ponder.gguf.ModelSize;
import ponder.model.ChatTemplate;
import ponder.model.Engine;
import ponder.model.EngineException;
import ponder.model.EngineOptions;
import ponder.model.ModelInfo;
import ponder.model.ModelInfo.Determinism;
import ponder.store.Home;
import ponder.template.Jinja;
import ponder.tokenize.Bpe;

/// The engine `llama`: GGUF models on llama.cpp, the default on a CPU.
///
/// Opening a model goes from the harmless to the costly: the file is checked, its tokenizer and
/// template read, the natives loaded and checked, the memory counted, and only then the weights
/// loaded. Texts become tokens in Java; llama.cpp computes logits and keeps the cache.
///
/// Settings: the ones of [LlamaSettings] (`cells`, `cache-type`, `flash`, `ubatch`, `mmap`,
/// `max-seqs`, `seq-ids`, `threads-batch`, `gpu-layers`) and the scheduler's
/// ([EngineSettings#names]).
public final class LlamaEngine implements Engine {
  /// For [java.util.ServiceLoader].
  public LlamaEngine() {}

  @Override
  public String name() {
    return "llama";
  }

  @Override
  public List<String> settings() {
    return Stream.concat(LlamaSettings.NAMES.stream(), schedulerNames().stream()).toList();
  }

  @Override
  public LocalModel open(EngineOptions options) {
    LlamaSettings settings = LlamaSettings.of(own(options.settings()));
    EngineSettings scheduling = scheduling(options, settings);
    try (Gguf file = Gguf.open(options.model())) {
      Bpe tokenizer = Bpe.from(file);
      ChatTemplate template = ChatTemplate.orRefusal(() -> Jinja.from(file));
      Libraries libraries = Libraries.load(natives(options));
      ModelSize size = ModelSize.of(file);
      LlamaBackend backend =
          ModelFile.load(libraries, file, options, settings, Hardware.availableMemory());
      try {
        ModelInfo info = info(options, backend, size);
        return new LocalModel(info, backend, tokenizer, template, scheduling);
      } catch (RuntimeException e) {
        backend.close();
        throw e;
      }
    }
  }

  private static Path natives(EngineOptions options) {
    Map<String, String> environment = System.getenv();
    return new Natives(Home.of(environment), environment).find(options.library()).folder();
  }

  private static ModelInfo info(EngineOptions options, LlamaBackend backend, ModelSize size) {
    return new ModelInfo(
        options.name(),
        "llama",
        backend.describe(),
        options.weightsHash(),
        backend.shape().contextLength(),
        backend.shape().vocabularySize(),
        size.parameters(),
        options.deterministic() ? Determinism.INVARIANT : Determinism.REPEAT,
        size.compute());
  }

  /// The settings that are not the scheduler's.
  private static Map<String, String> own(Map<String, String> settings) {
    Map<String, String> own = new TreeMap<>(settings);
    own.keySet().removeAll(schedulerNames());
    for (String name : own.keySet()) {
      if (!LlamaSettings.NAMES.contains(name)) {
        throw new EngineException(
            "The llama engine has no setting '%s'.%s"
                .formatted(name, Nearest.maybe(name, new LlamaEngine().settings())));
      }
    }
    return own;
  }

  /// What of the scheduler's settings can be set by name; determinism is an option of its own.
  private static List<String> schedulerNames() {
    return EngineSettings.names().stream().filter(name -> !name.equals("deterministic")).toList();
  }

  private static EngineSettings scheduling(EngineOptions options, LlamaSettings settings) {
    Map<String, String> named = new TreeMap<>(options.settings());
    named.keySet().retainAll(schedulerNames());
    try {
      return EngineSettings.DEFAULT
          .with("maxSequences", settings.maxSequences())
          .with("stepTokens", settings.ubatch())
          .with("deterministic", options.deterministic())
          .with(named);
    } catch (IllegalArgumentException e) {
      throw new EngineException(String.valueOf(e.getMessage()), e);
    }
  }
}
