package ponder.search;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.core.Problem;
import ponder.model.LanguageModel;
import ponder.model.Message;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Stop;
import ponder.model.Tokenizing;
import ponder.model.Tokens;

/// How a problem is put to the model.
///
/// As turns of a chat: the system turn, each worked example as a turn of the user and one of the
/// assistant, then the question with the further sentences below it. As one text, for models that
/// were never taught to chat: the same, with marks before question and solution, and the model goes
/// on after the last mark; a sample ends where it begins the next question.
///
/// @param language of our own sentences; null for the question's
/// @param system the system turn
/// @param cue what asks for thinking: below the question, or where the solution begins in one text
/// @param extra a further sentence below the question
/// @param shots worked examples
/// @param layout turns of a chat, or one text
/// @param maxTokens most generated tokens of a sample
record Ask(
    @Nullable Language language,
    Wording system,
    Wording cue,
    Wording extra,
    Shots shots,
    Layout layout,
    int maxTokens) {
  static final int DEFAULT_MAX_TOKENS = 1024;

  /// What a prompt is written as.
  enum Layout {
    CHAT,
    TEXT
  }

  Ask withExtra(Wording value) {
    return new Ask(language, system, cue, value, shots, layout, maxTokens);
  }

  /// The same layout for another task than to solve the problem: without cue and worked examples.
  ///
  /// @param in the language of our sentences
  /// @param role the system turn
  Ask as(Language in, String role, int most) {
    return new Ask(
        in, new Wording.Given(role), Wording.NONE, Wording.NONE, Shots.NONE, layout, most);
  }

  /// A turn of the model, and what it is then told.
  record Turn(String said, String told) {}

  /// Asks for sample 0 behind `turns`.
  Request request(Problem problem, LanguageModel model, List<Turn> turns, Sampling sampling) {
    return request(prompt(problem, model, turns), problem, sampling);
  }

  /// Asks for sample 0, which goes on where the model's own text `begun` ends.
  Request request(Problem problem, LanguageModel model, String begun, Sampling sampling) {
    Prompt prompt =
        switch (prompt(problem, model)) {
          case Prompt.Chat chat -> new Prompt.Chat(chat.messages(), begun);
          case Prompt.Text text -> Prompt.text(text.text() + begun);
          case Prompt.Ids ids -> throw new IllegalStateException("A problem was put as token ids.");
        };
    return request(prompt, problem, sampling);
  }

  /// The last of `turns`, at most `most` and as many as leave a sample its full length in the
  /// model's context, as far as the model shows its tokens.
  ///
  /// @param unit how many belong together; that many stay in any case
  List<Turn> latest(Problem problem, LanguageModel model, List<Turn> turns, long most, int unit) {
    int context = model.info().contextLength();
    int from = (int) Math.max(0, turns.size() - most);
    List<Turn> latest = turns.subList(from, turns.size());
    while (latest.size() > unit
        && tokens(prompt(problem, model, latest), model) + maxTokens > context) {
      latest = latest.subList(unit, latest.size());
    }
    return List.copyOf(latest);
  }

  private Prompt prompt(Problem problem, LanguageModel model, List<Turn> later) {
    Language in = languageOf(problem);
    return switch (layout) {
      case CHAT -> {
        List<Message> turns = turns(problem, in);
        for (Turn turn : later) {
          turns.add(Message.assistant(turn.said));
          turns.add(Message.user(turn.told));
        }
        yield new Prompt.Chat(turns, "");
      }
      case TEXT -> {
        StringBuilder text = new StringBuilder(text(problem, in, model));
        for (Turn turn : later) {
          text.append(" ").append(turn.said.strip()).append("\n\n").append(turn.told);
          text.append("\n").append(Phrase.SOLUTION.in(in));
        }
        yield Prompt.text(text.toString());
      }
    };
  }

  /// The language in which our sentences stand beside this problem.
  Language languageOf(Problem problem) {
    return language == null ? Language.of(problem.question()) : language;
  }

  /// Asks for sample 0.
  Request request(Problem problem, LanguageModel model, Sampling sampling, long seed) {
    return request(prompt(problem, model), problem, sampling).withSeed(seed);
  }

  /// Asks for the answer alone, greedily, after the model wrote `solution`.
  ///
  /// @param most most generated tokens
  Request extraction(Problem problem, LanguageModel model, String solution, int most) {
    Language in = languageOf(problem);
    Prompt prompt =
        switch (layout) {
          case CHAT -> {
            List<Message> turns = turns(problem, in);
            turns.add(Message.assistant(solution));
            turns.add(Message.user(Phrase.EXTRACT.in(in)));
            yield new Prompt.Chat(turns, "");
          }
          case TEXT ->
              Prompt.text(
                  text(problem, in, model)
                      + solution.stripTrailing()
                      + "\n"
                      + Phrase.CONCLUDE.in(in));
        };
    return request(prompt, problem, Sampling.GREEDY).withMaxTokens(most);
  }

  /// The answer's place in the text that an extraction brought.
  String concluded(Problem problem, String extracted) {
    return switch (layout) {
      case CHAT -> extracted;
      case TEXT -> Phrase.CONCLUDE.in(languageOf(problem)) + extracted;
    };
  }

  private Request request(Prompt prompt, Problem problem, Sampling sampling) {
    Request request = Request.of(prompt).withMaxTokens(maxTokens).withSampling(sampling);
    return switch (layout) {
      case CHAT -> request;
      case TEXT -> request.withStop(Stop.at(ends(problem).toArray(String[]::new)));
    };
  }

  /// Strings with which the model begins something else, so that its solution is over.
  List<String> ends(Problem problem) {
    return switch (layout) {
      case CHAT -> List.of();
      case TEXT -> List.of("\n" + Phrase.QUESTION.in(languageOf(problem)));
    };
  }

  /// The prompt alone.
  Prompt prompt(Problem problem, LanguageModel model) {
    Language in = languageOf(problem);
    return switch (layout) {
      case CHAT -> new Prompt.Chat(turns(problem, in), "");
      case TEXT -> Prompt.text(text(problem, in, model));
    };
  }

  private List<Message> turns(Problem problem, Language in) {
    List<Message> turns = new ArrayList<>();
    if (!system.in(in).isBlank()) {
      turns.add(Message.system(system.in(in)));
    }
    for (Shots.Shot shot : shots.in(in)) {
      turns.add(Message.user(shot.question()));
      turns.add(Message.assistant(shot.solution()));
    }
    turns.add(Message.user(joined(problem.question(), extra.in(in), cue.in(in))));
    return turns;
  }

  private String text(Problem problem, Language in, LanguageModel model) {
    String question = Phrase.QUESTION.in(in) + " ";
    String solution = "\n" + Phrase.SOLUTION.in(in);
    List<String> parts = new ArrayList<>();
    parts.add(system.in(in));
    for (Shots.Shot shot : shots.in(in)) {
      parts.add(question + shot.question() + solution + " " + shot.solution());
    }
    // No space at the end: the model's tokens begin with theirs.
    String begun = cue.in(in).isBlank() ? "" : " " + cue.in(in);
    parts.add(question + joined(problem.question(), extra.in(in)) + solution + begun);
    return beginning(model) + joined(parts.toArray(String[]::new));
  }

  /// What the model wants in front of every text; a chat template brings it by itself.
  private static String beginning(LanguageModel model) {
    return model
        .ability(Tokenizing.class)
        .map(Tokenizing::tokenizer)
        .filter(tokenizer -> tokenizer.bos() >= 0)
        .map(tokenizer -> tokenizer.decode(Tokens.of(tokenizer.bos()), true))
        .orElse("");
  }

  private static String joined(String... paragraphs) {
    return String.join(
        "\n\n", List.of(paragraphs).stream().filter(text -> !text.isBlank()).toList());
  }

  /// The length of a prompt; 0 if the model does not show its tokens.
  static long tokens(Prompt prompt, LanguageModel model) {
    return model.ability(Tokenizing.class).map(it -> it.tokens(prompt).size()).orElse(0);
  }
}
