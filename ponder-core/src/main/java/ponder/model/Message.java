package ponder.model;

/// One turn of a conversation.
///
/// @param role `system`, `user`, `assistant` or whatever else the model's template knows
/// @param content the text of the turn, possibly empty
public record Message(String role, String content) {
  public static Message system(String content) {
    return new Message("system", content);
  }

  public static Message user(String content) {
    return new Message("user", content);
  }

  public static Message assistant(String content) {
    return new Message("assistant", content);
  }
}
