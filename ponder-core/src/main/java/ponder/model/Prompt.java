package ponder.model;

import java.util.List;

/// What a model is asked to continue.
///
/// A local engine turns every kind into token ids before it runs; a remote one may pass text and
/// chat on as they are.
public sealed interface Prompt {
  /// Token ids, continued exactly as given: nothing is added in front.
  record Ids(Tokens tokens) implements Prompt {}

  /// Text, tokenised as given: special tokens are recognised, none is added.
  record Text(String text) implements Prompt {}

  /// A conversation, rendered by the model's chat template with the cue for the assistant's turn.
  ///
  /// @param messages the turns so far, at least one
  /// @param prefill how the assistant's answer begins; empty for a fresh turn
  record Chat(List<Message> messages, String prefill) implements Prompt {
    public Chat {
      messages = List.copyOf(messages);
      if (messages.isEmpty()) {
        throw new IllegalArgumentException("messages (0) must hold at least one turn.");
      }
    }
  }

  static Prompt of(Tokens tokens) {
    return new Ids(tokens);
  }

  static Prompt text(String text) {
    return new Text(text);
  }

  static Prompt chat(Message... messages) {
    return new Chat(List.of(messages), "");
  }
}
