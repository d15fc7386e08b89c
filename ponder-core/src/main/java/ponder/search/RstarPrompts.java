package ponder.search;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import ponder.core.Problem;
import ponder.model.LanguageModel;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Stop;
import ponder.search.RstarShots.Example;

/// What rStar's actions ask, for one problem and one model.
///
/// All prompts of one kind begin alike, with the system turn, the worked examples and the question,
/// and go on with what the trail holds as the beginning of the model's turn; so an engine that
/// caches prefixes computes each kind's beginning once. A rephrased question comes with rephrased
/// examples. Immutable.
final class RstarPrompts {
  private final RstarSetup setup;
  private final Problem problem;
  private final LanguageModel model;
  private final Language language;
  private final Pattern label;

  RstarPrompts(RstarSetup setup, Problem problem, LanguageModel model) {
    this.setup = setup;
    this.problem = problem;
    this.model = model;
    language = setup.language() == null ? Language.of(problem.question()) : setup.language();
    label =
        Pattern.compile(
            "^(%s|%s) \\d{1,3}:\\s*".formatted(say(Phrase.STEP), say(Phrase.SUB_QUESTION)));
  }

  /// The language of our own sentences beside this problem.
  Language language() {
    return language;
  }

  /// A1: the next numbered step.
  Request thought(Trail trail) {
    List<String> lines = new ArrayList<>();
    for (String step : trail.steps(language)) {
      lines.add("%s %d: %s".formatted(say(Phrase.STEP), lines.size() + 1, oneLine(step)));
    }
    lines.add("%s %d:".formatted(say(Phrase.STEP), lines.size() + 1));
    return request(
        prompt(Phrase.NUMBERED, Example::numbered, trail.asked(), String.join("\n", lines)),
        setup.lengths().thought(),
        "\n");
  }

  /// A2: the whole rest, with what is known beside the question.
  Request answer(Trail trail) {
    RstarQuestion asked = trail.asked();
    String known =
        trail.parts().isEmpty()
            ? ""
            : "\n\n%s %s".formatted(say(Phrase.KNOWN), oneLine(trail.text()));
    return solution(asked.text() + known, asked.rephrased(), setup.lengths().answer());
  }

  /// A3: the next sub-question.
  Request subQuestion(Trail trail) {
    int number = trail.facts().size() + 1;
    return request(
        prompt(
            Phrase.DECOMPOSE,
            Example::decomposed,
            trail.asked(),
            facts(trail) + "%s %d:".formatted(say(Phrase.SUB_QUESTION), number)),
        setup.lengths().subQuestion(),
        "\n");
  }

  /// A3: the answer to a new sub-question.
  Request subAnswer(Trail trail, String subQuestion) {
    int number = trail.facts().size() + 1;
    String begun =
        "%s %d: %s\n%s %d:"
            .formatted(
                say(Phrase.SUB_QUESTION), number, subQuestion, say(Phrase.SUB_ANSWER), number);
    return request(
        prompt(Phrase.DECOMPOSE, Example::decomposed, trail.asked(), facts(trail) + begun),
        setup.lengths().subAnswer(),
        "\n" + say(Phrase.SUB_QUESTION));
  }

  private String facts(Trail trail) {
    StringBuilder lines = new StringBuilder();
    List<Trail.Fact> facts = trail.facts();
    for (int i = 0; i < facts.size(); i++) {
      Trail.Fact fact = facts.get(i);
      lines.append(
          "%s %d: %s\n%s %d: %s\n"
              .formatted(
                  say(Phrase.SUB_QUESTION),
                  i + 1,
                  fact.question(),
                  say(Phrase.SUB_ANSWER),
                  i + 1,
                  oneLine(fact.text())));
    }
    return lines.toString();
  }

  /// A4: the last sub-question as a problem of its own.
  Request again(Trail trail) {
    RstarQuestion asked = trail.asked();
    String own = (asked.context() + " " + trail.facts().getLast().question()).strip();
    return solution(own, asked.rephrased(), setup.lengths().subAnswer());
  }

  private Request solution(String question, boolean rephrased, int maxTokens) {
    return request(
        prompt(Phrase.PARAGRAPH, Example::paragraph, question, rephrased, ""), maxTokens);
  }

  /// A5: the question in other words.
  Request rephrase() {
    return request(
        prompt(Phrase.REPHRASE, Example::rephrased, problem.question(), false, conditions()),
        setup.lengths().thought(),
        "\n");
  }

  /// How a question in other words begins.
  String conditions() {
    return say(Phrase.CONDITION) + " 1:";
  }

  /// The discriminator's: the question, and the beginning of a solution that it is to end.
  Request complete(String beginning, int maxTokens) {
    Prompt prompt =
        prompt(Phrase.PARAGRAPH, Example::paragraph, problem.question(), false, beginning);
    return setup.layout() == Ask.Layout.TEXT
        ? request(prompt, maxTokens, "\n")
        : request(prompt, maxTokens);
  }

  /// A line without the label that its prompt ended with, in case the model wrote it once more.
  String withoutLabel(String line) {
    return label.matcher(line).replaceFirst("");
  }

  String say(Phrase phrase) {
    return phrase.in(language);
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  /// How an example's solution is written.
  @FunctionalInterface
  private interface Form extends java.util.function.BiFunction<Example, Language, String> {}

  private Prompt prompt(Phrase system, Form form, RstarQuestion asked, String begun) {
    return prompt(system, form, asked.text(), asked.rephrased(), begun);
  }

  private Prompt prompt(
      Phrase system, Form form, String question, boolean rephrased, String begun) {
    Shots shots =
        setup.shots().as(rephrased ? Example::rephrased : (it, in) -> it.question(), form);
    Ask ask = new Ask(language, system, Wording.NONE, Wording.NONE, shots, setup.layout(), 1);
    return switch (ask.prompt(problem.withQuestion(question), model)) {
      case Prompt.Chat chat -> new Prompt.Chat(chat.messages(), begun);
      case Prompt.Text text -> Prompt.text(text.text() + (begun.isEmpty() ? "" : " " + begun));
      case Prompt.Ids ids -> throw new IllegalStateException("A problem was put as token ids.");
    };
  }

  private Request request(Prompt prompt, int maxTokens, String... stops) {
    Stream<String> ends =
        setup.layout() == Ask.Layout.TEXT ? Stream.of("\n" + say(Phrase.QUESTION)) : Stream.empty();
    return Request.of(prompt)
        .withMaxTokens(maxTokens)
        .withSampling(setup.sampling())
        .withStop(Stop.at(Stream.concat(Stream.of(stops), ends).toArray(String[]::new)));
  }
}
