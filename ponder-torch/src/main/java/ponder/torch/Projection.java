package ponder.torch;

import java.util.Arrays;
import java.util.Optional;

/// The linear maps of a layer, which are also what LoRA adapters change.
enum Projection {
  QUERY("self_attn.q_proj", "attn_q"),
  KEY("self_attn.k_proj", "attn_k"),
  VALUE("self_attn.v_proj", "attn_v"),
  OUTPUT("self_attn.o_proj", "attn_output"),
  GATE("mlp.gate_proj", "ffn_gate"),
  UP("mlp.up_proj", "ffn_up"),
  DOWN("mlp.down_proj", "ffn_down");

  private final String path;
  private final String ggufName;

  Projection(String path, String ggufName) {
    this.path = path;
    this.ggufName = ggufName;
  }

  /// Its place in a layer of Hugging Face's files, such as `self_attn.q_proj`.
  String path() {
    return path;
  }

  /// The last part of [#path], which adapters' `target_modules` name, such as `q_proj`.
  String module() {
    return path.substring(path.indexOf('.') + 1);
  }

  /// Its place in a layer of GGUF files, such as `attn_q`.
  String ggufName() {
    return ggufName;
  }

  int in(TransformerConfig config) {
    return switch (this) {
      case QUERY, KEY, VALUE, GATE, UP -> config.width();
      case OUTPUT -> config.queryWidth();
      case DOWN -> config.feedForward();
    };
  }

  int out(TransformerConfig config) {
    return switch (this) {
      case QUERY -> config.queryWidth();
      case KEY, VALUE -> config.keyWidth();
      case OUTPUT, DOWN -> config.width();
      case GATE, UP -> config.feedForward();
    };
  }

  boolean biased(TransformerConfig config) {
    return switch (this) {
      case QUERY, KEY, VALUE -> config.inputBias();
      case OUTPUT -> config.outputBias();
      case GATE, UP, DOWN -> false;
    };
  }

  static Optional<Projection> ofModule(String module) {
    return Arrays.stream(values()).filter(one -> one.module().equals(module)).findFirst();
  }

  static Optional<Projection> ofPath(String path) {
    return Arrays.stream(values()).filter(one -> one.path.equals(path)).findFirst();
  }

  static Optional<Projection> ofGgufName(String name) {
    return Arrays.stream(values()).filter(one -> one.ggufName.equals(name)).findFirst();
  }
}
