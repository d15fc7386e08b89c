package ponder.gguf;

import ponder.core.Compute;

/// How large a model is where it computes.
///
/// @param parameters weights that take part in computing a token: of a mixture's experts only as
///   many as a token is given to; at least 1
/// @param layers of attention; 0 if the file does not tell
/// @param width of all heads' queries together; 0 if the file does not tell
public record ModelSize(long parameters, int layers, int width) {
  /// The size of the model in a file.
  public static ModelSize of(Gguf file) {
    String prefix = file.architecture() + ".";
    long width = file.whole(prefix + "embedding_length").orElse(0);
    // Where layers differ in heads the file lists them, and the embedding's width must serve.
    long heads = file.whole(prefix + "attention.head_count").orElse(0);
    long headWidth = file.whole(prefix + "attention.key_length").orElse(0);
    return new ModelSize(
        Math.max(1, active(file, prefix)),
        (int) file.whole(prefix + "block_count").orElse(0),
        (int) (heads * headWidth > 0 ? heads * headWidth : width));
  }

  private static long active(Gguf file, String prefix) {
    long experts = file.whole(prefix + "expert_count").orElse(0);
    long used = file.whole(prefix + "expert_used_count").orElse(experts);
    long all = 0;
    for (TensorInfo tensor : file.tensors()) {
      boolean ofExperts = experts > 0 && tensor.name().contains("_exps.");
      all += ofExperts ? tensor.elements() / experts * used : tensor.elements();
    }
    return all;
  }

  /// What a token takes.
  public Compute compute() {
    return Compute.of(parameters, layers, width);
  }
}
