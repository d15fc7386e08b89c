package ponder.torch;

import java.util.Arrays;
import java.util.Optional;

/// The families of decoder-only transformers that [Transformer] computes.
///
/// They differ in details only: Qwen2 adds biases to queries, keys and values, Qwen3 normalises
/// queries and keys per head.
enum Family {
  /// Llama 2 and 3, SmolLM, SmolLM2, and whoever copies them.
  LLAMA("llama", "LlamaForCausalLM"),
  /// Qwen2, Qwen2.5 and their Coder and Math siblings.
  QWEN2("qwen2", "Qwen2ForCausalLM"),
  QWEN3("qwen3", "Qwen3ForCausalLM");

  private final String type;
  private final String architecture;

  Family(String type, String architecture) {
    this.type = type;
    this.architecture = architecture;
  }

  /// What `model_type` in config.json and `general.architecture` in GGUF call it.
  String type() {
    return type;
  }

  /// What `architectures` in config.json calls it.
  String architecture() {
    return architecture;
  }

  static Optional<Family> named(String type) {
    return Arrays.stream(values()).filter(family -> family.type.equals(type)).findFirst();
  }
}
