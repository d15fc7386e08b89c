package ponder.http;

import java.net.ProxySelector;
import java.util.List;
import java.util.Map;
import ponder.model.Engine;
import ponder.model.EngineOptions;
import ponder.model.LanguageModel;

/// The engine `http`: models behind a server that speaks OpenAI's API, such as vLLM, SGLang,
/// llama.cpp's server, Ollama or a vendor's.
///
/// [EngineOptions#name] is the model's name there; empty takes the only one that the server has.
/// The settings are `endpoint` (the address), `server` (its kind, found out by itself),
/// `concurrency` (calls at a time, 16), `connect-timeout`, `read-timeout` and `retry-seconds`
/// (seconds: 10, 300, 120), `tries` (6), `stream` (on), `logprobs` (on where they do no harm) and
/// `together` (several samples a call, where each is then drawn apart).
public final class HttpEngine implements Engine {
  private final Map<String, String> environment;
  private final Patience.Clock clock;

  /// For [java.util.ServiceLoader].
  public HttpEngine() {
    this(System.getenv(), Patience.Clock.SYSTEM);
  }

  /// @param environment where the key is
  HttpEngine(Map<String, String> environment, Patience.Clock clock) {
    this.environment = environment;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "http";
  }

  @Override
  public boolean remote() {
    return true;
  }

  @Override
  public List<String> settings() {
    return HttpSettings.NAMES;
  }

  /// Asks the server what it is and what it has; generates nothing.
  ///
  /// @throws IllegalArgumentException for a wrong setting, a missing endpoint, or a model that has
  ///   to be named and is not
  @Override
  public LanguageModel open(EngineOptions options) {
    refuseLocal(options);
    HttpSettings settings = HttpSettings.of(options.settings());
    Endpoint endpoint = Endpoint.of(settings.endpoint(), environment);
    return HttpModel.open(endpoint, options, settings, ProxySelector.getDefault(), clock);
  }

  private static void refuseLocal(EngineOptions options) {
    String wrong =
        options.deterministic()
            ? "deterministic (true)"
            : options.threads() > 0
                ? "threads (" + options.threads() + ")"
                : options.library() != null ? "library (" + options.library() + ")" : "";
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(
          "%s is for models that run here; a server decides it by itself.".formatted(wrong));
    }
  }
}
