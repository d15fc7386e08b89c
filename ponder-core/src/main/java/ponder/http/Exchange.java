package ponder.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import ponder.core.Seed;
import ponder.http.Notes.Extra;
import ponder.model.ContextOverflowException;
import ponder.model.EngineException;
import ponder.model.Prompt;
import ponder.model.Request;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/// One exchange with the server for one or several samples, with its retries, on a virtual thread
/// of its own.
///
/// What may go wrong and what follows, tried in this order:
/// 1. a refusal of a field that we added by ourselves: again without it, for good;
/// 2. a refusal of several samples: each becomes an exchange of its own;
/// 3. too many tokens for the context: again with as many as fit;
/// 4. a passing failure: again after a pause, for samples of which nothing was shown yet;
/// 5. anything else: the samples end with an error; those that were finished before are kept.
final class Exchange implements Runnable {
  private static final Pattern CONTEXT =
      Pattern.compile(
          "context.{0,3}(length|window|size)|maximum context|too (large|long)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern LENGTH =
      Pattern.compile("context (?:length|window|size)(?: is| of)? \\(?(\\d+)");
  private static final Pattern PROMPT =
      Pattern.compile(
          "(\\d+) (?:tokens )?in (?:the messages|your prompt)|(?:has|contains|least) (\\d+) input tokens|request \\((\\d+) tokens\\)|n_prompt_tokens\\D{1,4}(\\d+)");

  private final HttpCall call;
  private final Link link;
  private final Request request;
  private final Thread thread =
      Thread.ofVirtual().uncaughtExceptionHandler((t, thrown) -> lose(thrown)).unstarted(this);
  private final Patience.Tries tries;
  private List<Integer> open;
  private int maxTokens;

  private final Set<Integer> begun = new HashSet<>();
  private final Set<Integer> shown = new HashSet<>();
  private final Set<Integer> finished = new HashSet<>();
  private JsonNode usage = MissingNode.getInstance();

  private volatile @Nullable InputStream answer;
  private volatile long lastHeard;
  private volatile boolean silent;

  /// @param samples with consecutive indices
  Exchange(HttpCall call, List<Integer> samples) {
    this.call = call;
    this.link = call.link();
    this.request = call.request();
    this.open = samples;
    this.maxTokens = fitting(request.maxTokens());
    this.tries = link.patience().tries(new Seed(request.seed()).split("retry", samples.getFirst()));
  }

  void start() {
    thread.start();
  }

  /// Ends it; called from any thread.
  void stop() {
    thread.interrupt();
  }

  /// Ends the current try if the server has been silent for too long; called from any thread.
  void endIfSilent(Duration longest) {
    InputStream current = answer;
    if (current != null && !silent && System.nanoTime() - lastHeard > longest.toNanos()) {
      silent = true;
      try {
        current.close();
      } catch (IOException e) {
        stop(); // it cannot be closed, but it can be left
      }
    }
  }

  /// No more than the context has room for, where both are known.
  private int fitting(int wanted) {
    return request.prompt() instanceof Prompt.Ids ids
        ? Math.min(wanted, link.server().contextLength() - ids.tokens().size())
        : wanted;
  }

  @Override
  public void run() {
    try {
      while (!open.isEmpty()) {
        Failure failure = attempt();
        if (failure != null && !recovers(failure)) {
          List<Integer> lost = open;
          RuntimeException cause = thrown(failure);
          call.post(() -> call.fail(lost, cause));
          return;
        }
      }
    } catch (InterruptedException e) {
      // The call is over, and nobody waits for these samples.
    }
  }

  /// Whatever else goes wrong here must not leave the caller waiting.
  private void lose(Throwable thrown) {
    List<Integer> lost = open;
    RuntimeException cause =
        thrown instanceof RuntimeException runtime
            ? runtime
            : new EngineException("An exchange failed: %s.".formatted(thrown), thrown);
    call.post(() -> call.fail(lost, cause));
  }

  /// One try; null if it went well.
  private @Nullable Failure attempt() throws InterruptedException {
    link.slots().acquire();
    try {
      begun.clear();
      finished.clear();
      usage = MissingNode.getInstance();
      silent = false;
      ObjectNode json = call.body().json(request, open, maxTokens);
      link.transport().post(link.endpoint().api(Body.path(request)), json, hearer());
      return close(null);
    } catch (Failure e) {
      Failure failure =
          silent
              ? Failure.broken(
                  link.endpoint(), "was silent for %s".formatted(text(link.silence())), e)
              : e;
      return close(failure);
    } finally {
      answer = null;
      link.slots().release();
    }
  }

  private static String text(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3);
  }

  private Transport.Hearer hearer() {
    return new Transport.Hearer() {
      @Override
      public void begins(InputStream body) {
        lastHeard = System.nanoTime();
        answer = body;
      }

      @Override
      public void hear(JsonNode piece, boolean whole) throws Failure {
        lastHeard = System.nanoTime();
        if (piece.path("usage").isObject()) {
          usage = piece.path("usage");
        }
        if (whole && !piece.path("choices").isArray()) {
          throw Failure.broken(link.endpoint(), "holds no choices", null);
        }
        Piece.of(piece, request.topLogprobs()).forEach(Exchange.this::take);
      }
    };
  }

  private void take(Piece piece) {
    if (piece.index() < 0 || piece.index() >= open.size()) {
      return; // more samples than were asked for
    }
    int sample = open.get(piece.index());
    if (finished.contains(sample)) {
      return;
    }
    begun.add(sample);
    if (!piece.finish().isEmpty()) {
      finished.add(sample);
    }
    if (call.shows() && !(piece.text().isEmpty() && piece.thought().isEmpty())) {
      shown.add(sample);
    }
    call.post(() -> call.take(sample, piece));
  }

  /// Settles what was finished, and says what is wrong with the rest.
  private @Nullable Failure close(@Nullable Failure failure) {
    List<Integer> done = open.stream().filter(finished::contains).toList();
    List<Integer> rest = open.stream().filter(sample -> !finished.contains(sample)).toList();
    if (!done.isEmpty()) {
      JsonNode cost = usage;
      int most = maxTokens;
      call.post(() -> call.settle(done, cost, most));
    }
    boolean several = open.size() > 1;
    open = rest;
    if (rest.isEmpty()) {
      return null;
    }
    if (failure == null && several && rest.stream().noneMatch(begun::contains)) {
      link.notes().drop(Extra.N, "gives fewer samples than asked for by");
      separate();
      return null;
    }
    return failure != null
        ? failure
        : Failure.broken(link.endpoint(), "ended in the middle of a sample", null);
  }

  /// Leaves each open sample to an exchange of its own.
  private void separate() {
    List<Integer> samples = open;
    open = List.of();
    call.post(() -> call.restart(samples));
    samples.forEach(sample -> call.start(List.of(sample)));
  }

  private boolean recovers(Failure failure) throws InterruptedException {
    if (dropsExtra(failure)) {
      return true;
    }
    if (failure.refusal() && open.size() > 1) {
      if (failure.parameter().equals("n") || names(failure, "n")) {
        link.notes().drop(Extra.N, "refuses");
      }
      separate();
      return true;
    }
    return clips(failure) || retries(failure);
  }

  private boolean dropsExtra(Failure failure) {
    boolean fault = failure.refusal() || failure.status() == 404 || failure.status() == 500;
    for (Extra extra : Extra.values()) {
      boolean free = extra != Extra.LOGPROBS || request.topLogprobs() == 0;
      if (fault
          && free
          && extra != Extra.N
          && !link.notes().refuses(extra)
          && (failure.parameter().equals(extra.field) || names(failure, extra.field))
          && sends(extra)
          && !(extra == Extra.MAX_TOKENS && overflow(failure.said()))) {
        link.notes().drop(extra, "refuses");
        return true;
      }
    }
    return false;
  }

  private boolean sends(Extra extra) {
    return call.body().json(request, open, maxTokens).has(extra.field);
  }

  private static boolean names(Failure failure, String field) {
    return Pattern.compile("(?<![\\w-])" + field + "(?![\\w-])").matcher(failure.said()).find();
  }

  private static boolean overflow(String said) {
    return CONTEXT.matcher(said).find();
  }

  /// If the answer does not fit behind the prompt: takes what room there is.
  private boolean clips(Failure failure) {
    if (!failure.refusal() || !overflow(failure.said())) {
      return false;
    }
    int room = contextLength(failure) - promptTokens(failure);
    if (room < 1 || room >= maxTokens) {
      return false;
    }
    maxTokens = room;
    return true;
  }

  private int contextLength(Failure failure) {
    int known = link.server().contextLength();
    return known < Integer.MAX_VALUE ? known : first(LENGTH, failure.said(), 0);
  }

  private int promptTokens(Failure failure) {
    int said = first(PROMPT, failure.said(), -1);
    var tokenizing = call.tokenizing();
    if (said >= 0 || tokenizing == null) {
      return said < 0 ? Integer.MAX_VALUE : said;
    }
    return tokenizing.tokens(request.prompt()).size();
  }

  private static int first(Pattern pattern, String said, int otherwise) {
    var matcher = pattern.matcher(said);
    if (!matcher.find()) {
      return otherwise;
    }
    for (int group = 1; group <= matcher.groupCount(); group++) {
      String digits = matcher.group(group);
      if (digits != null && digits.length() < 10) {
        return Integer.parseInt(digits);
      }
    }
    return otherwise;
  }

  /// Waits and goes on with the samples of which nothing was shown; the others end here.
  private boolean retries(Failure failure) throws InterruptedException {
    if (!failure.passing()) {
      return false;
    }
    List<Integer> lost = open.stream().filter(shown::contains).toList();
    if (!lost.isEmpty()) {
      call.post(() -> call.fail(lost, failure.thrown()));
      open = open.stream().filter(sample -> !shown.contains(sample)).toList();
    }
    if (open.isEmpty()) {
      return true;
    }
    if (!tries.again(failure)) {
      return false;
    }
    List<Integer> again = new ArrayList<>(open);
    call.post(() -> call.restart(again));
    if (!consecutive(again)) {
      separate();
    }
    return true;
  }

  private static boolean consecutive(List<Integer> samples) {
    return samples.getLast() - samples.getFirst() == samples.size() - 1;
  }

  private RuntimeException thrown(Failure failure) {
    if (failure.refusal() && overflow(failure.said())) {
      int context = contextLength(failure);
      int prompt = promptTokens(failure);
      if (context > 0 && prompt < Integer.MAX_VALUE && prompt >= context) {
        return new ContextOverflowException(prompt, context);
      }
    }
    return failure.thrown();
  }
}
