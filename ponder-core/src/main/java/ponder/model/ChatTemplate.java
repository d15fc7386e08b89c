package ponder.model;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Writes a conversation as the one text the model was trained on. Thread-safe.
@FunctionalInterface
public interface ChatTemplate {
  /// The conversation's text, special tokens written out.
  ///
  /// @param addGenerationPrompt whether the cue for the assistant's turn follows
  /// @throws IllegalArgumentException if the template refuses the conversation, with its own words
  String render(List<Message> messages, boolean addGenerationPrompt);

  /// The same with descriptions of the tools that the model may call, as JSON schemas.
  ///
  /// @param tools strings, numbers, flags, and lists and maps of them; may be empty
  /// @throws IllegalArgumentException also if there are tools and the template takes none
  default String render(
      List<Message> messages, boolean addGenerationPrompt, List<Map<String, Object>> tools) {
    if (!tools.isEmpty()) {
      throw new IllegalArgumentException(
          "tools (%d) cannot be given to this chat template.".formatted(tools.size()));
    }
    return render(messages, addGenerationPrompt);
  }

  /// A model's template. One that cannot be used refuses every conversation with the reason, so a
  /// model without one still continues plain text.
  ///
  /// @param read throws an [EngineException] if there is none, or it is not supported
  static ChatTemplate orRefusal(Supplier<ChatTemplate> read) {
    try {
      return read.get();
    } catch (EngineException e) {
      return (messages, addGenerationPrompt) -> {
        throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
      };
    }
  }
}
