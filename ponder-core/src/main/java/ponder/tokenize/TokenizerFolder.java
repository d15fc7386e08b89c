package ponder.tokenize;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import ponder.gguf.Gguf;
import ponder.model.EngineException;
import ponder.tokenize.Vocabulary.Kind;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes a GGUF file's tokenizer as `tokenizer.json`, so that Hugging Face's tokenizers split
/// texts as [Bpe] does.
public final class TokenizerFolder {
  private static final Set<String> PLAIN = Set.of("gpt-2", "");
  private static final Set<String> DIGITS = Set.of("smollm");
  private static final Map<String, String> SPLITS =
      Map.of("qwen2", "qwen2", "llama-bpe", "dbrx", "llama3", "dbrx", "dbrx", "dbrx");

  private static final JsonMapper JSON = new JsonMapper();

  private final Definition definition;
  private final Vocabulary vocabulary;

  private TokenizerFolder(Definition definition) {
    this.definition = definition;
    this.vocabulary = new Vocabulary(definition);
    EndTokens.find(definition, vocabulary); // corrects kinds
  }

  /// Writes `tokenizer.json` into a folder.
  ///
  /// @throws EngineException if the file's tokenizer is of a kind that cannot be written, or
  ///   writing fails
  public static void write(Gguf gguf, Path folder) {
    Path file = folder.resolve(TokenizerJson.FILE);
    String json = new TokenizerFolder(Definition.of(gguf)).json().toPrettyString();
    try {
      Files.writeString(file, json + "\n");
    } catch (IOException e) {
      throw new EngineException("The file %s cannot be written: %s".formatted(file, e), e);
    }
  }

  private ObjectNode json() {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    addedTokens(root.putArray("added_tokens"));
    root.putNull("normalizer");
    preTokenizer(root.putObject("pre_tokenizer"));
    postProcessor(root);
    byteLevel(root.putObject("decoder"), true);
    model(root.putObject("model"));
    return root;
  }

  private void addedTokens(ArrayNode added) {
    for (int id = 0; id < vocabulary.size(); id++) {
      Kind kind = vocabulary.kind(id);
      if (vocabulary.isSpecial(id) || kind == Kind.USER_DEFINED) {
        added
            .addObject()
            .put("id", id)
            .put("content", vocabulary.text(id))
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", false)
            .put("normalized", false)
            .put("special", kind != Kind.USER_DEFINED);
      }
    }
  }

  private void preTokenizer(ObjectNode node) {
    String pre = definition.pre();
    if (PLAIN.contains(pre)) {
      byteLevel(node, true);
      return;
    }
    ArrayNode parts = node.put("type", "Sequence").putArray("pretokenizers");
    if (DIGITS.contains(pre)) {
      parts.addObject().put("type", "Digits").put("individual_digits", true);
      byteLevel(parts.addObject(), true);
      return;
    }
    ObjectNode split = parts.addObject().put("type", "Split");
    split.putObject("pattern").put("Regex", pattern(pre));
    split.put("behavior", "Isolated").put("invert", false);
    byteLevel(parts.addObject(), false);
  }

  private String pattern(String pre) {
    String rule = SPLITS.get(pre);
    return TokenizerJson.PATTERNS.entrySet().stream()
        .filter(entry -> entry.getValue().equals(rule))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(
            () ->
                definition.bad(
                    "its pre-tokenizer ('%s') cannot be written as tokenizer.json."
                        .formatted(pre)));
  }

  private static void byteLevel(ObjectNode node, boolean regex) {
    node.put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", regex);
  }

  private void postProcessor(ObjectNode root) {
    int bos = definition.role("bos_token_id");
    Boolean adds = definition.addsBos();
    if (bos < 0 || !(adds == null ? definition.preTokenizer().addsBos() : adds)) {
      root.putNull("post_processor");
      return;
    }
    String text = vocabulary.text(bos);
    ObjectNode node = root.putObject("post_processor").put("type", "TemplateProcessing");
    ArrayNode single = node.putArray("single");
    single.addObject().putObject("SpecialToken").put("id", text).put("type_id", 0);
    single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    ArrayNode pair = node.putArray("pair");
    pair.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    pair.addObject().putObject("Sequence").put("id", "B").put("type_id", 1);
    ObjectNode special = node.putObject("special_tokens").putObject(text).put("id", text);
    special.putArray("ids").add(bos);
    special.putArray("tokens").add(text);
  }

  private void model(ObjectNode node) {
    node.put("type", "BPE")
        .putNull("dropout")
        .putNull("unk_token")
        .putNull("continuing_subword_prefix")
        .putNull("end_of_word_suffix")
        .put("fuse_unk", false)
        .put("byte_fallback", false)
        .put("ignore_merges", definition.preTokenizer().ignoresMerges());
    ObjectNode vocab = node.putObject("vocab");
    for (int id = 0; id < vocabulary.size(); id++) {
      vocab.put(vocabulary.text(id), id);
    }
    ArrayNode merges = node.putArray("merges");
    for (Definition.Merge merge : definition.merges()) {
      if (vocabulary.id(merge.left() + merge.right()) >= 0) {
        merges.addArray().add(merge.left()).add(merge.right());
      }
    }
  }
}
