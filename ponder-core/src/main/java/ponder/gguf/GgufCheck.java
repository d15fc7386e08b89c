package ponder.gguf;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/// Whether an open file makes sense as a language model: the conditions that llama.cpp takes for
/// granted and enforces by ending the process.
///
/// [Gguf#open] has made sure that the file is sound as a file; llama.cpp itself refuses missing
/// keys and tensors of a wrong shape with a message. What lies between is checked here. The rules
/// were found by loading some ten thousand mutated files; each one names what happens without it.
public final class GgufCheck {
  /// The library's arrays have room for so many layers; more is an assertion.
  private static final int MOST_LAYERS = 512;

  private GgufCheck() {}

  /// Checks a language model.
  ///
  /// Cost: reads the vocabulary once.
  ///
  /// @throws GgufException naming the key and its value
  public static void model(Gguf file) {
    String prefix = file.architecture() + ".";
    layers(file, prefix + "block_count");
    norms(file);
    distinctTokens(file);
  }

  private static void layers(Gguf file, String key) {
    OptionalLong layers = file.whole(key);
    if (layers.isEmpty()) {
      throw file.bad("it has no '%s'. Maybe it is no language model.".formatted(key));
    }
    if (layers.getAsLong() < 1 || layers.getAsLong() > MOST_LAYERS) {
      throw file.bad(
          "'%s' (%d) must lie in [1, %d].".formatted(key, layers.getAsLong(), MOST_LAYERS));
    }
  }

  /// A negative epsilon of a norm is an assertion while computing; one that is no number makes
  /// every output one.
  private static void norms(Gguf file) {
    for (Map.Entry<String, Value> entry : file.metadata().entrySet()) {
      if (entry.getKey().endsWith("_epsilon")
          && entry.getValue() instanceof Value.Real real
          && !(real.value() >= 0 && real.value() < Double.POSITIVE_INFINITY)) {
        throw file.bad(
            "'%s' (%s) must be a number, at least 0.".formatted(entry.getKey(), real.value()));
      }
    }
  }

  /// Two tokens with the same text are an assertion.
  private static void distinctTokens(Gguf file) {
    String key = "tokenizer.ggml.tokens";
    TextArray tokens =
        file.texts(key)
            .orElseThrow(
                () -> file.bad("it has no '%s'. Maybe it is no language model.".formatted(key)));
    Map<String, Integer> ids = HashMap.newHashMap(tokens.size());
    for (int id = 0; id < tokens.size(); id++) {
      byte[] bytes = tokens.bytes(id);
      // The library gives empty tokens such a name.
      String text =
          bytes.length == 0 ? "[EMPTY_" + id + "]" : new String(bytes, StandardCharsets.ISO_8859_1);
      Integer other = ids.putIfAbsent(text, id);
      if (other != null) {
        throw file.bad("tokens %d and %d of '%s' are equal.".formatted(other, id, key));
      }
    }
  }
}
