package ponder.model;

import java.util.List;

/// Writes a conversation as the one text the model was trained on. Thread-safe.
@FunctionalInterface
public interface ChatTemplate {
  /// The conversation's text, special tokens written out.
  ///
  /// @param addGenerationPrompt whether the cue for the assistant's turn follows
  /// @throws IllegalArgumentException if the template refuses the conversation, with its own words
  String render(List<Message> messages, boolean addGenerationPrompt);
}
