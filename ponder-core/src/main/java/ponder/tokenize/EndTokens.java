package ponder.tokenize;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import ponder.tokenize.Vocabulary.Kind;

/// Finds the tokens that end a text or a turn.
///
/// Files name one or two of them; the rest is known by text, as in llama.cpp v0.5.0, whose lists
/// these are. It also corrects kinds: what ends a turn, or belongs to filling in the middle, is a
/// control token whatever the file says.
///
/// Departs from llama.cpp in one thing: a file without `eos_token_id` has none by that name, where
/// llama.cpp takes id 11.
final class EndTokens {
  private static final List<String> ENDS =
      List.of(
          "<|eot_id|>",
          "<|im_end|>",
          "<|end|>",
          "<|return|>",
          "<|call|>",
          "<|flush|>",
          "<|calls|>",
          "<end_of_turn>",
          "<|endoftext|>",
          "</s>",
          "<|eom_id|>",
          "<EOT>",
          "_<EOT>",
          "[EOT]",
          "[EOS]",
          "<|end_of_text|>",
          "<end_of_utterance>",
          "<eos>",
          "<turn|>",
          "<|tool_response>",
          "<\uFF5Cend\u2581of\u2581sentence\uFF5C>",
          "[e~[");

  /// Fill-in-the-middle tokens: key in the file, texts; those of the first three kinds do not end a
  /// text.
  private record Middle(List<String> keys, boolean ends, List<String> texts) {}

  private static final List<Middle> MIDDLES =
      List.of(
          new Middle(
              List.of("fim_pre_token_id", "prefix_token_id"),
              false,
              List.of(
                  "<|fim_prefix|>",
                  "<fim-prefix>",
                  "<fim_prefix>",
                  "<\uFF5Cfim\u2581begin\uFF5C>",
                  "<PRE>",
                  "\u2581<PRE>",
                  "<|code_prefix|>",
                  "<|prefix|>")),
          new Middle(
              List.of("fim_suf_token_id", "suffix_token_id"),
              false,
              List.of(
                  "<|fim_suffix|>",
                  "<fim-suffix>",
                  "<fim_suffix>",
                  "<\uFF5Cfim\u2581hole\uFF5C>",
                  "<SUF>",
                  "\u2581<SUF>",
                  "<|code_suffix|>",
                  "<|suffix|>")),
          new Middle(
              List.of("fim_mid_token_id", "middle_token_id"),
              false,
              List.of(
                  "<|fim_middle|>",
                  "<fim-middle>",
                  "<fim_middle>",
                  "<\uFF5Cfim\u2581end\uFF5C>",
                  "<MID>",
                  "\u2581<MID>",
                  "<|code_middle|>",
                  "<|middle|>")),
          new Middle(
              List.of("fim_pad_token_id"),
              true,
              List.of("<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]")),
          new Middle(
              List.of("fim_rep_token_id"),
              true,
              List.of("<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>")),
          new Middle(List.of("fim_sep_token_id"), true, List.of("<|file_sep|>")));

  private EndTokens() {}

  /// The ids that end a text or a turn, ascending; corrects the kinds in `vocabulary`.
  static Set<Integer> find(Definition definition, Vocabulary vocabulary) {
    TreeSet<Integer> ends = new TreeSet<>();
    for (Middle middle : MIDDLES) {
      int id = id(definition, vocabulary, middle);
      if (id >= 0 && middle.ends()) {
        ends.add(id);
      }
    }
    for (String text : ENDS) {
      int id = vocabulary.id(text);
      if (id >= 0) {
        vocabulary.setKind(id, Kind.CONTROL);
        ends.add(id);
      }
    }
    for (String key : List.of("eos_token_id", "eot_token_id", "eom_token_id")) {
      int id = definition.role(key);
      if (id >= 0) {
        ends.add(id);
      }
    }
    correct(vocabulary, ends);
    return Collections.unmodifiableSet(ends);
  }

  private static int id(Definition definition, Vocabulary vocabulary, Middle middle) {
    int id = -1;
    for (String key : middle.keys()) {
      int named = definition.role(key);
      id = named >= 0 ? named : id;
    }
    for (String text : middle.texts()) {
      int found = vocabulary.id(text);
      if (id < 0 && found >= 0) {
        vocabulary.setKind(found, Kind.CONTROL);
        id = found;
      }
    }
    return id;
  }

  /// Families whose texts mean something else than elsewhere.
  private static void correct(Vocabulary vocabulary, Set<Integer> ends) {
    for (String text : List.of("<|channel|>", "<|message|>", "<|start|>", "<|constrain|>")) {
      if (vocabulary.id(text) >= 0) {
        vocabulary.setKind(vocabulary.id(text), Kind.USER_DEFINED);
      }
    }
    boolean calls = has(vocabulary, ends, "<|call|>") || has(vocabulary, ends, "<|calls|>");
    if (calls
        && (has(vocabulary, ends, "<|return|>") || has(vocabulary, ends, "<|flush|>"))
        && has(vocabulary, ends, "<|end|>")) {
      ends.remove(vocabulary.id("<|end|>"));
      vocabulary.setKind(vocabulary.id("<|end|>"), Kind.USER_DEFINED);
    }
    if (has(vocabulary, ends, "</s>")
        && (has(vocabulary, ends, "<|tool_response>") || has(vocabulary, ends, "<|plamo:eos|>"))) {
      ends.remove(vocabulary.id("</s>"));
      vocabulary.setKind(vocabulary.id("</s>"), Kind.NORMAL);
    }
  }

  private static boolean has(Vocabulary vocabulary, Set<Integer> ends, String text) {
    int id = vocabulary.id(text);
    return id >= 0 && ends.contains(id);
  }
}
