package ponder.model;

/// The ability to show how the model writes text as tokens.
public interface Tokenizing {
  Tokenizer tokenizer();

  ChatTemplate chatTemplate();

  /// The token ids that this prompt stands for.
  ///
  /// @throws IllegalArgumentException if the chat template refuses the conversation
  default Tokens tokens(Prompt prompt) {
    return switch (prompt) {
      case Prompt.Ids ids -> ids.tokens();
      case Prompt.Text text -> tokenizer().encode(text.text(), true);
      case Prompt.Chat chat ->
          tokenizer().encode(chatTemplate().render(chat.messages(), true) + chat.prefill(), true);
    };
  }
}
