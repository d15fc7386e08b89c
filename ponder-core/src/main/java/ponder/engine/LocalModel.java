package ponder.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import ponder.model.Adaptable;
import ponder.model.AdapterKey;
import ponder.model.Batching;
import ponder.model.Call;
import ponder.model.Certain;
import ponder.model.ChatTemplate;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.EngineException;
import ponder.model.FinishReason;
import ponder.model.Hidden;
import ponder.model.LanguageModel;
import ponder.model.Listener;
import ponder.model.ModelInfo;
import ponder.model.Request;
import ponder.model.Scoring;
import ponder.model.Tokenizer;
import ponder.model.Tokenizing;
import ponder.model.Tokens;
import ponder.model.Usage;
import ponder.store.FileHash;

/// A language model computed in this process: a [Backend] under the scheduler that batches all
/// running sequences and shares their prefixes.
///
/// Thread-safe; callers block. All of the backend's work is done by one platform thread that this
/// model owns. Closing it closes the backend.
public final class LocalModel
    implements LanguageModel, Tokenizing, Scoring, Hidden, Adaptable, Certain, Batching {
  private final ModelInfo info;
  private final Tokenizer tokenizer;
  private final ChatTemplate template;
  private final EngineSettings settings;
  private final Validation validation;
  private final int hiddenWidth;
  private final int width;
  private final Supplier<String> description;
  private final Scheduler scheduler;
  private final Set<AdapterKey> adapters = ConcurrentHashMap.newKeySet();

  /// Starts the engine's thread, which owns `backend` from now on.
  ///
  /// @throws IllegalArgumentException if the backend's shape is too small to run anything, or its
  ///   vocabulary larger than the tokenizer's
  public LocalModel(
      ModelInfo info,
      Backend backend,
      Tokenizer tokenizer,
      ChatTemplate template,
      EngineSettings settings) {
    this.info = info;
    this.tokenizer = tokenizer;
    this.template = template;
    this.settings = settings;
    Backend.Shape shape = backend.shape();
    check(shape, tokenizer);
    this.validation =
        new Validation(
            shape.vocabularySize(), shape.contextLength(), Cache.capacity(shape, settings));
    this.hiddenWidth = shape.hiddenWidth();
    this.width = Planner.maxSequences(settings, shape);
    this.description = backend::describe;
    this.scheduler = new Scheduler(backend, settings);
  }

  private static void check(Backend.Shape shape, Tokenizer tokenizer) {
    if (shape.vocabularySize() > tokenizer.vocabularySize()) {
      throw new IllegalArgumentException(
          "The backend draws from %d tokens, but the tokenizer knows only %d."
              .formatted(shape.vocabularySize(), tokenizer.vocabularySize()));
    }
    if (shape.sequenceIds() < 3 || shape.batchRows() < 1 || shape.outputRows() < 1) {
      throw new IllegalArgumentException(
          "A backend with %s can run nothing: it needs three sequence ids, a row and an output."
              .formatted(shape));
    }
  }

  @Override
  public ModelInfo info() {
    return info;
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public ChatTemplate chatTemplate() {
    return template;
  }

  @Override
  public int hiddenWidth() {
    return hiddenWidth;
  }

  /// What the engine has done and holds. From any thread; waits for the running step to end.
  public Metrics metrics() {
    return scheduler.metrics();
  }

  /// What computes, and what it has to say about how it does by now: [ModelInfo#build] is what it
  /// was when the model was opened. From any thread.
  public String describe() {
    return description.get();
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public int places(Request request) {
    return request.n();
  }

  @Override
  public Load load() {
    Metrics metrics = metrics();
    return new Load(metrics.steps(), metrics.occupied(), metrics.generatedTokens());
  }

  @Override
  public <T> Optional<T> ability(Class<T> ability) {
    return ability == Hidden.class && hiddenWidth == 0
        ? Optional.empty()
        : LanguageModel.super.ability(ability);
  }

  @Override
  public Completions complete(Request request, Call call) {
    Tokens prompt = tokens(request.prompt());
    validation.request(request, prompt);
    known(request.adapter());
    boolean streams = call.listener() != Listener.NONE;
    Mailbox mailbox = streams ? new Mailbox(request.n(), settings.streamEvents()) : null;
    Ticket ticket = new Ticket(call, request.adapter(), deadline(call), mailbox);
    List<Sequence> sequences =
        Sequence.all(request, prompt, ticket, tokenizer, validation.contextLength());
    Delivery delivery = new Delivery(sequences, call.listener());
    FinishReason refusal = scheduler.run(ticket, call, streams ? delivery : null);
    if (refusal != null) {
      sequences.forEach(sequence -> sequence.end(refusal, ""));
    }
    return new Completions(delivery.completions(streams), ticket.usage(0));
  }

  /// Turns ended samples into completions, on the caller's thread, and tells the listener.
  private static final class Delivery implements Mailbox.Reader {
    private final List<Sequence> sequences;
    private final Listener listener;
    private final @Nullable Completion[] completions;

    Delivery(List<Sequence> sequences, Listener listener) {
      this.sequences = sequences;
      this.listener = listener;
      this.completions = new Completion[sequences.size()];
    }

    @Override
    public void text(int index, String delta) {
      listener.onText(sequences.get(index).sample(), delta);
    }

    @Override
    public void end(int index) {
      Sequence sequence = sequences.get(index);
      Completion completion = sequence.completion();
      completions[index] = completion;
      String last = sequence.output.takeDelta();
      if (!last.isEmpty()) {
        text(index, last);
      }
      listener.onFinish(completion);
    }

    List<Completion> completions(boolean told) {
      List<Completion> all = new ArrayList<>();
      for (int i = 0; i < completions.length; i++) {
        if (completions[i] == null && told) {
          end(i);
        }
        Completion completion = completions[i];
        all.add(completion == null ? sequences.get(i).completion() : completion);
      }
      return all;
    }
  }

  @Override
  public Score score(Tokens prefix, Tokens continuation, @Nullable AdapterKey adapter, Call call) {
    validation.score(prefix, continuation);
    Ticket ticket = ticket(adapter, call);
    return scored(ticket, Reading.score(ticket, prefix, continuation), call);
  }

  @Override
  public Score next(
      Tokens context, Tokens candidates, int privateTail, @Nullable AdapterKey adapter, Call call) {
    validation.next(context, candidates, privateTail);
    Ticket ticket = ticket(adapter, call);
    return scored(ticket, Reading.next(ticket, context, candidates, privateTail), call);
  }

  @Override
  public States hidden(Tokens tokens, int from, @Nullable AdapterKey adapter, Call call) {
    if (hiddenWidth == 0) {
      throw new IllegalArgumentException(info.name() + " cannot give hidden states.");
    }
    validation.hidden(tokens, from);
    Ticket ticket = ticket(adapter, call);
    Reading reading = Reading.hidden(ticket, tokens, from);
    Usage usage = read(ticket, reading, call);
    return new States(reading.states, usage);
  }

  private Score scored(Ticket ticket, Reading reading, Call call) {
    Usage usage = read(ticket, reading, call);
    return new Score(reading.logprobs, usage);
  }

  private Ticket ticket(@Nullable AdapterKey adapter, Call call) {
    known(adapter);
    return new Ticket(call, adapter, deadline(call), null);
  }

  private Usage read(Ticket ticket, Reading reading, Call call) {
    ticket.add(reading);
    FinishReason refusal = scheduler.run(ticket, call, null);
    String failure = refusal == null ? reading.failure() : refusal.json();
    if (failure != null) {
      throw new EngineException("The text was not read to its end: " + failure + ".");
    }
    return ticket.usage(reading.results());
  }

  private static long deadline(Call call) {
    Instant deadline = call.deadline();
    if (deadline == null) {
      return Long.MAX_VALUE;
    }
    long left;
    try {
      left = Duration.between(Instant.now(), deadline).toNanos();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE; // centuries away
    }
    return System.nanoTime() + left;
  }

  private void known(@Nullable AdapterKey adapter) {
    if (adapter != null && !adapters.contains(adapter)) {
      throw new IllegalArgumentException(
          "Adapter %s is not loaded; %s are.".formatted(adapter, adapters));
    }
  }

  @Override
  public AdapterKey loadAdapter(Path file, double scale) {
    if (!Double.isFinite(scale)) {
      throw new IllegalArgumentException("scale (" + scale + ") must be a finite number.");
    }
    AdapterKey key = new AdapterKey(sha256(file), scale);
    scheduler.load(key, file);
    adapters.add(key);
    return key;
  }

  @Override
  public void unloadAdapter(AdapterKey key) {
    if (adapters.remove(key)) {
      scheduler.unload(key);
    }
  }

  private static String sha256(Path file) {
    try {
      return FileHash.computeAll(file);
    } catch (IOException e) {
      throw new EngineException("Adapter " + file + " cannot be read.", e);
    }
  }

  /// Ends running calls with [EngineException], at once or after the settings' drain time, and
  /// frees the backend.
  @Override
  public void close() {
    scheduler.close();
  }
}
