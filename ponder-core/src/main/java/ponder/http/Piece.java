package ponder.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.model.TokenLogprob;
import ponder.model.Tokens;
import tools.jackson.databind.JsonNode;

/// New text and tokens of one of a call's samples, read from an answer or an event of one.
///
/// @param index which of the call's samples
/// @param thought text of a field for thoughts, `reasoning_content` or `reasoning`
/// @param text text after the thoughts
/// @param tokens those whose log-probabilities came along; empty if the server shows none
/// @param finish why the sample ended, in the server's words; empty while it goes on
/// @param stop what it stopped at: a string, a token id, or empty if the server does not say
record Piece(
    int index, String thought, String text, List<Token> tokens, String finish, String stop) {

  /// One generated token.
  ///
  /// @param id [Tokens#UNKNOWN] if the server does not show it
  /// @param bytes length of its text; -1 if unknown
  /// @param top the most probable tokens in falling order
  record Token(int id, int bytes, float logprob, List<TokenLogprob> top) {}

  private static final String ID = "token_id:";

  /// The pieces of an answer.
  ///
  /// @param topLogprobs how many top log-probabilities to keep per token
  static List<Piece> of(JsonNode answer, int topLogprobs) {
    List<Piece> pieces = new ArrayList<>();
    for (JsonNode choice : answer.path("choices")) {
      JsonNode message = choice.has("delta") ? choice.path("delta") : choice.path("message");
      pieces.add(
          new Piece(
              choice.path("index").asInt(0),
              thought(message),
              choice.has("text") ? text(choice.path("text")) : text(message.path("content")),
              tokens(choice.path("logprobs"), topLogprobs),
              choice.path("finish_reason").asString(""),
              stop(choice)));
    }
    return pieces;
  }

  private static String thought(JsonNode message) {
    String common = text(message.path("reasoning_content"));
    return common.isEmpty() ? text(message.path("reasoning")) : common;
  }

  private static String text(JsonNode node) {
    return node.isString() ? node.asString() : "";
  }

  private static String stop(JsonNode choice) {
    for (String name : new String[] {"stop_reason", "matched_stop"}) {
      JsonNode node = choice.path(name);
      if (node.isString() || node.isIntegralNumber()) {
        return node.asString("");
      }
    }
    return "";
  }

  /// Log-probabilities come as a list of objects (chat, and everything of llama.cpp's) or as
  /// parallel lists (legacy completions).
  private static List<Token> tokens(JsonNode logprobs, int topLogprobs) {
    List<Token> tokens = new ArrayList<>();
    if (logprobs.path("content").isArray()) {
      for (JsonNode entry : logprobs.path("content")) {
        tokens.add(token(entry, topLogprobs));
      }
      return tokens;
    }
    JsonNode names = logprobs.path("tokens");
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i).asString("");
      int id = idOf(name);
      tokens.add(
          new Token(
              id,
              id == Tokens.UNKNOWN ? length(name) : -1,
              logprob(logprobs.path("token_logprobs").path(i)),
              best(logprobs.path("top_logprobs").path(i), topLogprobs)));
    }
    return tokens;
  }

  private static Token token(JsonNode entry, int topLogprobs) {
    String name = entry.path("token").asString("");
    boolean shown = idOf(name) == Tokens.UNKNOWN;
    JsonNode bytes = entry.path("bytes");
    List<TokenLogprob> top = new ArrayList<>();
    for (JsonNode one : entry.path("top_logprobs")) {
      top.add(new TokenLogprob(id(one), logprob(one.path("logprob"))));
    }
    return new Token(
        id(entry),
        !shown ? -1 : bytes.isArray() ? bytes.size() : length(name),
        logprob(entry.path("logprob")),
        falling(top, topLogprobs));
  }

  private static int id(JsonNode entry) {
    JsonNode id = entry.path("id");
    return id.isIntegralNumber()
        ? id.asInt(Tokens.UNKNOWN)
        : idOf(entry.path("token").asString(""));
  }

  private static int idOf(String name) {
    if (!name.startsWith(ID)) {
      return Tokens.UNKNOWN;
    }
    try {
      return Integer.parseInt(name.substring(ID.length()));
    } catch (NumberFormatException e) {
      return Tokens.UNKNOWN;
    }
  }

  private static int length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  static float logprob(JsonNode node) {
    return node.isNumber() ? (float) node.asDouble(Double.NaN) : Float.NaN;
  }

  private static List<TokenLogprob> best(@Nullable JsonNode map, int most) {
    List<TokenLogprob> top = new ArrayList<>();
    if (map != null && map.isObject()) {
      map.forEachEntry((name, value) -> top.add(new TokenLogprob(idOf(name), logprob(value))));
    }
    return falling(top, most);
  }

  private static List<TokenLogprob> falling(List<TokenLogprob> top, int most) {
    return top.stream()
        .sorted(Comparator.comparing(TokenLogprob::logprob).reversed())
        .limit(most)
        .toList();
  }
}
