package ponder.search;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntFunction;
import ponder.core.Seed;
import ponder.model.Call;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.FinishReason;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo;
import ponder.model.Request;
import ponder.model.Tokens;
import ponder.model.Usage;

/// A model whose samples say what a function of their index says: a token a character, all samples
/// in step, and an end-of-text token behind. A text that begins with `!` fails.
public final class LittleModel implements LanguageModel {
  public static final int PROMPT_TOKENS = 11;

  private final IntFunction<String> texts;
  private final Runnable beforeToken;
  private final ModelInfo.Determinism determinism;
  private final Queue<Integer> computed = new ConcurrentLinkedQueue<>();

  public LittleModel(
      IntFunction<String> texts, Runnable beforeToken, ModelInfo.Determinism determinism) {
    this.texts = texts;
    this.beforeToken = beforeToken;
    this.determinism = determinism;
  }

  public static LittleModel saying(String... texts) {
    return new LittleModel(
        sample -> texts[sample % texts.length], () -> {}, ModelInfo.Determinism.INVARIANT);
  }

  /// The samples that were computed to their end, in order.
  public List<Integer> computed() {
    return List.copyOf(computed);
  }

  @Override
  public ModelInfo info() {
    return new ModelInfo("little", "scripted", "1", "00ff", 4096, 256, 50, determinism);
  }

  @Override
  public Completions complete(Request request, Call call) {
    List<Growing> growing =
        request.samples().stream().map(sample -> new Growing(sample, request)).toList();
    while (growing.stream().anyMatch(Growing::open)) {
      for (Growing sample : growing) {
        if (sample.open()) {
          beforeToken.run();
          sample.step(call);
        }
      }
    }
    List<Completion> completions = growing.stream().map(Growing::completion).toList();
    long generated = completions.stream().mapToLong(it -> it.tokens().size()).sum();
    long sequences = completions.stream().filter(it -> it.tokens().size() > 0).count();
    return new Completions(completions, new Usage(PROMPT_TOKENS, 4, generated, 0, sequences));
  }

  @Override
  public void close() {}

  private final class Growing {
    private final Request request;
    private final int sample;
    private final String text;
    private final List<Integer> tokens = new ArrayList<>();
    private final StringBuilder said = new StringBuilder();
    private FinishReason finish = FinishReason.ERROR;
    private boolean open = true;

    private Growing(int sample, Request request) {
      this.sample = sample;
      this.request = request;
      this.text = texts.apply(sample);
    }

    private boolean open() {
      return open;
    }

    private void step(Call call) {
      Instant deadline = call.deadline();
      if (call.cancellation().isCancelled() || Thread.currentThread().isInterrupted()) {
        end(FinishReason.CANCELLED, call);
      } else if (deadline != null && !Instant.now().isBefore(deadline)) {
        end(FinishReason.DEADLINE, call);
      } else if (text.startsWith("!")) {
        end(FinishReason.ERROR, call);
      } else if (tokens.size() == request.maxTokens()) {
        end(FinishReason.LENGTH, call);
      } else if (said.length() == text.length()) {
        tokens.add(0);
        end(FinishReason.EOS, call);
      } else {
        char next = text.charAt(said.length());
        tokens.add((int) next);
        said.append(next);
        call.listener().onText(sample, String.valueOf(next));
      }
    }

    private void end(FinishReason reason, Call call) {
      open = false;
      finish = reason;
      if (reason.finished()) {
        computed.add(sample);
      }
      call.listener().onFinish(completion());
    }

    private Completion completion() {
      float[] logprobs = new float[tokens.size()];
      for (int i = 0; i < logprobs.length; i++) {
        long hash = new Seed(request.seed()).split("sample", sample).split("token", i).value();
        logprobs[i] = -(hash >>> 40) / (float) (1 << 24);
      }
      return new Completion(
          sample,
          Tokens.of(tokens),
          said.toString(),
          said.length(),
          finish,
          finish == FinishReason.ERROR ? "it failed" : "",
          logprobs,
          logprobs.clone(),
          List.of());
    }
  }
}
