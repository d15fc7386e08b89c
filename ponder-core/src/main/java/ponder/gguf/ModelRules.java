package ponder.gguf;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What must hold between a model's hyper-parameters, vocabulary and tensors, so that a file that
/// contradicts itself is named as such before any library computes with it.
///
/// One method a rule, listed in [#check]. A rule says nothing where the file says nothing, or says
/// it per layer: whether a key is needed is the library's business. Shapes are known for the dense
/// `llama` and `qwen` families only.
final class ModelRules {
  private static final Pattern BLOCK = Pattern.compile("blk\\.(\\d+)\\..*");
  private static final Set<String> DENSE = Set.of("llama", "qwen2", "qwen3");

  private static final Set<String> ATTENTIONLESS = Set.of("mamba", "mamba2");

  private static final Set<String> UNUSED = Set.of("feed_forward_length", "attention.head_count");

  /// Types that hold no weights: indices, and what the library makes while computing.
  private static final Set<TensorType> NO_WEIGHTS =
      Set.of(
          TensorType.I8,
          TensorType.I16,
          TensorType.I32,
          TensorType.I64,
          TensorType.F64,
          TensorType.Q8_1,
          TensorType.Q8_K);

  private final Gguf file;
  private final String prefix;

  private ModelRules(Gguf file) {
    this.file = file;
    this.prefix = file.architecture() + ".";
  }

  /// Checks every rule.
  ///
  /// @throws GgufException naming the first that is broken
  static void check(Gguf file) {
    ModelRules rules = new ModelRules(file);
    rules.architecture();
    rules.finiteNumbers();
    rules.sizes();
    rules.heads();
    rules.vocabulary();
    rules.endsAndBeginnings();
    rules.merges();
    rules.blocks();
    rules.weightTypes();
    rules.places();
    rules.shapes();
  }

  private void architecture() {
    String name = file.architecture();
    if (!Architectures.isKnown(name)) {
      throw file.bad(
          "its architecture ('%s') is unknown. Maybe '%s' was meant."
              .formatted(name, Architectures.nearest(name)));
    }
  }

  private void finiteNumbers() {
    for (Map.Entry<String, Value> entry : file.metadata().entrySet()) {
      if (entry.getKey().startsWith(prefix)
          && entry.getValue() instanceof Value.Real real
          && !Double.isFinite(real.value())) {
        throw file.bad("'%s' (%s) must be finite.".formatted(entry.getKey(), real.value()));
      }
    }
  }

  /// Models without attention write 0 for what they do not have.
  private void sizes() {
    boolean attentionless = ATTENTIONLESS.contains(file.architecture());
    for (String key :
        List.of(
            "context_length",
            "embedding_length",
            "feed_forward_length",
            "attention.head_count",
            "attention.key_length",
            "attention.value_length")) {
      OptionalLong size = scalar(key);
      if (size.isPresent() && attentionless && UNUSED.contains(key) && size.getAsLong() == 0) {
        continue;
      }
      if (size.isPresent() && (size.getAsLong() < 1 || size.getAsLong() > Integer.MAX_VALUE)) {
        throw file.bad(
            "'%s%s' (%d) must lie in [1, 2^31).".formatted(prefix, key, size.getAsLong()));
      }
    }
  }

  private void heads() {
    OptionalLong heads = scalar("attention.head_count");
    OptionalLong keyHeads = scalar("attention.head_count_kv");
    OptionalLong width = scalar("embedding_length");
    if (!DENSE.contains(file.architecture()) || heads.isEmpty() || width.isEmpty()) {
      return;
    }
    if (keyHeads.isPresent()
        && (keyHeads.getAsLong() < 1 || heads.getAsLong() % keyHeads.getAsLong() != 0)) {
      throw file.bad(
          "'%sattention.head_count_kv' (%d) does not divide '%sattention.head_count' (%d)."
              .formatted(prefix, keyHeads.getAsLong(), prefix, heads.getAsLong()));
    }
    if (scalar("attention.key_length").isEmpty() && width.getAsLong() % heads.getAsLong() != 0) {
      throw file.bad(
          "'%sattention.head_count' (%d) does not divide '%sembedding_length' (%d)."
              .formatted(prefix, heads.getAsLong(), prefix, width.getAsLong()));
    }
    long headWidth = scalar("attention.key_length").orElse(width.getAsLong() / heads.getAsLong());
    long rotated = scalar("rope.dimension_count").orElse(headWidth);
    if (rotated < 0 || rotated > headWidth || rotated % 2 != 0) {
      throw file.bad(
          "'%srope.dimension_count' (%d) must be even and at most the width of a head (%d)."
              .formatted(prefix, rotated, headWidth));
    }
  }

  private void vocabulary() {
    int tokens = file.texts("tokenizer.ggml.tokens").map(TextArray::size).orElse(0);
    for (String key : List.of("tokenizer.ggml.token_type", "tokenizer.ggml.scores")) {
      long entries = file.numbers(key).map(NumberArray::size).orElse((long) tokens);
      if (entries != tokens) {
        throw file.bad("'%s' has %d entries for %d tokens.".formatted(key, entries, tokens));
      }
    }
    long rows = file.tensor("token_embd.weight").map(t -> t.dimension(1)).orElse((long) tokens);
    if (rows != tokens) {
      throw file.bad(
          "tensor 'token_embd.weight' has %d rows for %d tokens.".formatted(rows, tokens));
    }
  }

  private void endsAndBeginnings() {
    int tokens = file.texts("tokenizer.ggml.tokens").map(TextArray::size).orElse(0);
    for (String key : List.of("tokenizer.ggml.bos_token_id", "tokenizer.ggml.eos_token_id")) {
      long id = file.whole(key).orElse(0);
      if (id < 0 || id >= Math.max(1, tokens)) {
        throw file.bad("'%s' (%d) must lie in [0, %d).".formatted(key, id, tokens));
      }
    }
  }

  private void merges() {
    TextArray merges = file.texts("tokenizer.ggml.merges").orElse(null);
    for (int i = 0; merges != null && i < merges.size(); i++) {
      if (!isPair(merges.bytes(i))) {
        throw file.bad(
            "merge %d ('%s') is not two texts with a space between.".formatted(i, merges.get(i)));
      }
    }
  }

  private static boolean isPair(byte[] merge) {
    int space = 1;
    while (space < merge.length && merge[space] != ' ') {
      space++;
    }
    return space < merge.length - 1;
  }

  private void blocks() {
    long blocks = scalar("block_count").orElse(Long.MAX_VALUE);
    for (TensorInfo tensor : file.tensors()) {
      Matcher name = BLOCK.matcher(tensor.name());
      if (name.matches()
          && (name.group(1).length() > 9 || Long.parseLong(name.group(1)) >= blocks)) {
        throw file.bad("tensor '%s' lies outside the %d blocks.".formatted(tensor.name(), blocks));
      }
    }
  }

  private void weightTypes() {
    for (TensorInfo tensor : file.tensors()) {
      if (tensor.name().endsWith(".weight") && NO_WEIGHTS.contains(tensor.type())) {
        throw file.bad(
            "tensor '%s' is of type %s, which holds no weights."
                .formatted(tensor.name(), tensor.type()));
      }
    }
  }

  /// Tensors lie one behind the other in the order of the list, each padded to the alignment.
  private void places() {
    long expected = 0;
    for (TensorInfo tensor : file.tensors()) {
      if (tensor.offset() != expected) {
        throw file.bad(
            "tensor '%s' begins at byte %d of the data and not at %d."
                .formatted(tensor.name(), tensor.offset(), expected));
      }
      expected =
          Math.ceilDiv(tensor.offset() + tensor.bytes(), file.alignment()) * file.alignment();
    }
  }

  private void shapes() {
    OptionalLong width = scalar("embedding_length");
    OptionalLong heads = scalar("attention.head_count");
    if (!DENSE.contains(file.architecture()) || width.isEmpty() || heads.isEmpty()) {
      return;
    }
    long d = width.getAsLong();
    long keyHeads = scalar("attention.head_count_kv").orElse(heads.getAsLong());
    long headWidth = d / heads.getAsLong();
    long keys = scalar("attention.key_length").orElse(headWidth);
    long values = scalar("attention.value_length").orElse(headWidth);
    shape("token_embd", d, -1);
    shape("output_norm", d, 1);
    shape("output", d, -1);
    for (long block = 0; block < scalar("block_count").orElse(0); block++) {
      String name = "blk." + block + ".";
      shape(name + "attn_norm", d, 1);
      shape(name + "attn_q", d, heads.getAsLong() * keys);
      shape(name + "attn_k", d, keyHeads * keys);
      shape(name + "attn_v", d, keyHeads * values);
      shape(name + "attn_output", heads.getAsLong() * values, d);
      shape(name + "ffn_norm", d, 1);
      long inner = scalar("feed_forward_length").orElse(-1);
      shape(name + "ffn_gate", d, inner);
      shape(name + "ffn_up", d, inner);
      shape(name + "ffn_down", inner, d);
    }
  }

  /// Checks the shape of a weight, if it is there; -1 stands for any size.
  private void shape(String name, long columns, long rows) {
    TensorInfo tensor = file.tensor(name + ".weight").orElse(null);
    if (tensor == null) {
      return;
    }
    boolean fits =
        (columns < 0 || tensor.dimension(0) == columns)
            && (rows < 0 || tensor.dimension(1) == rows)
            && tensor.elements() == tensor.dimension(0) * tensor.dimension(1);
    if (!fits) {
      throw file.bad(
          "tensor '%s' is of shape %s and not [%s, %s]."
              .formatted(tensor.name(), tensor.dimensions(), size(columns), size(rows)));
    }
  }

  private static String size(long size) {
    return size < 0 ? "any" : Long.toString(size);
  }

  /// The whole number at a key of the architecture; empty if there is none or one per layer.
  private OptionalLong scalar(String key) {
    return file.metadata().get(prefix + key) instanceof Value.Numbers
        ? OptionalLong.empty()
        : file.whole(prefix + key);
  }
}
