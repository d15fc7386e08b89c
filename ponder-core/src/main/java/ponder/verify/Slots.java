package ponder.verify;

import java.util.ArrayList;
import java.util.List;
import ponder.model.LanguageModel;
import ponder.model.Message;
import ponder.model.Tokenizing;

/// The fixed texts of a conversation around places that are filled in later.
///
/// The chat template is rendered once with a mark in each place, and the text is cut at the marks.
/// So the template's own special tokens are known from special tokens that a problem or solution
/// spells out, which must stay plain text; and what comes before a place is the same whatever is
/// filled in, token for token.
final class Slots {
  private Slots() {}

  /// What stands for place `index` in the messages. Private-use characters: no template treats them
  /// as space or escapes them.
  static String mark(int index) {
    return "\uE000" + index + "\uE001";
  }

  /// The texts before, between and behind the places 0 to `count` - 1.
  ///
  /// @param asker the verifier that wants to know
  /// @param messages contain each mark once, in order
  /// @throws IllegalArgumentException if the model's template refuses the messages or changes them
  static List<String> around(
      String asker, LanguageModel model, Tokenizing tokenizing, List<Message> messages, int count) {
    String text = tokenizing.chatTemplate().render(messages, true);
    List<String> around = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < count; i++) {
      int at = text.indexOf(mark(i));
      if (at < from || text.indexOf(mark(i), at + 1) >= 0) {
        throw new IllegalArgumentException(
            "verifier (%s) cannot ask model %s: its chat template changes what is put into it. Maybe name another model with --verifier-model."
                .formatted(asker, model.info().name()));
      }
      around.add(text.substring(from, at));
      from = at + mark(i).length();
    }
    around.add(text.substring(from));
    return List.copyOf(around);
  }
}
