package ponder.tokenize;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import ponder.model.EngineException;
import ponder.tokenize.Vocabulary.Kind;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads a tokenizer from a model's folder in Hugging Face's layout.
///
/// `tokenizer.json` is a pipeline of parts; only those of byte-level BPE are read: a normaliser
/// that is absent or NFC, a pre-tokenizer that splits by one of the known patterns ([#PATTERNS])
/// and spells bytes, the model's vocabulary and merges, tokens added to it, and whether the
/// post-processor puts a token in front. Everything else is refused by name: a tokenizer that is
/// nearly right makes a model that is quietly worse.
///
/// What ends a text stands in `generation_config.json`, else in `config.json`, else in
/// `tokenizer_config.json`.
final class TokenizerJson {
  static final String FILE = "tokenizer.json";

  /// Patterns by which words are split, and what GGUF files call the same rule.
  static final Map<String, String> PATTERNS =
      Map.of(
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
          "qwen2",
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
          "dbrx");

  private static final JsonMapper JSON = new JsonMapper();

  private final Path folder;
  private final Path file;
  private final JsonNode root;

  private TokenizerJson(Path folder) {
    this.folder = folder;
    this.file = folder.resolve(FILE);
    this.root = json(file).orElseThrow(() -> bad("it is not there."));
  }

  /// @throws EngineException if a file is missing, broken, or describes another kind
  static Definition read(Path folder) {
    return new TokenizerJson(folder).definition();
  }

  private Definition definition() {
    JsonNode model = root.path("model");
    if (!model.path("type").asString("").equals("BPE")) {
      throw bad(
          "its model is '%s'; byte-level BPE is supported."
              .formatted(model.path("type").asString("?")));
    }
    List<String> tokens = new ArrayList<>();
    List<Kind> kinds = new ArrayList<>();
    model
        .path("vocab")
        .properties()
        .forEach(e -> put(tokens, kinds, e.getKey(), e.getValue().asInt(-1), Kind.NORMAL));
    for (JsonNode added : root.path("added_tokens")) {
      add(added, tokens, kinds);
    }
    for (int id = 0; id < tokens.size(); id++) {
      if (tokens.get(id).isEmpty()) {
        tokens.set(id, "[UNUSED_" + id + "]");
      }
    }
    String pre = preTokenizer();
    PreTokenizer split = PreTokenizers.named(pre);
    if (split == null) {
      throw new IllegalStateException("Pre-tokenizer " + pre + " is not in the table.");
    }
    if (model.path("ignore_merges").asBoolean(false)) {
      split = split.ignoringMerges();
    }
    int bos = first();
    return new Definition(
        this::bad,
        "",
        pre,
        split,
        tokens.toArray(String[]::new),
        kinds.toArray(Kind[]::new),
        merges(model.path("merges")),
        roles(tokens, bos),
        bos >= 0,
        composes());
  }

  private void put(List<String> tokens, List<Kind> kinds, String text, int id, Kind kind) {
    if (id < 0 || id > 1 << 24) {
      throw bad("the token '%s' has the id %d.".formatted(text, id));
    }
    while (tokens.size() <= id) {
      tokens.add("");
      kinds.add(Kind.UNUSED);
    }
    if (!tokens.get(id).isEmpty() && !tokens.get(id).equals(text)) {
      throw bad("id %d is given to '%s' and to '%s'.".formatted(id, tokens.get(id), text));
    }
    tokens.set(id, text);
    kinds.set(id, kind);
  }

  private void add(JsonNode added, List<String> tokens, List<Kind> kinds) {
    String text = added.path("content").asString("");
    for (String name : new String[] {"single_word", "lstrip", "rstrip"}) {
      if (added.path(name).asBoolean(false)) {
        throw bad("the added token '%s' has %s, which is not supported.".formatted(text, name));
      }
    }
    boolean special = added.path("special").asBoolean(false);
    put(
        tokens,
        kinds,
        text,
        added.path("id").asInt(-1),
        special ? Kind.CONTROL : Kind.USER_DEFINED);
  }

  private List<Definition.Merge> merges(JsonNode node) {
    List<Definition.Merge> merges = new ArrayList<>(node.size());
    for (JsonNode merge : node) {
      merges.add(
          merge.isArray() && merge.size() == 2
              ? new Definition.Merge(merge.get(0).asString(""), merge.get(1).asString(""))
              : Definition.merge(merge.asString("")));
    }
    return merges;
  }

  private boolean composes() {
    JsonNode normalizer = root.path("normalizer");
    List<JsonNode> parts = parts(normalizer, "normalizers");
    for (JsonNode part : parts) {
      if (!type(part).equals("NFC")) {
        throw bad("its normalizer ('%s') is not supported; NFC is.".formatted(type(part)));
      }
    }
    return !parts.isEmpty();
  }

  /// The name that GGUF files give the rule by which words are split.
  private String preTokenizer() {
    List<JsonNode> parts = parts(root.path("pre_tokenizer"), "pretokenizers");
    List<String> types = parts.stream().map(TokenizerJson::type).toList();
    if (!types.isEmpty()
        && types.getLast().equals("ByteLevel")
        && !parts.getLast().path("add_prefix_space").asBoolean(false)) {
      boolean regex = parts.getLast().path("use_regex").asBoolean(true);
      JsonNode first = parts.getFirst();
      if (types.equals(List.of("ByteLevel")) && regex) {
        return "gpt-2";
      }
      if (types.equals(List.of("Digits", "ByteLevel"))
          && regex
          && first.path("individual_digits").asBoolean(false)) {
        return "smollm";
      }
      String pattern = first.path("pattern").path("Regex").asString("");
      if (types.equals(List.of("Split", "ByteLevel"))
          && !regex
          && first.path("behavior").asString("").equals("Isolated")
          && !first.path("invert").asBoolean(false)
          && PATTERNS.containsKey(pattern)) {
        return PATTERNS.get(pattern);
      }
    }
    throw bad("its pre_tokenizer is not supported: %s".formatted(root.path("pre_tokenizer")));
  }

  /// The id that the post-processor puts in front of texts, or -1.
  private int first() {
    for (JsonNode part : parts(root.path("post_processor"), "processors")) {
      JsonNode token = part.path("single").path(0).path("SpecialToken").path("id");
      if (type(part).equals("TemplateProcessing") && token.isString()) {
        return part.path("special_tokens").path(token.stringValue()).path("ids").path(0).asInt(-1);
      }
    }
    return -1;
  }

  private Map<String, Integer> roles(List<String> tokens, int bos) {
    Map<String, Integer> roles = new HashMap<>();
    if (bos >= 0) {
      roles.put("bos_token_id", bos);
    }
    int[] ends = ends(tokens);
    String[] names = {"eos_token_id", "eot_token_id", "eom_token_id"};
    for (int i = 0; i < Math.min(ends.length, names.length); i++) {
      roles.put(names[i], ends[i]);
    }
    return roles;
  }

  /// Ids that end a text.
  private int[] ends(List<String> tokens) {
    for (String name : new String[] {"generation_config.json", "config.json"}) {
      JsonNode ids = json(folder.resolve(name)).map(json -> json.path("eos_token_id")).orElse(null);
      if (ids != null && (ids.isInt() || ids.isArray())) {
        int[] all =
            ids.isInt()
                ? new int[] {ids.asInt()}
                : ids.valueStream().mapToInt(n -> n.asInt(-1)).toArray();
        return Arrays.stream(all).filter(id -> id >= 0 && id < tokens.size()).toArray();
      }
    }
    @Nullable JsonNode config = json(folder.resolve("tokenizer_config.json")).orElse(null);
    if (config == null) {
      return new int[0];
    }
    JsonNode eos = config.path("eos_token");
    int id = tokens.indexOf(eos.isObject() ? eos.path("content").asString("") : eos.asString(""));
    return id < 0 ? new int[0] : new int[] {id};
  }

  /// A part, or the parts of a sequence; none if it is absent.
  private static List<JsonNode> parts(JsonNode node, String name) {
    if (node.isMissingNode() || node.isNull()) {
      return List.of();
    }
    return type(node).equals("Sequence") ? node.path(name).valueStream().toList() : List.of(node);
  }

  private static String type(JsonNode node) {
    return node.path("type").asString("");
  }

  private static Optional<JsonNode> json(Path path) {
    try {
      return Files.exists(path)
          ? Optional.of(JSON.readTree(Files.readString(path)))
          : Optional.empty();
    } catch (IOException | JacksonException e) {
      throw new EngineException("'%s' cannot be read: %s".formatted(path, e.getMessage()), e);
    }
  }

  private EngineException bad(String problem) {
    return new EngineException("'%s' cannot be used: %s".formatted(file, problem));
  }
}
