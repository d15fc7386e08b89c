package ponder.http;

import java.util.Locale;

/// What kinds of server there are, as far as they differ beyond OpenAI's published API.
///
/// Fields that a server does not know may be ignored, refused or, worst, have defaults of their own
/// (llama.cpp's top-k is 40 when nobody speaks of it). So each kind is sent every sampling field it
/// is known to heed, neutral values included, and no other.
enum Dialect {
  /// vLLM: several samples share a prompt, sample k of a call is drawn with seed + k, stop reasons
  /// and token ids are shown, prompts are scored.
  VLLM,
  /// SGLang: vLLM's sampling fields, several samples of one call with one seed.
  SGLANG,
  /// llama.cpp's own server: token ids, tokenizer and template are shown, no prompt is scored.
  LLAMA_CPP,
  /// The server of the Python package llama-cpp-python: one call at a time, no usage in streams.
  LLAMA_CPP_PYTHON,
  /// Ollama: unknown fields are ignored, also n.
  OLLAMA,
  /// Any other: OpenAI's published fields and nothing else.
  OPENAI;

  static final int USUAL_CONCURRENCY = 16;

  String json() {
    return name().toLowerCase(Locale.ROOT).replace("llama_cpp", "llama.cpp").replace('_', '-');
  }

  /// Whether top-k, min-p and the repetition penalty are heeded.
  boolean filters() {
    return this == VLLM || this == SGLANG || this == LLAMA_CPP || this == LLAMA_CPP_PYTHON;
  }

  String repetitionPenalty() {
    return this == VLLM || this == SGLANG ? "repetition_penalty" : "repeat_penalty";
  }

  boolean minTokens() {
    return this == VLLM || this == SGLANG || this == LLAMA_CPP_PYTHON;
  }

  boolean ignoresEos() {
    return this == VLLM || this == SGLANG || this == LLAMA_CPP;
  }

  /// Whether single tokens can be stops.
  boolean stopTokens() {
    return this == VLLM || this == SGLANG;
  }

  boolean keepsStop() {
    return this == VLLM || this == SGLANG;
  }

  /// Whether a prompt may be token ids.
  boolean takesIds() {
    return this == VLLM || this == SGLANG || this == LLAMA_CPP;
  }

  /// Whether an answer's beginning can be given in a conversation.
  boolean prefills() {
    return takesIds();
  }

  boolean tokenizes() {
    return this == VLLM || this == LLAMA_CPP;
  }

  boolean scores() {
    return this == VLLM;
  }

  /// Whether one call for several samples gives samples of their own. SGLang copies the seed to
  /// all, and the others answer with one.
  boolean together() {
    return this == VLLM || this == OPENAI;
  }

  /// Whether log-probabilities are asked for where the request does not need them. llama-cpp-python
  /// sorts the whole vocabulary in Python for each token, which takes longer than the token.
  boolean logprobs() {
    return this != LLAMA_CPP_PYTHON;
  }

  /// Most top log-probabilities that are given.
  int topLogprobs(boolean chat) {
    return switch (this) {
      case LLAMA_CPP, LLAMA_CPP_PYTHON -> 64;
      case VLLM, SGLANG, OLLAMA -> 20;
      case OPENAI -> chat ? 20 : 5;
    };
  }

  /// Calls at a time. llama-cpp-python ends a stream as soon as another call comes.
  int concurrency() {
    return this == LLAMA_CPP_PYTHON ? 1 : USUAL_CONCURRENCY;
  }
}
