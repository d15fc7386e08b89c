package ponder.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import ponder.core.Seed;
import ponder.model.Call;
import ponder.model.ChatTemplate;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.FinishReason;
import ponder.model.LanguageModel;
import ponder.model.Message;
import ponder.model.ModelInfo;
import ponder.model.ModelInfo.Determinism;
import ponder.model.Request;
import ponder.model.Tokenizer;
import ponder.model.Tokenizing;
import ponder.model.Tokens;
import ponder.model.Usage;

/// A model that costs next to nothing and says nothing, so that what remains is the search's own.
///
/// A step is so many random words, a token each, and a blank line; the whole rest of a solution is
/// as many words. Draws and log-probabilities depend on the request's seed and the sample's index
/// alone. It keeps time of its own work. Thread-safe.
final class ToyModel implements LanguageModel, Tokenizing {
  /// Length of a word with its space; about what a token of a real model has.
  private static final int LETTERS = 4;

  private static final int WORDS = 1024;
  private static final int END = 256 + WORDS;
  private static final Tokens BREAK = Tokens.of('\n', '\n');
  private static final Words TOKENIZER = new Words();

  private final int stepTokens;
  private final AtomicLong nanos = new AtomicLong();

  /// @param stepTokens tokens of a step, at least 3
  ToyModel(int stepTokens) {
    this.stepTokens = stepTokens;
  }

  /// How long it has worked itself.
  long nanos() {
    return nanos.get();
  }

  @Override
  public ModelInfo info() {
    int context = Integer.MAX_VALUE;
    String hash = "0".repeat(64);
    return new ModelInfo("toy", "toy", "1", hash, context, END + 1, 0, Determinism.INVARIANT);
  }

  @Override
  public Tokenizer tokenizer() {
    return TOKENIZER;
  }

  @Override
  public ChatTemplate chatTemplate() {
    return (messages, cue) ->
        String.join("\n", messages.stream().map(Message::content).toList()) + "\n";
  }

  @Override
  public Completions complete(Request request, Call call) {
    long start = System.nanoTime();
    Tokens prompt = tokens(request.prompt());
    boolean whole = request.stop().strings().isEmpty();
    List<Completion> completions = new ArrayList<>();
    for (int sample : request.samples()) {
      completions.add(completion(new Seed(request.seed()).split("sample", sample), sample, whole));
    }
    long generated = completions.stream().mapToLong(it -> it.tokens().size()).sum();
    nanos.addAndGet(System.nanoTime() - start);
    completions.forEach(call.listener()::onFinish);
    Usage usage =
        new Usage(prompt.size(), prompt.size() - 1, generated, 0, request.samples().size());
    return new Completions(completions, usage);
  }

  private Completion completion(Seed seed, int sample, boolean whole) {
    int words = stepTokens - BREAK.size();
    int[] drawn = new int[words];
    float[] logprobs = new float[whole ? words + 1 : stepTokens];
    long state = seed.value();
    for (int k = 0; k < words; k++) {
      state = Seed.mix(state + k);
      drawn[k] = 256 + (int) Long.remainderUnsigned(state, WORDS);
      logprobs[k] = -(state >>> 40) * 0x1p-24f;
    }
    Tokens tokens = Tokens.of(drawn);
    String text = TOKENIZER.decode(tokens, false);
    return whole
        ? completion(
            sample, tokens.concat(Tokens.of(END)), text, words, FinishReason.EOS, "", logprobs)
        : completion(
            sample, tokens.concat(BREAK), text, words, FinishReason.STOP, "\n\n", logprobs);
  }

  private static Completion completion(
      int sample,
      Tokens tokens,
      String text,
      int textTokens,
      FinishReason finish,
      String detail,
      float[] logprobs) {
    return new Completion(
        sample, tokens, text, textTokens, finish, detail, logprobs, logprobs, List.of());
  }

  @Override
  public void close() {}

  /// A token per byte, then one per word of three letters with a space in front.
  private static final class Words implements Tokenizer {
    @Override
    public int vocabularySize() {
      return END + 1;
    }

    @Override
    public Tokens encode(String text, boolean parseSpecial) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      int[] ids = new int[bytes.length];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = bytes[i] & 0xFF;
      }
      return Tokens.of(ids);
    }

    @Override
    public String decode(Tokens tokens, boolean withSpecial) {
      byte[] all = new byte[tokens.size() * LETTERS];
      int length = 0;
      for (int i = 0; i < tokens.size(); i++) {
        byte[] one = bytes(tokens.get(i));
        System.arraycopy(one, 0, all, length, one.length);
        length += one.length;
      }
      return new String(all, 0, length, StandardCharsets.UTF_8);
    }

    @Override
    public byte[] bytes(int id) {
      if (id < 256) {
        return new byte[] {(byte) id};
      }
      if (id == END) {
        return new byte[0];
      }
      int word = id - 256;
      byte[] bytes = {' ', 'a', 'a', 'a'};
      for (int k = LETTERS - 1; k > 0; k--) {
        bytes[k] += (byte) (word % 16);
        word /= 16;
      }
      return bytes;
    }

    @Override
    public boolean isSpecial(int id) {
      return id == END;
    }

    @Override
    public Set<Integer> eos() {
      return Set.of(END);
    }

    @Override
    public int bos() {
      return -1;
    }
  }
}
