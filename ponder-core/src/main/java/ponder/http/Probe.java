package ponder.http;

import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// Finds out what a server is by what it tells of itself; nothing is generated.
///
/// `/v1/models` comes first, since every server has it and its `owned_by` names the common ones.
/// What it leaves open is asked by the one address that each kind alone has: `/props` (llama.cpp),
/// `/version` (vLLM), `/get_server_info` (SGLang), `/api/version` (Ollama), `/openapi.json`
/// (llama-cpp-python). A server that answers none of them gets OpenAI's published API.
final class Probe {
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private final Transport transport;
  private final Endpoint endpoint;

  private Probe(Transport transport) {
    this.transport = transport;
    this.endpoint = transport.endpoint();
  }

  /// @param model the wanted model; empty for the only one that the server has
  /// @param dialect what the user says it is; null to find out
  /// @param context what the user says of the context; 0 to find out
  static Server ask(Transport transport, String model, @Nullable Dialect dialect, int context) {
    try {
      return new Probe(transport).ask(model, dialect, context);
    } catch (Failure e) {
      throw e.thrown();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.unreachable(transport.endpoint(), "interrupted", e).thrown();
    }
  }

  private Server ask(String wanted, @Nullable Dialect said, int context)
      throws Failure, InterruptedException {
    JsonNode listed = models();
    List<String> names = new ArrayList<>();
    listed.forEach(entry -> names.add(entry.path("id").asString("")));
    String model = choose(wanted, names);
    JsonNode entry = entry(listed, model);
    JsonNode props =
        said == null || said == Dialect.LLAMA_CPP ? found("/props") : MissingNode.getInstance();
    Dialect dialect = said == null ? dialect(entry, props) : said;
    return new Server(
        dialect,
        version(dialect, props),
        model,
        context > 0 ? context : contextLength(entry, props),
        entry.at("/meta/n_vocab").asInt(0),
        entry.at("/meta/n_params").asLong(0),
        props.path("bos_token").asString(""),
        props.path("eos_token").asString(""),
        names);
  }

  /// The listed models; none if the server has no list.
  private JsonNode models() throws Failure, InterruptedException {
    try {
      return transport.get(endpoint.api("/models"), LONGEST).path("data");
    } catch (Failure e) {
      if (e.status() == 404 || e.status() == 405 || e.status() == 501) {
        return MissingNode.getInstance();
      }
      throw e;
    }
  }

  private String choose(String wanted, List<String> names) {
    if (!wanted.isEmpty()) {
      return wanted;
    }
    if (names.size() == 1) {
      return names.getFirst();
    }
    throw new IllegalArgumentException(
        names.isEmpty()
            ? "%s lists no models. Maybe name one by --model.".formatted(endpoint)
            : "%s has %d models. Maybe add --model with one of %s%s"
                .formatted(
                    endpoint,
                    names.size(),
                    names.subList(0, Math.min(10, names.size())),
                    names.size() > 10 ? " or another." : "."));
  }

  private static JsonNode entry(JsonNode listed, String model) {
    for (JsonNode entry : listed) {
      if (entry.path("id").asString("").equals(model)) {
        return entry;
      }
    }
    return listed.isEmpty() ? MissingNode.getInstance() : listed.get(0);
  }

  private Dialect dialect(JsonNode entry, JsonNode props) throws InterruptedException {
    Optional<Dialect> known =
        switch (entry.path("owned_by").asString("")) {
          case "vllm" -> Optional.of(Dialect.VLLM);
          case "sglang" -> Optional.of(Dialect.SGLANG);
          case "llamacpp" -> Optional.of(Dialect.LLAMA_CPP);
          default -> Optional.empty();
        };
    if (known.isPresent()) {
      return known.get();
    }
    if (props.has("default_generation_settings")) {
      return Dialect.LLAMA_CPP;
    }
    if (!found("/api/version").path("version").isMissingNode()) {
      return Dialect.OLLAMA;
    }
    if (found("/openapi.json").at("/info/title").asString("").endsWith("llama.cpp Python API")) {
      return Dialect.LLAMA_CPP_PYTHON;
    }
    if (found("/get_server_info").has("model_path")) {
      return Dialect.SGLANG;
    }
    // Its own name for models may be changed, so the version alone must do; others have it, too,
    // but not with the field that only vLLM's list of models has.
    return entry.has("max_model_len") && found("/version").has("version")
        ? Dialect.VLLM
        : Dialect.OPENAI;
  }

  private String version(Dialect dialect, JsonNode props) throws InterruptedException {
    return switch (dialect) {
      case VLLM -> found("/version").path("version").asString("");
      case LLAMA_CPP -> props.path("build_info").asString("");
      case LLAMA_CPP_PYTHON -> found("/openapi.json").at("/info/version").asString("");
      case OLLAMA -> found("/api/version").path("version").asString("");
      case SGLANG -> found("/get_server_info").path("version").asString("");
      case OPENAI -> "";
    };
  }

  private static int contextLength(JsonNode entry, JsonNode props) {
    for (JsonNode found :
        List.of(
            entry.path("max_model_len"),
            props.at("/default_generation_settings/n_ctx"),
            props.path("n_ctx"))) {
      if (found.asInt(0) > 0) {
        return found.asInt(0);
      }
    }
    return Integer.MAX_VALUE;
  }

  /// The object at an address of the server, if there is one.
  private JsonNode found(String path) throws InterruptedException {
    HttpRequest.Builder request = endpoint.root(path);
    try {
      return transport.get(request, LONGEST);
    } catch (Failure e) {
      return MissingNode.getInstance();
    }
  }
}
