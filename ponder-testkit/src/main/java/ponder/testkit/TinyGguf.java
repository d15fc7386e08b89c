package ponder.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import ponder.core.Seed;
import ponder.gguf.TensorType;

/// A tiny language model with seeded random weights, as a GGUF file that llama.cpp loads.
///
/// Of one of three [kinds][Kind]; all have 4 heads sharing 2 key-value heads and feed-forward 96,
/// where they have any. The vocabulary is one token for each byte (ids 0 to 255 in GPT-2's order),
/// then the merged tokens, then `<|endoftext|>`, `<|im_start|>` and `<|im_end|>`; the chat template
/// is ChatML. Equal settings give equal bytes.
///
/// The weights are scaled so that the next token depends on the whole text and the distribution is
/// far from flat (logits have a standard deviation of about 3): greedy decoding meets no ties, and
/// sampling is diverse. What it writes means nothing.
///
/// @param seed of the weights
/// @param width of the hidden state: 32 or 64
/// @param context most tokens, up to 4096
/// @param pre name of the pre-tokenizer, such as `smollm`, `qwen2`, `gpt-2`, `llama-bpe`
/// @param merges number of merged tokens, up to 512; they are learnt across word borders, so that
///   token ids show where the pre-tokenizer splits
/// @param type how matrices are stored: F32, F16 or Q8_0
/// @param kind how layers remember what was before
public record TinyGguf(
    Seed seed, int width, int context, String pre, int merges, TensorType type, Kind kind) {
  /// How layers remember what was before.
  public enum Kind {
    /// Architecture `llama`, 2 layers: attention over all that was before.
    PLAIN("llama", 2),
    /// Architecture `gemma3`, 6 layers: five with attention over the last [#WINDOW] tokens, one
    /// over all.
    WINDOWED("gemma3", 6),
    /// Architecture `mamba`, 2 layers: a running state and no attention.
    RECURRENT("mamba", 2);

    private final String architecture;
    private final int layers;

    Kind(String architecture, int layers) {
      this.architecture = architecture;
      this.layers = layers;
    }
  }

  /// Tokens that a windowed layer sees, the newest included.
  public static final int WINDOW = 16;

  public static final int HEADS = 4;
  public static final int KEY_VALUE_HEADS = 2;
  public static final int FEED_FORWARD = 96;

  private static final int CONVOLUTION = 4;
  private static final int STATE = 16;
  private static final int TIME_RANK = 4;

  private static final String CHATML =
      "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content']"
          + " + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}"
          + "{{ '<|im_start|>assistant\n' }}{% endif %}";

  private static final int NORMAL = 1;
  private static final int CONTROL = 3;

  public TinyGguf {
    if (width != 32 && width != 64) {
      throw new IllegalArgumentException("width (%d) must be 32 or 64.".formatted(width));
    }
    if (context < 1 || context > 4096) {
      throw new IllegalArgumentException("context (%d) must lie in [1, 4096].".formatted(context));
    }
    if (merges < 0 || merges > 512) {
      throw new IllegalArgumentException("merges (%d) must lie in [0, 512].".formatted(merges));
    }
  }

  /// Width 32, context 512, `smollm`, no merges, F32.
  public static TinyGguf standard() {
    return new TinyGguf(new Seed(1), 32, 512, "smollm", 0, TensorType.F32, Kind.PLAIN);
  }

  public TinyGguf withSeed(long value) {
    return new TinyGguf(new Seed(value), width, context, pre, merges, type, kind);
  }

  public TinyGguf withWidth(int value) {
    return new TinyGguf(seed, value, context, pre, merges, type, kind);
  }

  public TinyGguf withContext(int value) {
    return new TinyGguf(seed, width, value, pre, merges, type, kind);
  }

  public TinyGguf withPre(String value) {
    return new TinyGguf(seed, width, context, value, merges, type, kind);
  }

  public TinyGguf withMerges(int value) {
    return new TinyGguf(seed, width, context, pre, value, type, kind);
  }

  public TinyGguf withType(TensorType value) {
    return new TinyGguf(seed, width, context, pre, merges, value, kind);
  }

  public TinyGguf withKind(Kind value) {
    return new TinyGguf(seed, width, context, pre, merges, type, value);
  }

  /// Number of token ids.
  public int vocabularySize() {
    return 256 + merges + 3;
  }

  public int endOfText() {
    return 256 + merges;
  }

  public int imStart() {
    return 256 + merges + 1;
  }

  public int imEnd() {
    return 256 + merges + 2;
  }

  /// Writes the model and returns `path`.
  public Path write(Path path) {
    return writer().write(path);
  }

  /// The file's bytes.
  public byte[] bytes() {
    return writer().bytes();
  }

  /// Writes a LoRA adapter for this model, which must have attention, and returns `path`: query and
  /// value of all layers, strong enough to change what is generated.
  public Path writeAdapter(Path path, Seed adapterSeed, int rank, float alpha) {
    GgufWriter writer =
        new GgufWriter()
            .text("general.architecture", kind.architecture)
            .text("general.type", "adapter")
            .text("adapter.type", "lora")
            .float32("adapter.lora.alpha", alpha);
    for (int layer = 0; layer < kind.layers; layer++) {
      for (String part : List.of("attn_q", "attn_v")) {
        int rows = part.equals("attn_q") ? width : width / HEADS * KEY_VALUE_HEADS;
        String name = "blk." + layer + "." + part + ".weight";
        writer
            .tensor(
                name + ".lora_a",
                TensorType.F32,
                normal(adapterSeed.split("a", name), width * rank, deviation(width)),
                width,
                rank)
            .tensor(
                name + ".lora_b",
                TensorType.F32,
                normal(adapterSeed.split("b", name), rank * rows, 1),
                rank,
                rows);
      }
    }
    return writer.write(path);
  }

  private GgufWriter writer() {
    GgufWriter writer = new GgufWriter();
    hyperParameters(writer);
    vocabulary(writer);
    matrix(writer, "token_embd.weight", width, vocabularySize(), 1);
    for (int layer = 0; layer < kind.layers; layer++) {
      String prefix = "blk." + layer + ".";
      if (kind == Kind.RECURRENT) {
        recurrentLayer(writer, prefix);
      } else {
        layer(writer, prefix);
      }
    }
    norm(writer, "output_norm.weight");
    matrix(writer, "output.weight", width, vocabularySize(), 3 * deviation(width));
    return writer;
  }

  private void hyperParameters(GgufWriter writer) {
    String prefix = kind.architecture + ".";
    boolean attends = kind != Kind.RECURRENT;
    writer
        .text("general.architecture", kind.architecture)
        .text("general.name", "tiny")
        .uint32(prefix + "block_count", kind.layers)
        .uint32(prefix + "context_length", context)
        .uint32(prefix + "embedding_length", width)
        .uint32(prefix + "feed_forward_length", attends ? FEED_FORWARD : 0)
        .uint32(prefix + "attention.head_count", attends ? HEADS : 0)
        .uint32(prefix + "attention.head_count_kv", attends ? KEY_VALUE_HEADS : 0)
        .float32(prefix + "attention.layer_norm_rms_epsilon", 1e-5f)
        .float32(prefix + "rope.freq_base", 10_000)
        .uint32(prefix + "rope.dimension_count", width / HEADS)
        .uint32(prefix + "vocab_size", vocabularySize());
    switch (kind) {
      case PLAIN -> {}
      case WINDOWED ->
          writer
              .uint32(prefix + "attention.sliding_window", WINDOW)
              .uint32(prefix + "attention.key_length", width / HEADS)
              .uint32(prefix + "attention.value_length", width / HEADS);
      case RECURRENT ->
          writer
              .uint32(prefix + "ssm.conv_kernel", CONVOLUTION)
              .uint32(prefix + "ssm.inner_size", 2 * width)
              .uint32(prefix + "ssm.state_size", STATE)
              .uint32(prefix + "ssm.time_step_rank", TIME_RANK);
    }
  }

  private void vocabulary(GgufWriter writer) {
    TinyMerges learnt = TinyMerges.learn(merges);
    List<String> tokens = new ArrayList<>(learnt.tokens());
    tokens.addAll(List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>"));
    int[] types = new int[tokens.size()];
    for (int id = 0; id < types.length; id++) {
      types[id] = id < endOfText() ? NORMAL : CONTROL;
    }
    writer
        .text("tokenizer.ggml.model", "gpt2")
        .text("tokenizer.ggml.pre", pre)
        .texts("tokenizer.ggml.tokens", tokens)
        .int32s("tokenizer.ggml.token_type", types)
        .texts("tokenizer.ggml.merges", learnt.merges())
        .uint32("tokenizer.ggml.bos_token_id", imStart())
        .uint32("tokenizer.ggml.eos_token_id", imEnd())
        .uint32("tokenizer.ggml.unknown_token_id", endOfText())
        .uint32("tokenizer.ggml.padding_token_id", imEnd())
        .flag("tokenizer.ggml.add_bos_token", false)
        .text("tokenizer.chat_template", CHATML);
  }

  private void layer(GgufWriter writer, String prefix) {
    int keys = width / HEADS * KEY_VALUE_HEADS;
    norm(writer, prefix + "attn_norm.weight");
    // Sharp attention: queries and keys are twice as long as usual.
    matrix(writer, prefix + "attn_q.weight", width, width, 2 * deviation(width));
    matrix(writer, prefix + "attn_k.weight", width, keys, 2 * deviation(width));
    matrix(writer, prefix + "attn_v.weight", width, keys, 2 * deviation(width));
    matrix(writer, prefix + "attn_output.weight", width, width, 2 * deviation(width));
    norm(writer, prefix + "ffn_norm.weight");
    matrix(writer, prefix + "ffn_gate.weight", width, FEED_FORWARD, 2 * deviation(width));
    matrix(writer, prefix + "ffn_up.weight", width, FEED_FORWARD, deviation(width));
    matrix(writer, prefix + "ffn_down.weight", FEED_FORWARD, width, deviation(FEED_FORWARD));
    if (kind == Kind.WINDOWED) {
      constant(writer, prefix + "attn_q_norm.weight", 2, width / HEADS);
      constant(writer, prefix + "attn_k_norm.weight", 1, width / HEADS);
      norm(writer, prefix + "post_attention_norm.weight");
      norm(writer, prefix + "post_ffw_norm.weight");
    }
  }

  private void recurrentLayer(GgufWriter writer, String prefix) {
    int inner = 2 * width;
    norm(writer, prefix + "attn_norm.weight");
    matrix(writer, prefix + "ssm_in.weight", width, 2 * inner, 2 * deviation(width));
    Seed weights = seed.split("weights", prefix);
    writer.tensor(
        prefix + "ssm_conv1d.weight",
        TensorType.F32,
        normal(weights.split("convolution", 0), CONVOLUTION * inner, 1),
        CONVOLUTION,
        inner);
    constant(writer, prefix + "ssm_conv1d.bias", 0, inner);
    matrix(writer, prefix + "ssm_x.weight", inner, TIME_RANK + 2 * STATE, 2 * deviation(inner));
    matrix(writer, prefix + "ssm_dt.weight", TIME_RANK, inner, 1);
    constant(writer, prefix + "ssm_dt.bias", -1, inner);
    constant(writer, prefix + "ssm_a", -0.1f, STATE, inner);
    constant(writer, prefix + "ssm_d", 1, inner);
    matrix(writer, prefix + "ssm_out.weight", inner, width, 2 * deviation(inner));
  }

  private void norm(GgufWriter writer, String name) {
    constant(writer, name, 1, width);
  }

  private static void constant(GgufWriter writer, String name, float value, long... dimensions) {
    long count = 1;
    for (long dimension : dimensions) {
      count *= dimension;
    }
    float[] values = new float[(int) count];
    Arrays.fill(values, value);
    writer.tensor(name, TensorType.F32, values, dimensions);
  }

  private void matrix(GgufWriter writer, String name, int columns, int rows, float deviation) {
    float[] values = normal(seed.split("weights", name), columns * rows, deviation);
    writer.tensor(name, type, values, columns, rows);
  }

  private static float deviation(int inputs) {
    return (float) (1 / Math.sqrt(inputs));
  }

  /// Sums of four uniform numbers: close enough to a normal distribution, and exact on every
  /// machine.
  private static float[] normal(Seed seed, int count, float deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      double sum = 0;
      for (int k = 0; k < 4; k++) {
        sum += (seed.split("value", 4L * i + k).value() >>> 11) * 0x1p-53 - 0.5;
      }
      values[i] = (float) (sum * Math.sqrt(3) * deviation);
    }
    return values;
  }
}
