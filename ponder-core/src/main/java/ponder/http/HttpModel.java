package ponder.http;

import java.net.ProxySelector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import ponder.http.Notes.Extra;
import ponder.model.Batching;
import ponder.model.Call;
import ponder.model.Completions;
import ponder.model.ContextOverflowException;
import ponder.model.EngineException;
import ponder.model.EngineOptions;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Scoring;
import ponder.model.Tokenizing;
import ponder.model.Tokens;
import ponder.store.Key;

/// A model behind a server that speaks OpenAI's API.
///
/// The server tokenises, draws and stops; this class asks it for exactly what a request says, and
/// refuses a request that the server's kind ([Dialect]) is not known to carry out. Nothing is
/// promised about equal requests: sample k is sent a seed of its own, and whether that makes it
/// repeatable is the server's affair.
///
/// **Tokens.** A completion holds as many tokens as were generated. Ids are those that the server
/// shows, else [Tokens#UNKNOWN]; log-probabilities are the server's, else NaN. Where the tokens of
/// several samples of one call are known in sum only, they are shared out by the lengths of the
/// texts, exact in sum.
///
/// **Thoughts** that come in a field of their own stand in front of the text, between `<think>` and
/// `</think>`.
///
/// **Usage** is the server's where it can be true, else counted here, with one warning. Prompt
/// tokens count once per request, also where each sample was a call of its own; tokens of an answer
/// that broke off and was asked for again are not in it.
///
/// Thread-safe; calls beyond the limit wait in order of arrival.
final class HttpModel implements LanguageModel, Batching {
  private final Link link;
  private final Body body;
  private final HttpSettings settings;
  private final int slots;
  private final ModelInfo info;
  private final @Nullable RemoteText text;
  private final @Nullable EchoScoring scoring;
  private final Set<HttpCall> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private HttpModel(Link link, HttpSettings settings, int slots) {
    this.link = link;
    this.slots = slots;
    this.settings = settings;
    Server server = link.server();
    Dialect dialect = server.dialect();
    body =
        new Body(
            server,
            link.notes(),
            settings.stream().or(true),
            settings.logprobs().or(dialect.logprobs()));
    text = dialect.tokenizes() ? new RemoteText(link) : null;
    scoring = dialect.scores() ? new EchoScoring(link, this::requireOpen) : null;
    info =
        new ModelInfo(
            server.model(),
            "http",
            server.build(),
            Key.of("remote").put(link.endpoint().toString()).put(server.model()).build().hex(),
            server.contextLength(),
            server.vocabularySize(),
            server.parameters(),
            ModelInfo.Determinism.NONE);
  }

  /// Asks the server what it is; generates nothing.
  ///
  /// @throws EngineException if it cannot be reached or refuses the key
  static HttpModel open(
      Endpoint endpoint,
      EngineOptions options,
      HttpSettings settings,
      ProxySelector proxies,
      Patience.Clock clock) {
    Transport transport = new Transport(endpoint, settings.connect(), settings.read(), proxies);
    try {
      Server server = Probe.ask(transport, options.name(), settings.server(), options.context());
      int slots =
          settings.concurrency() > 0 ? settings.concurrency() : server.dialect().concurrency();
      Link link =
          new Link(
              server,
              new Notes(endpoint),
              transport,
              new Patience(settings.tries(), settings.patience(), clock),
              new Semaphore(slots, true),
              settings.read());
      return new HttpModel(link, settings, slots);
    } catch (RuntimeException e) {
      transport.close();
      throw e;
    }
  }

  @Override
  public ModelInfo info() {
    return info;
  }

  /// The warnings so far.
  List<String> warnings() {
    return link.notes().warnings();
  }

  @Override
  public Completions complete(Request request, Call call) {
    requireOpen();
    Wanted.check(request, link.server());
    Request sent = ended(call) ? request : asIds(request, call);
    HttpCall running = new HttpCall(link, body, text, sent, call);
    this.running.add(running);
    try {
      if (closed) {
        running.close();
      }
      return running.complete(groups(sent));
    } finally {
      this.running.remove(running);
    }
  }

  /// llama.cpp's server would add a begin-of-text token to a text, and cannot go on with an answer
  /// that is begun; both go there as ids.
  private Request asIds(Request request, Call call) {
    boolean chat = request.prompt() instanceof Prompt.Chat c && c.prefill().isEmpty();
    if (text == null
        || link.server().dialect() != Dialect.LLAMA_CPP
        || chat
        || request.prompt() instanceof Prompt.Ids) {
      return request;
    }
    Tokens tokens;
    try {
      tokens = text.tokens(request.prompt(), call);
    } catch (EngineException e) {
      if (ended(call)) {
        return request; // nothing will be sent
      }
      throw e;
    }
    if (tokens.size() >= link.server().contextLength()) {
      throw new ContextOverflowException(tokens.size(), link.server().contextLength());
    }
    return request.withPrompt(Prompt.of(tokens));
  }

  private static boolean ended(Call call) {
    Instant deadline = call.deadline();
    return call.cancellation().isCancelled()
        || Thread.currentThread().isInterrupted()
        || (deadline != null && !Instant.now().isBefore(deadline));
  }

  /// Which samples go together: runs of consecutive ones where one call can draw them apart, else
  /// each alone.
  private List<List<Integer>> groups(Request request) {
    boolean together =
        settings.together().or(link.server().dialect().together())
            && !link.notes().refuses(Extra.N)
            && !request.sampling().greedy();
    List<List<Integer>> groups = new ArrayList<>();
    for (int sample : request.samples()) {
      if (together && !groups.isEmpty() && groups.getLast().getLast() == sample - 1) {
        groups.getLast().add(sample);
      } else {
        groups.add(new ArrayList<>(List.of(sample)));
      }
    }
    return groups.stream().map(List::copyOf).toList();
  }

  private void requireOpen() {
    if (closed) {
      throw new EngineException("The model %s is closed.".formatted(info.name()));
    }
  }

  /// How many calls run at a time.
  @Override
  public int width() {
    return slots;
  }

  @Override
  public int places(Request request) {
    return groups(request).size();
  }

  @Override
  public Load load() {
    return Load.UNKNOWN;
  }

  @Override
  public <T> Optional<T> ability(Class<T> ability) {
    if (ability == Tokenizing.class && text != null) {
      return Optional.of(ability.cast(text));
    }
    if (ability == Scoring.class && scoring != null) {
      return Optional.of(ability.cast(scoring));
    }
    return ability == Batching.class ? Optional.of(ability.cast(this)) : Optional.empty();
  }

  @Override
  public void close() {
    closed = true;
    running.forEach(HttpCall::close);
    link.transport().close();
  }

  @Override
  public String toString() {
    return "%s at %s".formatted(info.name(), link.endpoint());
  }
}
