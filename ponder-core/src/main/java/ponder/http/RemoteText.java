package ponder.http;

import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import ponder.model.Call;
import ponder.model.ChatTemplate;
import ponder.model.EngineException;
import ponder.model.Message;
import ponder.model.Prompt;
import ponder.model.Tokenizer;
import ponder.model.Tokenizing;
import ponder.model.Tokens;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A server's tokenizer and chat template, asked over its own addresses: `/tokenize`,
/// `/detokenize`, and `/apply-template` (llama.cpp) or `/tokenize` of a conversation (vLLM).
///
/// Each question is an exchange; answers are remembered: single tokens for good, the last 256
/// texts. What servers do not show:
/// - the bytes of a token that holds a part of a character: U+FFFD stands for them;
/// - vLLM's special tokens: a token is taken for one by its look (`<|...|>`, `</s>`), and a text
///   that holds one cannot be encoded without parsing it;
/// - vLLM's number of tokens: found by looking for the last id that has a text;
/// - all ids that end a text: known is the one that ends a turn.
///
/// Thread-safe.
final class RemoteText implements Tokenizing, Tokenizer, ChatTemplate {
  private static final int REMEMBERED = 256;
  private static final int LARGEST_VOCABULARY = 1 << 24;
  private static final Pattern SPECIAL =
      Pattern.compile(
          "<\\|.*\\|>|</?(s|unk|pad|bos|eos|mask|start_of_turn|end_of_turn)>|\\[/?(INST|CLS|SEP|PAD|UNK|MASK)\\]");

  private final Link link;
  private final boolean vllm;
  private final Map<String, Tokens> encoded = lastUsed();
  private final Map<String, String> rendered = lastUsed();
  private final Map<Integer, String> pieces = new ConcurrentHashMap<>();
  private final Map<Integer, Boolean> special = new ConcurrentHashMap<>();
  private volatile int size;
  private volatile @Nullable Set<Integer> ends;

  RemoteText(Link link) {
    this.link = link;
    this.vllm = link.server().dialect() == Dialect.VLLM;
    this.size = link.server().vocabularySize();
  }

  private static <K, V> Map<K, V> lastUsed() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > REMEMBERED;
      }
    };
  }

  private static <K, V> V remembered(Map<K, V> map, K key, Function<K, V> ask) {
    synchronized (map) {
      V known = map.get(key);
      if (known != null) {
        return known;
      }
    }
    V found = ask.apply(key);
    synchronized (map) {
      map.put(key, found);
    }
    return found;
  }

  @Override
  public Tokenizer tokenizer() {
    return this;
  }

  @Override
  public ChatTemplate chatTemplate() {
    return this;
  }

  @Override
  public Tokens tokens(Prompt prompt) {
    return tokens(prompt, Call.plain());
  }

  /// The same within a call, ending with it.
  Tokens tokens(Prompt prompt, Call call) {
    return switch (prompt) {
      case Prompt.Ids ids -> ids.tokens();
      case Prompt.Text text -> encode(text.text(), true, call);
      case Prompt.Chat chat ->
          encode(render(chat.messages(), true, call) + chat.prefill(), true, call);
    };
  }

  private JsonNode ask(String path, ObjectNode json, Call call) {
    Supplier<HttpRequest.Builder> request = () -> link.endpoint().root(path);
    return link.ask(request, json, call);
  }

  private ObjectNode question() {
    ObjectNode json = Transport.MAPPER.createObjectNode();
    return vllm ? json.put("model", link.server().model()) : json;
  }

  @Override
  public Tokens encode(String text, boolean parseSpecial) {
    return encode(text, parseSpecial, Call.plain());
  }

  private Tokens encode(String text, boolean parseSpecial, Call call) {
    if (text.isEmpty()) {
      return Tokens.of();
    }
    Tokens tokens =
        remembered(
            encoded, (parseSpecial ? "+" : "-") + text, key -> encoded(text, parseSpecial, call));
    if (vllm && !parseSpecial && tokens.stream().anyMatch(this::isSpecial)) {
      throw new IllegalArgumentException(
          "The server cannot encode a text with special tokens written out ('%s') as plain text."
              .formatted(decode(Tokens.of(firstSpecial(tokens)), true)));
    }
    return tokens;
  }

  private int firstSpecial(Tokens tokens) {
    return tokens.stream().filter(this::isSpecial).findFirst().orElseThrow();
  }

  private Tokens encoded(String text, boolean parseSpecial, Call call) {
    ObjectNode json = question();
    if (vllm) {
      json.put("prompt", text).put("add_special_tokens", false);
    } else {
      json.put("content", text).put("add_special", false).put("parse_special", parseSpecial);
    }
    return idsOf(ask("/tokenize", json, call));
  }

  private Tokens idsOf(JsonNode answer) {
    JsonNode ids = answer.path("tokens");
    if (!ids.isArray()) {
      throw strange("/tokenize");
    }
    int[] array = new int[ids.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = ids.get(i).asInt(Tokens.UNKNOWN);
    }
    return Tokens.of(array);
  }

  private EngineException strange(String path) {
    return new EngineException(
        "%s of %s gave an answer of an unknown form.".formatted(path, link.endpoint()));
  }

  @Override
  public String decode(Tokens tokens, boolean withSpecial) {
    int[] shown = tokens.stream().filter(id -> withSpecial || !isSpecial(id)).toArray();
    return shown.length == 0 ? "" : decoded(Call.plain(), shown);
  }

  private String decoded(Call call, int... ids) {
    ObjectNode json = question();
    ArrayNode array = json.putArray("tokens");
    for (int id : ids) {
      array.add(id);
    }
    JsonNode text = ask("/detokenize", json, call).path(vllm ? "prompt" : "content");
    if (!text.isString()) {
      throw strange("/detokenize");
    }
    return text.asString();
  }

  private String piece(int id) {
    if (id < 0 || (size > 0 && id >= size)) {
      throw new IllegalArgumentException(
          "token (%d) must be between 0 and %d.".formatted(id, size - 1));
    }
    return pieces.computeIfAbsent(id, key -> decoded(Call.plain(), key));
  }

  @Override
  public byte[] bytes(int id) {
    return piece(id).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean isSpecial(int id) {
    return special.computeIfAbsent(id, this::looksSpecial);
  }

  private boolean looksSpecial(int id) {
    String piece = piece(id);
    if (vllm || piece.length() < 3) {
      return SPECIAL.matcher(piece).matches();
    }
    Tokens one = Tokens.of(id);
    return encode(piece, true).equals(one) && !encode(piece, false).equals(one);
  }

  @Override
  public int vocabularySize() {
    if (size == 0) {
      size = lastWithText() + 1;
    }
    return size;
  }

  private int lastWithText() {
    int low = 0;
    int high = LARGEST_VOCABULARY;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (hasText(middle)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private boolean hasText(int id) {
    try {
      return !decoded(Call.plain(), id).isEmpty();
    } catch (IllegalArgumentException e) {
      return false; // the server finds fault with the id
    }
  }

  @Override
  public Set<Integer> eos() {
    Set<Integer> known = ends;
    if (known == null) {
      known = endsOfTurn();
      ends = known;
    }
    return known;
  }

  private Set<Integer> endsOfTurn() {
    String eos = link.server().eos();
    if (!eos.isEmpty()) {
      return Set.copyOf(new TreeSet<>(encode(eos, true).toList()));
    }
    if (!vllm) {
      return Set.of();
    }
    List<Message> turns = List.of(Message.user("a"), Message.assistant("b"));
    List<Integer> ids;
    try {
      ids = encode(render(turns, false), true).toList();
    } catch (IllegalArgumentException e) {
      return Set.of(); // the model has no template
    }
    return ids.reversed().stream()
        .filter(this::isSpecial)
        .findFirst()
        .map(Set::of)
        .orElse(Set.of());
  }

  @Override
  public int bos() {
    String bos = link.server().bos();
    Tokens tokens = bos.isEmpty() ? Tokens.of() : encode(bos, true);
    return tokens.size() == 1 ? tokens.get(0) : -1;
  }

  @Override
  public String render(List<Message> messages, boolean addGenerationPrompt) {
    return render(messages, addGenerationPrompt, Call.plain());
  }

  private String render(List<Message> messages, boolean addGenerationPrompt, Call call) {
    ObjectNode json = question();
    Body.messages(json.putArray("messages"), new Prompt.Chat(messages, ""));
    json.put("add_generation_prompt", addGenerationPrompt);
    return remembered(rendered, json.toString(), key -> rendered(json, call));
  }

  private String rendered(ObjectNode json, Call call) {
    if (vllm) {
      return decoded(call, idsOf(ask("/tokenize", json, call)).toArray());
    }
    JsonNode prompt = ask("/apply-template", json, call).path("prompt");
    if (!prompt.isString()) {
      throw strange("/apply-template");
    }
    return prompt.asString();
  }
}
