package ponder.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.model.Completion;
import ponder.model.FinishReason;
import ponder.model.Request;
import ponder.model.TokenLogprob;
import ponder.model.Tokenizer;
import ponder.model.Tokens;

/// One sample of a request.
///
/// What it has drawn so far is kept through preemption and restart; its random stream is addressed
/// by the index of the token, so a resumed sample goes on as if nothing had happened.
final class Sequence extends Job {
  private final int index;
  private final int sample;
  private final int promptLength;
  private final int most;
  private final FinishReason atMost;
  private final boolean wantsTop;
  private final boolean wantsCertainty;
  private final List<List<TokenLogprob>> top = new ArrayList<>();
  private float[] logprobs = new float[16];
  private float[] sampledLogprobs = new float[16];
  private float[] certainty;
  private @Nullable FinishReason reason;
  private String detail = "";

  /// When the last token came, for the time between tokens; 0 before the first.
  long lastTokenAt;

  final Draft draft;
  final Output output;

  private Sequence(
      Ticket ticket,
      int index,
      Request request,
      Tokens prompt,
      Tokenizer tokenizer,
      int contextLength) {
    super(ticket, prompt.toArray(), prompt.size());
    int room = contextLength - prompt.size();
    this.index = index;
    this.sample = request.samples().get(index);
    this.promptLength = prompt.size();
    this.most = Math.min(request.maxTokens(), room);
    this.atMost = room < request.maxTokens() ? FinishReason.CONTEXT : FinishReason.LENGTH;
    this.wantsTop = request.topLogprobs() > 0;
    this.wantsCertainty = request.certainty();
    this.certainty = new float[wantsCertainty ? logprobs.length : 0];
    this.draft = new Draft(request, sample, tokenizer.eos(), prompt);
    this.output = new Output(tokenizer, request.stop());
  }

  /// The samples of a request, added to its ticket.
  static List<Sequence> all(
      Request request, Tokens prompt, Ticket ticket, Tokenizer tokenizer, int contextLength) {
    List<Sequence> sequences = new ArrayList<>();
    for (int index = 0; index < request.n(); index++) {
      Sequence sequence = new Sequence(ticket, index, request, prompt, tokenizer, contextLength);
      ticket.add(sequence);
      sequences.add(sequence);
    }
    return sequences;
  }

  int index() {
    return index;
  }

  int sample() {
    return sample;
  }

  int generated() {
    return size - promptLength;
  }

  @Override
  int promptLength() {
    return promptLength;
  }

  @Override
  int matchLimit() {
    return size - 1;
  }

  @Override
  int goal() {
    return size;
  }

  @Override
  int publishLimit() {
    return size;
  }

  @Override
  boolean outputAt(int position) {
    return position == size - 1;
  }

  @Override
  int ahead() {
    return most - generated();
  }

  @Override
  float temperature() {
    return ShortlistSampler.temperature(draft);
  }

  @Override
  boolean canJoin() {
    return target == size;
  }

  /// Takes the next token; returns why the sample ends with it, or null.
  @Nullable FinishReason append(Draw draw) {
    if (size == tokens.length) {
      tokens = Arrays.copyOf(tokens, size + Math.min(most, Math.max(64, size / 2)));
    }
    int at = generated();
    if (at == logprobs.length) {
      logprobs = Arrays.copyOf(logprobs, at * 2);
      sampledLogprobs = Arrays.copyOf(sampledLogprobs, at * 2);
      certainty = Arrays.copyOf(certainty, certainty.length * 2);
    }
    tokens[size++] = draw.token();
    logprobs[at] = draw.logprob();
    sampledLogprobs[at] = draw.sampledLogprob();
    if (wantsTop) {
      top.add(draw.top());
    }
    if (wantsCertainty) {
      certainty[at] = draw.certainty();
    }
    draft.append(draw.token());
    Hit hit = output.accept(draw.token());
    if (hit != null) {
      detail = hit.detail();
      return hit.reason();
    }
    return generated() >= most ? atMost : null;
  }

  /// Marks the sample as ended; `words` replace the detail unless empty.
  void end(FinishReason why, String words) {
    reason = why;
    if (!words.isEmpty()) {
      detail = words;
    }
  }

  /// The finished sample. On the caller's thread, once: this ends the sample's text.
  Completion completion() {
    FinishReason why = reason;
    if (why == null) {
      throw new IllegalStateException("sample " + sample + " is still running.");
    }
    Text text = output.finish();
    int n = generated();
    return new Completion(
        sample,
        Tokens.of(Arrays.copyOfRange(tokens, promptLength, size)),
        text.text(),
        text.textTokens(),
        why,
        detail,
        Arrays.copyOf(logprobs, n),
        Arrays.copyOf(sampledLogprobs, n),
        top,
        Arrays.copyOf(certainty, wantsCertainty ? n : 0));
  }
}
