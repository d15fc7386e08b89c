package ponder.tokenize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import ponder.gguf.Gguf;
import ponder.gguf.NumberArray;
import ponder.gguf.TextArray;
import ponder.model.EngineException;
import ponder.tokenize.Vocabulary.Kind;

/// What a byte-level BPE tokenizer is made of, whichever file it comes from.
///
/// @param refusal makes an exception that names the file and says what is wrong with it
/// @param modelName what the model is called; some models strip spaces beside special tokens
/// @param pre the pre-tokenizer's name in GGUF files
/// @param preTokenizer splits texts into words
/// @param tokens texts by id, bytes written in the byte alphabet
/// @param kinds by id
/// @param merges pairs that merge, the earliest first
/// @param roles ids by role, as GGUF calls them: `bos_token_id`, `eos_token_id`, `eot_token_id`...
/// @param addsBos whether texts begin with the beginning-of-text token; null where the file does
///   not say
/// @param composes whether texts are put in Unicode's normal form C first
@SuppressWarnings("ArrayRecordComponent") // hundreds of thousands of tokens; owned, never changed
record Definition(
    Function<String, ? extends EngineException> refusal,
    String modelName,
    String pre,
    PreTokenizer preTokenizer,
    String[] tokens,
    Kind[] kinds,
    List<Merge> merges,
    Map<String, Integer> roles,
    @Nullable Boolean addsBos,
    boolean composes) {

  private static final String PREFIX = "tokenizer.ggml.";
  private static final List<String> ROLES =
      List.of(
          "bos_token_id",
          "eos_token_id",
          "eot_token_id",
          "eom_token_id",
          "fim_pre_token_id",
          "prefix_token_id",
          "fim_suf_token_id",
          "suffix_token_id",
          "fim_mid_token_id",
          "middle_token_id",
          "fim_pad_token_id",
          "fim_rep_token_id",
          "fim_sep_token_id");

  /// Two symbols that become one.
  record Merge(String left, String right) {}

  /// What a GGUF file says.
  static Definition of(Gguf gguf) {
    String model =
        gguf.text(PREFIX + "model")
            .orElseThrow(() -> gguf.bad("it has no '%smodel'.".formatted(PREFIX)));
    if (!model.equals("gpt2")) {
      throw gguf.bad(
          "its tokenizer ('%s') is not supported; byte-level BPE ('gpt2') is.".formatted(model));
    }
    String pre = gguf.text(PREFIX + "pre").orElse("");
    PreTokenizer preTokenizer = PreTokenizers.named(pre.isEmpty() ? "default" : pre);
    if (preTokenizer == null) {
      throw gguf.bad(
          "its pre-tokenizer ('%s') is not supported; these are: %s."
              .formatted(pre, String.join(", ", PreTokenizers.names())));
    }
    TextArray tokens = texts(gguf, "tokens");
    return new Definition(
        gguf::bad,
        gguf.text("general.name").orElse(""),
        pre,
        preTokenizer,
        tokens(tokens),
        kinds(gguf, tokens.size()),
        merges(texts(gguf, "merges")),
        roles(gguf, tokens.size()),
        gguf.flag(PREFIX + "add_bos_token").orElse(null),
        false);
  }

  private static TextArray texts(Gguf gguf, String key) {
    return gguf.texts(PREFIX + key)
        .orElseThrow(() -> gguf.bad("it has no '%s%s'.".formatted(PREFIX, key)));
  }

  private static String[] tokens(TextArray texts) {
    String[] tokens = new String[texts.size()];
    for (int id = 0; id < tokens.length; id++) {
      String text = texts.get(id);
      tokens[id] = text.isEmpty() ? "[EMPTY_" + id + "]" : text;
    }
    return tokens;
  }

  private static Kind[] kinds(Gguf gguf, int size) {
    NumberArray types = gguf.numbers(PREFIX + "token_type").orElse(null);
    if (types != null && types.size() < size) {
      throw gguf.bad(
          "'%stoken_type' has %d entries for %d tokens.".formatted(PREFIX, types.size(), size));
    }
    Kind[] kinds = new Kind[size];
    for (int id = 0; id < size; id++) {
      kinds[id] = types == null ? Kind.NORMAL : Kind.byId(types.whole(id));
    }
    return kinds;
  }

  private static List<Merge> merges(TextArray lines) {
    List<Merge> merges = new ArrayList<>(lines.size());
    for (int rank = 0; rank < lines.size(); rank++) {
      merges.add(merge(lines.get(rank)));
    }
    return merges;
  }

  /// A merge written as `left right`; one without a space merges nothing.
  static Merge merge(String line) {
    int space = line.indexOf(' ', 1);
    return space > 0
        ? new Merge(line.substring(0, space), line.substring(space + 1))
        : new Merge(line, "");
  }

  private static Map<String, Integer> roles(Gguf gguf, int size) {
    Map<String, Integer> roles = new HashMap<>();
    for (String role : ROLES) {
      gguf.whole(PREFIX + role)
          .ifPresent(
              id -> {
                if (id >= 0 && id < size) {
                  roles.put(role, (int) id);
                }
              });
    }
    return roles;
  }

  /// The id that has this role, or -1.
  int role(String role) {
    return Objects.requireNonNullElse(roles.get(role), -1);
  }

  EngineException bad(String problem) {
    return refusal.apply(problem);
  }
}
