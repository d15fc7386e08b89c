package ponder.gguf;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Whether an open file makes sense as a language model or an adapter: the conditions that
/// llama.cpp takes for granted and enforces by ending the process.
///
/// [Gguf#open] has made sure that the file is sound as a file; llama.cpp itself refuses missing
/// keys and tensors of a wrong shape with a message. What lies between is checked here. The rules
/// were found by loading tens of thousands of mutated files. They cover what all architectures have
/// in common; a rare architecture may have conditions of its own.
public final class GgufCheck {
  /// The library's arrays have room for so many layers; more is an assertion.
  private static final int MOST_LAYERS = 512;

  private static final int MOST_EXPERTS = 512;

  private static final int LEAST_ALIGNMENT = 32;

  private static final List<String> ROPE_SCALINGS = List.of("none", "linear", "yarn", "longrope");

  private GgufCheck() {}

  /// Checks a language model.
  ///
  /// Cost: reads the vocabulary once.
  ///
  /// @throws GgufException naming the key and its value
  public static void model(Gguf file) {
    String prefix = file.architecture() + ".";
    alignment(file);
    layers(file, prefix);
    experts(file, prefix);
    ropeScaling(file, prefix + "rope.scaling.type");
    norms(file);
    distinctTokens(file);
    ModelRules.check(file);
  }

  /// Checks a LoRA adapter.
  ///
  /// @throws GgufException naming the key and its value
  public static void adapter(Gguf file) {
    String architecture = file.architecture();
    alignment(file);
    requireText(file, "general.type", "adapter");
    requireText(file, "adapter.type", "lora");
    String alpha = "adapter.lora.alpha";
    if (!Double.isFinite(file.real(alpha).orElse(Double.NaN))) {
      throw file.bad("it has no number '%s' for %s.".formatted(alpha, architecture));
    }
  }

  private static void requireText(Gguf file, String key, String wanted) {
    if (!file.text(key).orElse("").equals(wanted)) {
      throw file.bad("'%s' is not '%s'. Maybe it is no adapter.".formatted(key, wanted));
    }
  }

  /// A mapped tensor that begins at another place is an assertion.
  private static void alignment(Gguf file) {
    if (file.alignment() < LEAST_ALIGNMENT) {
      throw file.bad(
          "'general.alignment' (%d) must be at least %d."
              .formatted(file.alignment(), LEAST_ALIGNMENT));
    }
  }

  private static void layers(Gguf file, String prefix) {
    String key = prefix + "block_count";
    long layers =
        file.whole(key)
            .orElseThrow(
                () -> file.bad("it has no '%s'. Maybe it is no language model.".formatted(key)));
    requireIn(file, key, layers, 1, MOST_LAYERS);
    String predicting = prefix + "nextn_predict_layers";
    requireIn(file, predicting, file.whole(predicting).orElse(0), 0, layers - 1);
  }

  /// Numbers of experts that contradict each other are assertions.
  private static void experts(Gguf file, String prefix) {
    String key = prefix + "expert_count";
    long experts = file.whole(key).orElse(0);
    requireIn(file, key, experts, 0, MOST_EXPERTS);
    String usedKey = prefix + "expert_used_count";
    requireIn(file, usedKey, largest(file, usedKey), experts == 0 ? 0 : 1, experts);
    String groupsKey = prefix + "expert_group_count";
    long groups = file.whole(groupsKey).orElse(0);
    requireIn(file, groupsKey, groups, 0, Math.max(0, experts - 1));
    if (groups > 1) {
      if (experts % groups != 0) {
        throw file.bad(
            "'%s' (%d) does not divide '%s' (%d).".formatted(groupsKey, groups, key, experts));
      }
      String usedGroups = prefix + "expert_group_used_count";
      requireIn(file, usedGroups, file.whole(usedGroups).orElse(0), 1, groups - 1);
    }
  }

  /// The whole number at `key`, or the largest where there is one per layer; 0 if there is none.
  private static long largest(Gguf file, String key) {
    if (!(file.metadata().get(key) instanceof Value.Numbers numbers)) {
      return file.whole(key).orElse(0);
    }
    NumberArray perLayer = numbers.array();
    long largest = 0;
    for (long layer = 0; layer < perLayer.size(); layer++) {
      long value = perLayer.whole(layer);
      // Below zero it is a large number to the library, which reads unsigned ones.
      largest = largest < 0 || value < 0 ? -1 : Math.max(largest, value);
    }
    return largest;
  }

  private static void requireIn(Gguf file, String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw file.bad("'%s' (%d) must lie in [%d, %d].".formatted(key, value, least, most));
    }
  }

  /// A kind of scaling that the library does not know is an assertion.
  private static void ropeScaling(Gguf file, String key) {
    file.text(key)
        .filter(kind -> !ROPE_SCALINGS.contains(kind))
        .ifPresent(
            kind -> {
              throw file.bad("'%s' ('%s') must be one of %s.".formatted(key, kind, ROPE_SCALINGS));
            });
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
