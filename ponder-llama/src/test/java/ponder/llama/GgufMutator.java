package ponder.llama;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import ponder.core.Seed;

/// Makes broken model files out of a good one: seeded changes of the fields that the format has, of
/// whole entries, and of plain bytes.
///
/// Knows the layout of GGUF by itself, so that it does not share a mistake with the reader under
/// test.
final class GgufMutator {
  private static final int STRING = 8;
  private static final int ARRAY = 9;
  private static final int[] WIDTHS = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
  private static final long[] NUMBERS = {
    0,
    1,
    2,
    3,
    4,
    5,
    7,
    8,
    15,
    16,
    17,
    31,
    33,
    48,
    63,
    64,
    65,
    96,
    127,
    128,
    255,
    256,
    257,
    300,
    512,
    513,
    1000,
    4096,
    65535,
    65536,
    1 << 20,
    1 << 24,
    1 << 30,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    -1,
    -2,
    -32,
    1L << 32,
    (1L << 32) - 32,
    1L << 40,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    0x3F800000L,
    0x7FC00000L,
    0x7F800000L,
    0x7FF8000000000000L
  };

  /// What a number in the file's head is for: how the file is to be read (lengths, types), a value
  /// of the metadata, or a tensor's shape, type or place.
  private enum Role {
    STRUCTURE,
    VALUE,
    TENSOR
  }

  /// Keys that the good file lacks and the library reads: whole numbers, reals, flags, texts.
  private static final List<String> WHOLE_KEYS =
      List.of(
          "llama.expert_count",
          "llama.expert_group_count",
          "llama.expert_used_count",
          "llama.attention.key_length",
          "llama.attention.value_length",
          "llama.attention.sliding_window",
          "llama.rope.scaling.type",
          "llama.rope.scaling.original_context_length",
          "llama.leading_dense_block_count",
          "llama.pooling_type",
          "llama.expert_feed_forward_length",
          "llama.nextn_predict_layers",
          "llama.attention.group_norm_groups",
          "llama.embedding_length_out",
          "llama.classifier.output_labels",
          "llama.attention.shared_kv_layers",
          "llama.swin_norm",
          "split.count",
          "split.no",
          "split.tensors.count",
          "general.alignment",
          "general.file_type",
          "general.quantization_version",
          "tokenizer.ggml.eot_token_id",
          "tokenizer.ggml.eom_token_id",
          "tokenizer.ggml.seperator_token_id",
          "tokenizer.ggml.cls_token_id",
          "tokenizer.ggml.mask_token_id",
          "tokenizer.ggml.fim_pre_token_id",
          "tokenizer.ggml.token_type_count");

  private static final List<String> REAL_KEYS =
      List.of(
          "llama.rope.scaling.factor",
          "llama.rope.scaling.attn_factor",
          "llama.logit_scale",
          "llama.attention.layer_norm_epsilon",
          "llama.attention.scale",
          "llama.attention.clamp_kqv",
          "llama.attention.max_alibi_bias",
          "llama.residual_scale",
          "llama.embedding_scale",
          "llama.final_logit_softcapping",
          "llama.attn_logit_softcapping",
          "llama.rope.scaling.yarn_log_multiplier",
          "llama.rope.scale_linear",
          "llama.expert_weights_scale",
          "llama.attention.temperature_scale");

  private static final List<String> FLAG_KEYS =
      List.of(
          "llama.attention.causal",
          "llama.use_parallel_residual",
          "llama.rope.scaling.finetuned",
          "tokenizer.ggml.add_eos_token",
          "tokenizer.ggml.add_sep_token",
          "tokenizer.ggml.add_space_prefix",
          "tokenizer.ggml.remove_extra_whitespaces",
          "llama.expert_weights_norm");

  private static final List<String> TEXTS =
      List.of(
          "",
          "llama",
          "bert",
          "t5",
          "rwkv",
          "none",
          "no_vocab",
          "plamo2",
          "gpt2",
          "adapter",
          "model",
          "yarn",
          "longrope",
          "linear",
          "default",
          "qwen2",
          "gpt-2",
          "deepseek-llm",
          "llama-bpe",
          "tekken",
          "mpt",
          "\u0000",
          "{{",
          "{% for x in y %}",
          "x".repeat(5000));

  /// A number in the file's head: where, and how many bytes.
  private record Field(int at, int width, Role role) {}

  /// A metadata entry or a tensor's description.
  private record Part(int begin, int end, boolean tensor) {
    /// Where the number of parts of this kind lies.
    int count() {
      return tensor ? 8 : 16;
    }
  }

  /// An array in the metadata: where its count lies, and where each element begins; the last place
  /// is its end.
  private record Elements(int count, List<Integer> begins) {}

  /// Architectures of every family: other norms, experts, windows, running states, encoders.
  private static final List<String> ARCHITECTURES =
      List.of(
          "qwen2",
          "qwen3",
          "qwen2moe",
          "qwen3moe",
          "gemma",
          "gemma2",
          "gemma3",
          "phi2",
          "phi3",
          "gpt2",
          "gptneox",
          "falcon",
          "starcoder2",
          "mamba",
          "mamba2",
          "rwkv6",
          "rwkv7",
          "jamba",
          "granite",
          "granitehybrid",
          "bert",
          "t5",
          "deepseek2",
          "mpt",
          "bloom",
          "stablelm",
          "olmo2",
          "command-r",
          "smollm3",
          "minicpm",
          "baichuan",
          "llama4",
          "gpt-oss",
          "lfm2",
          "falcon-h1",
          "exaone",
          "dream",
          "bitnet",
          "chatglm",
          "none-such");

  private final byte[] good;
  private final List<Field> fields = new ArrayList<>();
  private final List<Part> parts = new ArrayList<>();
  private final List<Elements> arrays = new ArrayList<>();

  /// Where values that are strings have their length.
  private final List<Integer> texts = new ArrayList<>();

  private final int head;

  GgufMutator(byte[] good) {
    this.good = good.clone();
    ByteBuffer in = ByteBuffer.wrap(this.good).order(ByteOrder.LITTLE_ENDIAN);
    for (int at : new int[] {4, 8, 16}) {
      fields.add(new Field(at, at == 4 ? 4 : 8, Role.STRUCTURE));
    }
    long tensors = in.getLong(8);
    long entries = in.getLong(16);
    in.position(24);
    for (int i = 0; i < entries; i++) {
      int begin = in.position();
      text(in);
      fields.add(new Field(in.position(), 4, Role.STRUCTURE));
      value(in, in.getInt());
      parts.add(new Part(begin, in.position(), false));
    }
    for (int i = 0; i < tensors; i++) {
      tensor(in);
    }
    head = in.position();
  }

  private void tensor(ByteBuffer in) {
    int begin = in.position();
    text(in);
    fields.add(new Field(in.position(), 4, Role.STRUCTURE));
    int dimensions = in.getInt();
    for (int d = 0; d < dimensions; d++) {
      number(in, 8, Role.TENSOR);
    }
    number(in, 4, Role.TENSOR);
    number(in, 8, Role.TENSOR);
    parts.add(new Part(begin, in.position(), true));
  }

  private void text(ByteBuffer in) {
    fields.add(new Field(in.position(), 8, Role.STRUCTURE));
    int length = (int) in.getLong();
    in.position(in.position() + length);
  }

  private void value(ByteBuffer in, int type) {
    switch (type) {
      case STRING -> {
        texts.add(in.position());
        text(in);
      }
      case ARRAY -> {
        fields.add(new Field(in.position(), 4, Role.STRUCTURE));
        int element = in.getInt();
        fields.add(new Field(in.position(), 8, Role.STRUCTURE));
        long count = in.getLong();
        List<Integer> begins = new ArrayList<>();
        for (long i = 0; i < count; i++) {
          begins.add(in.position());
          // Of a long array only some elements are worth a mutation of their own.
          int known = fields.size();
          value(in, element);
          if (i > 2 && i < count - 4) {
            fields.subList(known, fields.size()).clear();
          }
        }
        begins.add(in.position());
        arrays.add(new Elements(begins.getFirst() - 8, begins));
      }
      default -> number(in, WIDTHS[type], Role.VALUE);
    }
  }

  private void number(ByteBuffer in, int width, Role role) {
    fields.add(new Field(in.position(), width, role));
    in.position(in.position() + width);
  }

  /// The file that belongs to `seed`.
  byte[] mutant(Seed seed) {
    byte[] bytes = good.clone();
    int changes = 1 + below(seed, "changes", 8) / 3;
    for (int i = 0; i < changes; i++) {
      Seed change = seed.split("change", i);
      bytes =
          switch (below(change, "kind", i == 0 ? 24 : 14)) {
            case 0 -> cut(bytes, change);
            case 1 -> flip(bytes, change, head);
            case 2 -> flip(bytes, change, bytes.length);
            case 14, 15 -> drop(change);
            case 16, 17 -> copyPart(change);
            case 18, 19 -> resize(change);
            case 20 -> rename(change);
            case 21 -> retext(change);
            case 22, 23 -> insert(change);
            default -> setField(bytes, change);
          };
    }
    return bytes;
  }

  private static byte[] cut(byte[] bytes, Seed seed) {
    return Arrays.copyOf(bytes, below(seed, "length", bytes.length));
  }

  private static byte[] flip(byte[] bytes, Seed seed, int end) {
    int at = below(seed, "at", Math.min(end, Math.max(1, bytes.length)));
    if (at < bytes.length) {
      bytes[at] ^= (byte) (1 << below(seed, "bit", 8));
    }
    return bytes;
  }

  private byte[] setField(byte[] bytes, Seed seed) {
    Role role =
        switch (below(seed, "role", 8)) {
          case 0 -> Role.STRUCTURE;
          case 1, 2 -> Role.TENSOR;
          default -> Role.VALUE;
        };
    List<Field> candidates = fields.stream().filter(field -> field.role == role).toList();
    Field field = candidates.get(below(seed, "field", candidates.size()));
    if (field.at + field.width > bytes.length) {
      return bytes;
    }
    long value = NUMBERS[below(seed, "value", NUMBERS.length)];
    if (below(seed, "near", 3) == 0) {
      value = read(bytes, field) + below(seed, "step", 5) - 2;
    }
    for (int i = 0; i < field.width; i++) {
      bytes[field.at + i] = (byte) (value >>> (8 * i));
    }
    return bytes;
  }

  private static long read(byte[] bytes, Field field) {
    long value = 0;
    for (int i = 0; i < field.width; i++) {
      value |= (bytes[field.at + i] & 0xFFL) << (8 * i);
    }
    return value;
  }

  /// Leaves one entry out. Like the other changes of the head's length only as the first change:
  /// later, places have moved.
  private byte[] drop(Seed seed) {
    Part part = parts.get(below(seed, "part", parts.size()));
    return file(splice(head(), part.begin, part.end, new byte[0], part.count(), -1));
  }

  /// Puts one entry in the place of another of its kind.
  private byte[] copyPart(Seed seed) {
    Part part = parts.get(below(seed, "part", parts.size()));
    List<Part> kin = parts.stream().filter(other -> other.tensor == part.tensor).toList();
    Part other = kin.get(below(seed, "other", kin.size()));
    byte[] content = Arrays.copyOfRange(good, other.begin, other.end);
    return file(splice(head(), part.begin, part.end, content, part.count(), 0));
  }

  /// Leaves out the last elements of an array, or repeats them.
  private byte[] resize(Seed seed) {
    if (arrays.isEmpty()) {
      return drop(seed);
    }
    Elements array = arrays.get(below(seed, "array", arrays.size()));
    int size = array.begins.size() - 1;
    int changed = Math.min(size, 1 + below(seed, "elements", 3) * below(seed, "much", 100));
    int begin = array.begins.get(size - changed);
    int end = array.begins.get(size);
    byte[] repeated = Arrays.copyOfRange(good, begin, end);
    return file(
        below(seed, "shorter", 2) == 0
            ? splice(head(), begin, end, new byte[0], array.count, -changed)
            : splice(head(), end, end, repeated, array.count, changed));
  }

  /// Makes the file one of another architecture, all keys renamed. From the end to the beginning,
  /// so that no place moves before it is used.
  private byte[] rename(Seed seed) {
    String to = ARCHITECTURES.get(below(seed, "architecture", ARCHITECTURES.size()));
    byte[] renamed = head();
    for (Part part : parts.reversed()) {
      String entry = new String(good, part.begin, part.end - part.begin, ISO_8859_1);
      int at = entry.indexOf("llama");
      if (at == 8 || entry.startsWith("general.architecture", 8)) {
        int begin = part.begin + at;
        renamed =
            splice(renamed, begin, begin + 5, to.getBytes(ISO_8859_1), begin - 8, to.length() - 5);
      }
    }
    return file(renamed);
  }

  /// Gives a text another value.
  private byte[] retext(Seed seed) {
    int at = texts.get(below(seed, "text", texts.size()));
    int length = ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
    byte[] text = TEXTS.get(below(seed, "value", TEXTS.size())).getBytes(ISO_8859_1);
    return file(splice(head(), at + 8, at + 8 + length, text, at, text.length - length));
  }

  /// Adds an entry with a key that the library knows.
  private byte[] insert(Seed seed) {
    int which = below(seed, "key", WHOLE_KEYS.size() + REAL_KEYS.size() + FLAG_KEYS.size());
    int real = which - WHOLE_KEYS.size();
    int flag = real - REAL_KEYS.size();
    String key =
        real < 0 ? WHOLE_KEYS.get(which) : flag < 0 ? REAL_KEYS.get(real) : FLAG_KEYS.get(flag);
    ByteBuffer entry = ByteBuffer.allocate(8 + key.length() + 8).order(ByteOrder.LITTLE_ENDIAN);
    entry.putLong(key.length()).put(key.getBytes(ISO_8859_1));
    int value = (int) NUMBERS[below(seed, "value", NUMBERS.length)];
    if (flag >= 0) {
      entry.putInt(7).put((byte) (value & 1));
    } else if (real >= 0) {
      float[] reals = {0, -1, 1, 1e-9f, 1e30f, -1e30f, Float.NaN, Float.POSITIVE_INFINITY, 0.5f};
      entry.putInt(6).putFloat(reals[below(seed, "real", reals.length)]);
    } else {
      entry.putInt(4).putInt(value);
    }
    byte[] content = Arrays.copyOf(entry.array(), entry.position());
    int at = parts.getFirst().begin;
    return file(splice(head(), at, at, content, 16, 1));
  }

  private byte[] head() {
    return Arrays.copyOf(good, head);
  }

  /// Replaces `[begin, end)` and adds to the number at `count`, which lies before.
  private static byte[] splice(
      byte[] bytes, int begin, int end, byte[] content, int count, int countChange) {
    ByteBuffer out =
        ByteBuffer.allocate(bytes.length - (end - begin) + content.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    out.put(bytes, 0, begin).put(content).put(bytes, end, bytes.length - end);
    return out.putLong(count, out.getLong(count) + countChange).array();
  }

  /// A head and the good file's data, aligned.
  private byte[] file(byte[] newHead) {
    int from = aligned(head);
    byte[] whole = Arrays.copyOf(newHead, aligned(newHead.length) + good.length - from);
    System.arraycopy(good, from, whole, aligned(newHead.length), good.length - from);
    return whole;
  }

  private static int aligned(int at) {
    return (at + 31) / 32 * 32;
  }

  private static int below(Seed seed, String key, int bound) {
    return (int) Math.floorMod(seed.split(key, 0).value(), (long) bound);
  }
}
