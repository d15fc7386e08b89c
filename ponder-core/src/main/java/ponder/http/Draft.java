package ponder.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.model.Completion;
import ponder.model.FinishReason;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.TokenLogprob;
import ponder.model.Tokenizer;
import ponder.model.Tokenizing;
import ponder.model.Tokens;

/// One sample as far as it has come. Lives on the caller's thread.
final class Draft {
  static final String THINK = "<think>";
  static final String UNTHINK = "</think>";

  private final int sample;
  private final Request request;
  private final StringBuilder text = new StringBuilder();
  private final List<Piece.Token> tokens = new ArrayList<>();
  private int pieces;
  private int thoughtBytes;
  private boolean thinking;
  private String finish = "";
  private String stop = "";
  private @Nullable Completion completion;
  private @Nullable RuntimeException failure;

  Draft(int sample, Request request) {
    this.sample = sample;
    this.request = request;
  }

  int sample() {
    return sample;
  }

  /// Forgets everything, for another try.
  void restart() {
    text.setLength(0);
    tokens.clear();
    pieces = 0;
    thoughtBytes = 0;
    thinking = false;
    finish = "";
    stop = "";
  }

  /// Takes a piece and returns the text that it adds.
  String accept(Piece piece) {
    int before = text.length();
    if (!piece.thought().isEmpty()) {
      if (!thinking && before == 0) {
        text.append(THINK);
        thinking = true;
      }
      text.append(piece.thought());
    }
    if (!piece.text().isEmpty()) {
      if (thinking) {
        text.append(UNTHINK);
        thoughtBytes = bytes(text);
        thinking = false;
      }
      text.append(piece.text());
    }
    tokens.addAll(piece.tokens());
    pieces += text.length() > before ? 1 : 0;
    if (!piece.finish().isEmpty()) {
      finish = piece.finish();
      stop = piece.stop();
    }
    return text.substring(before);
  }

  private static int bytes(CharSequence text) {
    return text.toString().getBytes(StandardCharsets.UTF_8).length;
  }

  boolean hasText() {
    return !text.isEmpty();
  }

  /// Tokens that were shown.
  int shown() {
    return tokens.size();
  }

  /// Tokens by the best local knowledge: those shown, else one for each piece of a stream, else a
  /// quarter of the bytes.
  int counted() {
    if (!tokens.isEmpty() || text.isEmpty()) {
      return tokens.size();
    }
    int counted = pieces > 1 ? pieces : Math.ceilDiv(bytes(text), 4);
    return Math.min(counted, request.maxTokens());
  }

  /// How much of a call's tokens that nobody showed are likely this sample's.
  long weight() {
    return tokens.isEmpty() ? Math.max(1, text.length()) : 1;
  }

  @Nullable Completion completion() {
    return completion;
  }

  boolean open() {
    return completion == null;
  }

  @Nullable RuntimeException failure() {
    return failure;
  }

  /// Ends the sample early.
  Completion end(FinishReason reason, String detail, @Nullable RuntimeException cause) {
    failure = cause;
    return complete(counted(), reason, detail, null);
  }

  /// Ends the sample as the server ended it.
  ///
  /// @param count its tokens; at least those shown
  /// @param exact whether the count can be relied on
  /// @param clipped whether fewer tokens were allowed than asked for, for want of context
  Completion finish(
      int count, boolean exact, boolean clipped, @Nullable Tokenizing tokenizing, Server server) {
    return switch (finish) {
      case "length" -> {
        boolean full = clipped || (exact && count < request.maxTokens());
        yield complete(count, full ? FinishReason.CONTEXT : FinishReason.LENGTH, "", tokenizing);
      }
      case "stop", "eos", "tool_calls", "function_call" -> stopped(count, tokenizing, server);
      default -> end(FinishReason.ERROR, "The server ended it with '%s'.".formatted(finish), null);
    };
  }

  /// Servers trim the stop and most do not say which it was, or whether it was end-of-text. Where
  /// nothing tells, a stop is assumed if the request has any: an end taken for a stop costs a
  /// search one empty step more, a stop taken for an end costs it the rest of the solution.
  private Completion stopped(int count, @Nullable Tokenizing tokenizing, Server server) {
    List<String> strings = request.stop().strings();
    List<Tokens> ids = request.stop().sequences();
    if (strings.isEmpty() && ids.isEmpty()) {
      return complete(count, FinishReason.EOS, "", tokenizing);
    }
    if (strings.contains(stop)) {
      return complete(count, FinishReason.STOP, stop, tokenizing);
    }
    for (Tokens id : ids) {
      if (stop.equals(Integer.toString(id.get(0)))) {
        return complete(count, FinishReason.STOP, id.toString(), tokenizing);
      }
    }
    if (server.dialect().stopTokens() || endsAtEos(tokenizing)) {
      return complete(count, FinishReason.EOS, "", tokenizing);
    }
    return complete(
        count, FinishReason.STOP, strings.size() == 1 ? strings.getFirst() : "", tokenizing);
  }

  private boolean endsAtEos(@Nullable Tokenizing tokenizing) {
    return tokenizing != null
        && !tokens.isEmpty()
        && tokenizing.tokenizer().eos().contains(tokens.getLast().id());
  }

  private Completion complete(
      int count, FinishReason reason, String detail, @Nullable Tokenizing tokenizing) {
    int size = Math.max(count, tokens.size());
    int hidden = size - tokens.size();
    // What is not shown is the thoughts in front, or else the stop behind.
    int front = thoughtBytes > 0 ? hidden : 0;
    int[] ids = new int[size];
    float[] logprobs = new float[size];
    Arrays.fill(ids, Tokens.UNKNOWN);
    Arrays.fill(logprobs, Float.NaN);
    List<List<TokenLogprob>> top = new ArrayList<>();
    for (int i = 0; i < size && request.topLogprobs() > 0; i++) {
      top.add(List.of());
    }
    for (int i = 0; i < tokens.size(); i++) {
      Piece.Token token = tokens.get(i);
      ids[front + i] = token.id();
      logprobs[front + i] = token.logprob();
      if (!top.isEmpty()) {
        top.set(front + i, token.top());
      }
    }
    Tokens all = Tokens.of(ids);
    String whole = text.toString();
    completion =
        new Completion(
            sample,
            all,
            whole,
            textTokens(all, front, whole, reason, tokenizing),
            reason,
            detail,
            logprobs,
            sampled(logprobs, request.sampling()),
            top);
    return completion;
  }

  /// How many leading tokens lie in the text: by the lengths of the tokens' texts where they are
  /// shown, else by asking for the text of ever fewer ids, else as if only the tokens of a stop lay
  /// outside.
  private int textTokens(
      Tokens all, int front, String whole, FinishReason reason, @Nullable Tokenizing tokenizing) {
    int size = all.size();
    if (reason == FinishReason.EOS && size > 0) {
      boolean counted = tokens.isEmpty() || tokens.getLast().bytes() > 0;
      return counted && all.get(size - 1) == Tokens.UNKNOWN ? size : size - 1;
    }
    if (reason != FinishReason.STOP || tokens.isEmpty()) {
      return size;
    }
    if (tokens.stream().allMatch(token -> token.bytes() >= 0)) {
      int left = bytes(whole) - thoughtBytes;
      int within = front;
      for (Piece.Token token : tokens) {
        left -= token.bytes();
        if (left < 0) {
          break;
        }
        within++;
      }
      return within;
    }
    if (tokenizing == null || front > 0 || thoughtBytes > 0) {
      return front + tokens.size();
    }
    int within = tokens.size();
    Tokenizer tokenizer = tokenizing.tokenizer();
    while (within > 0 && !whole.startsWith(tokenizer.decode(all.slice(0, within), false))) {
      within--;
    }
    return within;
  }

  /// Known where the drawing is from the model's own distribution, or certain.
  private static float[] sampled(float[] logprobs, Sampling sampling) {
    if (sampling.greedy()) {
      return new float[logprobs.length];
    }
    boolean plain =
        sampling.equals(Sampling.of(1))
            || sampling.equals(Sampling.of(1).withOrder(sampling.order()));
    float[] sampled = logprobs.clone();
    if (!plain) {
      Arrays.fill(sampled, Float.NaN);
    }
    return sampled;
  }
}
