package ponder.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import ponder.core.Seed;
import ponder.gguf.TensorType;

/// A tiny language model with seeded random weights, as a GGUF file that llama.cpp loads.
///
/// Architecture `llama`: 2 layers, 4 heads sharing 2 key-value heads, feed-forward 96. The
/// vocabulary is one token for each byte (ids 0 to 255 in GPT-2's order), then the merged tokens,
/// then `<|endoftext|>`, `<|im_start|>` and `<|im_end|>`; the chat template is ChatML. Equal
/// settings give equal bytes.
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
public record TinyGguf(Seed seed, int width, int context, String pre, int merges, TensorType type) {
  public static final int LAYERS = 2;
  public static final int HEADS = 4;
  public static final int KEY_VALUE_HEADS = 2;
  public static final int FEED_FORWARD = 96;

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
    return new TinyGguf(new Seed(1), 32, 512, "smollm", 0, TensorType.F32);
  }

  public TinyGguf withSeed(long value) {
    return new TinyGguf(new Seed(value), width, context, pre, merges, type);
  }

  public TinyGguf withWidth(int value) {
    return new TinyGguf(seed, value, context, pre, merges, type);
  }

  public TinyGguf withContext(int value) {
    return new TinyGguf(seed, width, value, pre, merges, type);
  }

  public TinyGguf withPre(String value) {
    return new TinyGguf(seed, width, context, value, merges, type);
  }

  public TinyGguf withMerges(int value) {
    return new TinyGguf(seed, width, context, pre, value, type);
  }

  public TinyGguf withType(TensorType value) {
    return new TinyGguf(seed, width, context, pre, merges, value);
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

  /// Writes a LoRA adapter for this model and returns `path`: query and value of both layers,
  /// strong enough to change what is generated.
  public Path writeAdapter(Path path, Seed adapterSeed, int rank, float alpha) {
    GgufWriter writer =
        new GgufWriter()
            .text("general.architecture", "llama")
            .text("general.type", "adapter")
            .text("adapter.type", "lora")
            .float32("adapter.lora.alpha", alpha);
    for (int layer = 0; layer < LAYERS; layer++) {
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
    for (int layer = 0; layer < LAYERS; layer++) {
      layer(writer, "blk." + layer + ".");
    }
    norm(writer, "output_norm.weight");
    matrix(writer, "output.weight", width, vocabularySize(), 3 * deviation(width));
    return writer;
  }

  private void hyperParameters(GgufWriter writer) {
    writer
        .text("general.architecture", "llama")
        .text("general.name", "tiny")
        .uint32("llama.block_count", LAYERS)
        .uint32("llama.context_length", context)
        .uint32("llama.embedding_length", width)
        .uint32("llama.feed_forward_length", FEED_FORWARD)
        .uint32("llama.attention.head_count", HEADS)
        .uint32("llama.attention.head_count_kv", KEY_VALUE_HEADS)
        .float32("llama.attention.layer_norm_rms_epsilon", 1e-5f)
        .float32("llama.rope.freq_base", 10_000)
        .uint32("llama.rope.dimension_count", width / HEADS)
        .uint32("llama.vocab_size", vocabularySize());
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
  }

  private void norm(GgufWriter writer, String name) {
    float[] ones = new float[width];
    java.util.Arrays.fill(ones, 1);
    writer.tensor(name, TensorType.F32, ones, width);
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
