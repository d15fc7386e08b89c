package ponder.tokenize;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The pre-tokenizers that GGUF files call by name (`tokenizer.ggml.pre`), as data.
///
/// The patterns are those of the models' own tokenizers in the form that llama.cpp v0.5.0 gives
/// them; `[A-Z\p{X}]` is how "a letter that is not a lower-case ASCII one" is written here. Left
/// out are those that llama.cpp splits with code of its own (`kimi-k2`, `afmoe`, `tiny_aya`,
/// `cohere2moe`), by positions without width (`superbpe`), through deep recursion (`exaone-moe`) or
/// with letters beyond 16 bits (`deepseek-llm`), and those whose tokens are not byte-level
/// (`gemma4`, `sarvam-moe`, `granite-embed-multi-311m`, `whitespace`).
final class PreTokenizers {
  private static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)";
  private static final String CONTRACTION =
      "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])";
  private static final String WORD = "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+";
  private static final String CASED_WORDS =
      "[^\\r\\n\\p{L}\\p{N}]?[A-Z\\p{X}]*[a-z\\p{X}]+%1$s|[^\\r\\n\\p{L}\\p{N}]?[A-Z\\p{X}]+[a-z\\p{X}]*%1$s";
  private static final String SPACE = "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String REST = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*" + SPACE;
  private static final String REST_OR_SLASH = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*" + SPACE;
  private static final String LLAMA3 = CONTRACTION + "|" + WORD + "|\\p{N}{1,3}" + REST;
  private static final String QWEN2 = CONTRACTION + "|" + WORD + "|\\p{N}" + REST;
  private static final String JAIS2 =
      CONTRACTION
          + "|"
          + WORD
          + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s{512}(?!\\S)|\\s{256}(?!\\S)"
          + "|\\s{128}(?!\\S)|\\s{64}(?!\\S)|\\s{32}(?!\\S)|\\s{16}(?!\\S)|\\s{8}(?!\\S)|\\s{4}(?!\\S)"
          + "|\\s{1,2}(?!\\S)|\\s{1}";
  private static final String HAN_AND_KANA = "[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+";
  private static final String PUNCTUATED_WORD =
      "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+";
  private static final String NO_SENTENCE_MARKS =
      " ?[^(\\s|.,!?\u2026\u3002\uFF0C\u3001\u0964\u06D4\u060C)]+";

  private static final Map<String, Supplier<PreTokenizer>> TABLE = new TreeMap<>();

  static {
    put(
        () -> PreTokenizer.of("[\\p{P}$+<=>\\^~|]+", GPT2, "\\p{N}+", "[0-9][0-9][0-9]"),
        "default");
    put(
        () -> PreTokenizer.of(GPT2),
        "gpt-2 phi-2 jina-es jina-de gigachat jina-v2-es jina-v2-de a.x-4.0 mellum modern-bert"
            + " jina-v1-en jina-v2-code roberta-bpe mpt olmo jais trillion granite-docling exaone4");
    put(
        () -> PreTokenizer.of("\\p{N}", GPT2),
        "smollm starcoder refact command-r codeshell exaone minerva-7b mellum2");
    put(
        () -> PreTokenizer.of(LLAMA3).ignoringMerges().addingBos(),
        "llama3 llama-v3 llama-bpe falcon3 falcon-h1 pixtral midm-2.0 lfm2 jina-v5-nano");
    put(() -> PreTokenizer.of(LLAMA3), "dbrx smaug-bpe chatglm-bpe");
    put(() -> PreTokenizer.of(LLAMA3).ignoringMerges(), "glm4 glm5");
    put(
        () -> PreTokenizer.of(QWEN2),
        "qwen2 deepseek-r1-qwen kormo f2llmv2 megrez stablelm2 hunyuan solar-open grok-2");
    put(() -> PreTokenizer.of("[^\\n]+|[\\n]+", QWEN2), "laguna");
    put(() -> PreTokenizer.of(WORD + "|\\p{N}" + REST), "ufakzeka");
    put(
        () ->
            PreTokenizer.of(
                CONTRACTION
                    + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*"
                    + SPACE),
        "qwen35");
    put(() -> PreTokenizer.of(JAIS2), "jais-2");
    put(
        () ->
            PreTokenizer.of(
                CONTRACTION + "|" + WORD + "|\\p{N}| ?[^\\s\\p{L}\\p{N}\\r\\n]+" + SPACE),
        "seed-coder");
    put(
        () ->
            PreTokenizer.of(
                "'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])|"
                    + WORD
                    + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+"),
        "bailingmoe bailingmoe2 llada-moe");
    put(
        () ->
            PreTokenizer.of(CASED_WORDS.formatted("") + "|\\p{N}" + REST_OR_SLASH)
                .ignoringMerges()
                .addingBos(),
        "tekken");
    put(
        () ->
            PreTokenizer.of(
                CASED_WORDS.formatted(CONTRACTION + "?") + "|\\p{N}{1,3}" + REST_OR_SLASH),
        "gpt-4o llama4 kanana2 talkie minimax-m2");
    put(
        () ->
            PreTokenizer.of(
                    CASED_WORDS.formatted(CONTRACTION + "?").replace("\\p{X}", "\\p{X}\\p{M}")
                        + "|\\p{N}{1,3}"
                        + REST_OR_SLASH)
                .ignoringMerges(),
        "granite-embed-multi-97m");
    put(
        () ->
            PreTokenizer.of("\\p{N}{1,3}", CONTRACTION + "|" + WORD + "|\\p{N}+" + REST)
                .ignoringMerges(),
        "minicpm5");
    put(
        () ->
            PreTokenizer.of(
                "\\p{N}{1,3}",
                HAN_AND_KANA,
                PUNCTUATED_WORD + "| ?[\\p{P}\\p{S}]+[\\r\\n]*" + SPACE),
        "deepseek-v3 hunyuan-dense joyai-llm hy_v4");
    put(
        () ->
            PreTokenizer.of(
                "\\p{N}{1,3}",
                HAN_AND_KANA,
                PUNCTUATED_WORD + "| ?[\\p{P}\\p{S}]+|[\\r\\n]|\\s+(?!\\S)|\\s+",
                "\\p{N}"),
        "spark2_5");
    put(
        () ->
            PreTokenizer.of(
                "[\\r\\n]",
                "\\s?\\p{L}+",
                "\\s?\\p{P}+",
                "[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+",
                "\\p{N}"),
        "deepseek-coder");
    put(() -> PreTokenizer.of("[\\p{P}$+<=>\\^~|`]+", GPT2, "[0-9][0-9][0-9]"), "falcon");
    put(() -> PreTokenizer.of(NO_SENTENCE_MARKS), "poro-chat bloom gpt3-finnish");
    put(() -> PreTokenizer.of(NO_SENTENCE_MARKS, "\\p{N}"), "viking");
    put(
        () ->
            PreTokenizer.of(
                    "<sentinel:[0-9]+>",
                    "IMGIMG[A-I]{1,4}Z",
                    "[\\t\\n]|    |  ",
                    "\\p{N}",
                    "[\\p{P}!-/:-@\\[-`{-~]",
                    GPT2)
                .addingBos(),
        "chameleon");
    put(
        () ->
            PreTokenizer.of(
                    "[\uAC00-\uD7A3\u3131-\u318E]+|[\uFF01\u2026\u201C\u201D\u2018\u2019\u2014\uFF1A\uFF1B\uFF0C"
                        + "\u3001-\u303F\uFE30-\uFE4F]+|[\u3105-\u312F]+|"
                        + HAN_AND_KANA,
                    "[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+"
                        + CONTRACTION
                        + "?|\\p{N}"
                        + REST_OR_SLASH)
                .ignoringMerges(),
        "youtu");
  }

  private PreTokenizers() {}

  private static void put(Supplier<PreTokenizer> preTokenizer, String names) {
    for (String name : names.split(" ", -1)) {
      TABLE.put(name, preTokenizer);
    }
  }

  /// The pre-tokenizer called `name`, or null if it is not known.
  static @Nullable PreTokenizer named(String name) {
    Supplier<PreTokenizer> found = TABLE.get(name);
    return found == null ? null : found.get();
  }

  /// All names, sorted.
  static Iterable<String> names() {
    return TABLE.keySet();
  }
}
