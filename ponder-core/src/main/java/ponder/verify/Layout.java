package ponder.verify;

import java.util.List;
import ponder.model.LanguageModel;
import ponder.model.Message;
import ponder.model.Tokenizer;
import ponder.model.Tokenizing;
import ponder.model.Tokens;

/// How a judge of steps sees a problem and the steps towards its solution, as tokens.
///
/// A text is put together from pieces that are tokenised apart: an opening, then a piece per step.
/// So the text after a step is, token for token, the beginning of the text after the next one, and
/// an engine that keeps prefixes computes each step once; judging a longer solution afresh gives
/// the same tokens as judging it step by step. A tail behind the last piece, if there is one, is
/// read but not kept.
///
/// Special tokens spelled out in problems and steps stay plain text.
sealed interface Layout {
  /// What comes before the first step.
  Tokens opening(String question);

  /// What step `index` adds.
  Tokens piece(int index, String step);

  /// What stands behind the last step while a verdict is read.
  default Tokens tail() {
    return Tokens.of();
  }

  /// The layout of a format for the model's tokenizer and chat template.
  ///
  /// @throws IllegalArgumentException if the model lacks a token or its template does not fit
  static Layout of(PrmFormat format, String asker, LanguageModel model, Tokenizing tokenizing) {
    Tokenizer tokenizer = tokenizing.tokenizer();
    return switch (format.style()) {
      case TAGGED -> {
        Labels.single(asker, model.info().name(), tokenizer, format.tag());
        yield new Tagged(tokenizer, " ", format.joint(), tokenizer.encode(format.tag(), false));
      }
      case TURNS -> Turns.of(format, asker, model, tokenizing);
      case ASKED -> Asked.of(format, asker, model, tokenizing);
    };
  }

  /// Plain text: the question, then every step, trimmed, with a tag behind.
  ///
  /// @param first stands between the question and the first step
  /// @param joint stands between a tag and the next step
  record Tagged(Tokenizer tokenizer, String first, String joint, Tokens tag) implements Layout {
    @Override
    public Tokens opening(String question) {
      Tokens text = tokenizer.encode(question.strip(), false);
      return tokenizer.bos() < 0 ? text : Tokens.of(tokenizer.bos()).concat(text);
    }

    @Override
    public Tokens piece(int index, String step) {
      String between = index == 0 ? first : joint;
      return tokenizer.encode(between + step.strip(), false).concat(tag);
    }
  }

  /// A conversation with a turn of the user for each step.
  ///
  /// @param lead before the first turn's content
  /// @param cue behind a turn's content, up to where the assistant's turn begins
  /// @param between from there to the next turn's content
  record Turns(Tokenizer tokenizer, Tokens lead, Tokens cue, Tokens between) implements Layout {
    private static Turns of(
        PrmFormat format, String asker, LanguageModel model, Tokenizing tokenizing) {
      Message said = Message.assistant(format.tag());
      List<Message> messages =
          List.of(
              Message.user(Slots.mark(0)),
              said,
              Message.user(Slots.mark(1)),
              said,
              Message.user(Slots.mark(2)));
      List<String> texts = Slots.around(asker, model, tokenizing, messages, 3);
      String cue = texts.get(3);
      String between = texts.get(1);
      if (!between.equals(texts.get(2)) || !between.startsWith(cue + format.tag())) {
        throw new IllegalArgumentException(
            "verifier (%s) cannot ask model %s: its chat template does not write a conversation's turns one behind the other. Maybe prm:plus-minus was meant."
                .formatted(asker, model.info().name()));
      }
      Tokenizer tokenizer = tokenizing.tokenizer();
      return new Turns(
          tokenizer,
          tokenizer.encode(texts.get(0), true),
          tokenizer.encode(cue, true),
          tokenizer.encode(between.substring(cue.length()), true));
    }

    @Override
    public Tokens opening(String question) {
      return lead.concat(tokenizer.encode(question.strip(), false));
    }

    @Override
    public Tokens piece(int index, String step) {
      Tokens text = tokenizer.encode((index == 0 ? " " : "") + step.strip(), false);
      return (index == 0 ? text : between.concat(text)).concat(cue);
    }
  }

  /// One turn of the user, the steps in its midst.
  ///
  /// @param lead before the question
  /// @param middle between question and steps
  /// @param tail behind the steps
  record Asked(Tokenizer tokenizer, Tokens lead, Tokens middle, Tokens tail) implements Layout {
    private static final String ASK =
        """
        You check a solution of a problem step by step. Reply with + if the last step is correct and brings the solution forward, and with - if it is wrong or useless. Reply with that one sign.

        Problem:
        %s

        Steps so far:
        %s""";

    private static Asked of(
        PrmFormat format, String asker, LanguageModel model, Tokenizing tokenizing) {
      Message message = Message.user(ASK.formatted(Slots.mark(0), Slots.mark(1)) + format.tag());
      List<String> texts = Slots.around(asker, model, tokenizing, List.of(message), 2);
      Tokenizer tokenizer = tokenizing.tokenizer();
      return new Asked(
          tokenizer,
          tokenizer.encode(texts.get(0), true),
          tokenizer.encode(texts.get(1), true),
          tokenizer.encode(texts.get(2), true));
    }

    @Override
    public Tokens opening(String question) {
      return lead.concat(tokenizer.encode(question.strip(), false)).concat(middle);
    }

    @Override
    public Tokens piece(int index, String step) {
      String text = index == 0 ? step.strip() : "\n\n" + step.stripTrailing();
      return tokenizer.encode(text, false);
    }
  }

  /// The conversation in which the policy writes: the question as a turn of the user, the steps as
  /// they are as the beginning of the assistant's turn, so that a policy that judges itself finds
  /// its own work in the engine's cache.
  ///
  /// @param lead before the question
  /// @param middle between question and steps
  /// @param tag behind every step; may be empty
  record Written(Tokenizer tokenizer, Tokens lead, Tokens middle, Tokens tag) implements Layout {
    /// @param system the system turn; empty for none
    static Written of(
        String system, String tag, String asker, LanguageModel model, Tokenizing tokenizing) {
      Message user = Message.user(Slots.mark(0));
      List<Message> messages =
          system.isEmpty() ? List.of(user) : List.of(Message.system(system), user);
      List<String> texts = Slots.around(asker, model, tokenizing, messages, 1);
      Tokenizer tokenizer = tokenizing.tokenizer();
      return new Written(
          tokenizer,
          tokenizer.encode(texts.get(0), true),
          tokenizer.encode(texts.get(1), true),
          tokenizer.encode(tag, true));
    }

    @Override
    public Tokens opening(String question) {
      return lead.concat(tokenizer.encode(question, false)).concat(middle);
    }

    @Override
    public Tokens piece(int index, String step) {
      return tokenizer.encode(step, false).concat(tag);
    }
  }
}
