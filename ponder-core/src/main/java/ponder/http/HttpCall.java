package ponder.http;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import ponder.model.Call;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.EngineException;
import ponder.model.FinishReason;
import ponder.model.Listener;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Tokenizing;
import ponder.model.Usage;
import tools.jackson.databind.JsonNode;

/// One request on its way: exchanges run on virtual threads ([Exchange]) and post what they hear to
/// the caller's thread, which alone writes samples down, tells the listener and keeps the time.
///
/// So a cancelled or expired call ends at once with what it has, whatever its exchanges are doing;
/// they are interrupted, which closes their connections, and nothing that they post later is read.
final class HttpCall {
  private final Link link;
  private final Body body;
  private final @Nullable Tokenizing tokenizing;
  private final Request request;
  private final Call call;
  private final Map<Integer, Draft> drafts = new LinkedHashMap<>();
  private final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
  private final Queue<Exchange> exchanges = new ConcurrentLinkedQueue<>();
  private volatile boolean over;
  private volatile boolean closed;
  private boolean heard;
  private long promptTokens = -1;
  private long cachedTokens = Long.MAX_VALUE;

  HttpCall(Link link, Body body, @Nullable Tokenizing tokenizing, Request request, Call call) {
    this.link = link;
    this.body = body;
    this.tokenizing = tokenizing;
    this.request = request;
    this.call = call;
    request.samples().forEach(sample -> drafts.put(sample, new Draft(sample, request)));
  }

  Link link() {
    return link;
  }

  Body body() {
    return body;
  }

  @Nullable Tokenizing tokenizing() {
    return tokenizing;
  }

  Request request() {
    return request;
  }

  /// Whether text that is taken is shown to somebody, so that it cannot be taken back.
  boolean shows() {
    return call.listener() != Listener.NONE;
  }

  /// Runs the request.
  ///
  /// @param groups the samples of each exchange
  Completions complete(List<List<Integer>> groups) {
    FinishReason early = interruption();
    if (early == null) {
      Runnable withdraw = call.cancellation().onCancel(() -> inbox.add(() -> {}));
      try {
        groups.forEach(this::start);
        early = listen();
      } finally {
        over = true;
        withdraw.run();
        exchanges.forEach(Exchange::stop);
      }
    }
    return result(early);
  }

  /// Starts an exchange for these samples; called from any thread.
  void start(List<Integer> samples) {
    Exchange exchange = new Exchange(this, samples);
    exchanges.add(exchange);
    exchange.start();
    if (over) {
      exchange.stop();
    }
  }

  /// Ends the call because the model is closed; called from any thread.
  void close() {
    closed = true;
    inbox.add(() -> {});
  }

  /// Lets the caller's thread do `work`; called from any thread.
  void post(Runnable work) {
    inbox.add(work);
  }

  private @Nullable FinishReason interruption() {
    if (call.cancellation().isCancelled() || Thread.currentThread().isInterrupted()) {
      return FinishReason.CANCELLED;
    }
    Instant deadline = call.deadline();
    return deadline != null && !Instant.now().isBefore(deadline) ? FinishReason.DEADLINE : null;
  }

  /// Works until every sample has ended; why it ended early, if it did.
  private @Nullable FinishReason listen() {
    while (drafts.values().stream().anyMatch(Draft::open)) {
      FinishReason early = interruption();
      if (early != null) {
        return early;
      }
      if (closed) {
        throw new EngineException(
            "The model %s was closed during the call.".formatted(link.server().model()));
      }
      try {
        Runnable work = inbox.poll(patienceMillis(), TimeUnit.MILLISECONDS);
        if (work != null) {
          work.run();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return FinishReason.CANCELLED;
      }
      exchanges.forEach(exchange -> exchange.endIfSilent(link.silence()));
    }
    return null;
  }

  /// Until the deadline, or until silence has to be looked for again.
  private long patienceMillis() {
    long look = Math.clamp(link.silence().toMillis() / 4, 1, 5000);
    Instant deadline = call.deadline();
    return deadline == null
        ? look
        : Math.clamp(Duration.between(Instant.now(), deadline).toMillis(), 1, look);
  }

  /// Takes a piece of a sample.
  void take(int sample, Piece piece) {
    heard = true;
    Draft draft = draft(sample);
    if (!draft.open()) {
      return;
    }
    String delta = draft.accept(piece);
    if (!delta.isEmpty()) {
      call.listener().onText(sample, delta);
    }
  }

  /// Forgets what these samples have so far.
  void restart(List<Integer> samples) {
    samples.forEach(sample -> draft(sample).restart());
  }

  /// Ends samples that the server has finished.
  ///
  /// @param usage what the server says it cost; missing if it does not
  /// @param maxTokens most tokens of a sample that the server was asked for
  void settle(List<Integer> samples, JsonNode usage, int maxTokens) {
    List<Draft> done = samples.stream().map(this::draft).toList();
    Accounts accounts =
        Accounts.of(
            usage,
            sum(done, Draft::shown),
            done.stream().anyMatch(Draft::hasText),
            (long) done.size() * maxTokens,
            link.notes(),
            link.endpoint());
    boolean exact = accounts.completion() >= 0;
    if (!usage.isObject() && done.stream().anyMatch(draft -> draft.shown() == 0)) {
      link.notes()
          .warn("%s gives no usage here: tokens are counted by pieces.".formatted(link.endpoint()));
    }
    if (accounts.prompt() > 0) {
      promptTokens = Math.max(promptTokens, accounts.prompt());
      cachedTokens = Math.min(cachedTokens, accounts.cached());
    }
    long[] counts = exact ? shared(accounts.completion(), done) : counted(done);
    for (int i = 0; i < done.size(); i++) {
      Draft draft = done.get(i);
      boolean clipped = maxTokens < request.maxTokens();
      boolean sure = exact && done.size() == 1 && link.server().dialect() != Dialect.OPENAI;
      finish(draft.finish((int) counts[i], sure, clipped, tokenizing, link.server()));
    }
  }

  private static long[] shared(long total, List<Draft> drafts) {
    return Accounts.share(
        total,
        drafts.stream().mapToLong(Draft::shown).toArray(),
        drafts.stream().mapToLong(Draft::weight).toArray());
  }

  private static long[] counted(List<Draft> drafts) {
    return drafts.stream().mapToLong(Draft::counted).toArray();
  }

  private static long sum(Collection<Draft> drafts, ToLongFunction<Draft> of) {
    return drafts.stream().mapToLong(of).sum();
  }

  /// Ends samples that could not be had; what text they have stays.
  void fail(List<Integer> samples, RuntimeException cause) {
    for (int sample : samples) {
      Draft draft = draft(sample);
      if (draft.open()) {
        finish(draft.end(FinishReason.ERROR, String.valueOf(cause.getMessage()), cause));
      }
    }
  }

  private void finish(Completion completion) {
    call.listener().onFinish(completion);
  }

  private Draft draft(int sample) {
    Draft draft = drafts.get(sample);
    if (draft == null) {
      throw new IllegalStateException("Sample " + sample + " was not asked for.");
    }
    return draft;
  }

  private Completions result(@Nullable FinishReason early) {
    for (Draft draft : drafts.values()) {
      if (draft.open() && early != null) {
        finish(draft.end(early, "", null));
      }
    }
    List<Completion> completions = new ArrayList<>();
    for (Draft draft : drafts.values()) {
      Completion completion = draft.completion();
      if (completion == null) {
        throw new IllegalStateException("Sample " + draft.sample() + " has no end.");
      }
      completions.add(completion);
    }
    if (drafts.values().stream().allMatch(d -> d.failure() != null && !d.hasText())) {
      throw failure();
    }
    long generated = completions.stream().mapToLong(c -> c.tokens().size()).sum();
    long prompt = promptTokens >= 0 ? promptTokens : heard ? promptHere() : 0;
    long cached = promptTokens >= 0 ? cachedTokens : 0;
    long sequences = completions.stream().filter(c -> c.tokens().size() > 0).count();
    return new Completions(completions, new Usage(prompt, cached, generated, 0, sequences));
  }

  private RuntimeException failure() {
    RuntimeException failure = drafts.values().iterator().next().failure();
    return failure == null ? new IllegalStateException("A failure is missing.") : failure;
  }

  /// The prompt's tokens by the best local knowledge: its ids, else the server's tokenizer, else a
  /// token for every four bytes.
  private long promptHere() {
    if (request.prompt() instanceof Prompt.Ids ids) {
      return ids.tokens().size();
    }
    if (tokenizing != null) {
      try {
        return tokenizing.tokens(request.prompt()).size();
      } catch (EngineException | IllegalArgumentException e) {
        link.notes().warn("A prompt cannot be counted: " + e.getMessage());
      }
    }
    return Math.max(1, Math.ceilDiv(bytes(request.prompt()), 4));
  }

  private static int bytes(Prompt prompt) {
    return switch (prompt) {
      case Prompt.Ids ids -> 4 * ids.tokens().size();
      case Prompt.Text text -> bytes(text.text());
      case Prompt.Chat chat ->
          bytes(chat.prefill())
              + chat.messages().stream().mapToInt(m -> bytes(m.content()) + 16).sum();
    };
  }

  private static int bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
  }
}
