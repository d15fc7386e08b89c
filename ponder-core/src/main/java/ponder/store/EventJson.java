package ponder.store;

import org.jspecify.annotations.Nullable;
import ponder.core.Event;
import ponder.core.Grading;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.core.Spend;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Events as JSON objects, one form for trace files and server-sent events.
///
/// `event` holds the kind, the other keys are the event's components. Writing and reading kept
/// events gives them back; [Event.Progress] is written only.
public final class EventJson {
  private static final JsonMapper MAPPER = new JsonMapper();

  private EventJson() {}

  /// The event as one line without its end, fit for UTF-8.
  public static String line(Event event) {
    return JsonLine.encodable(MAPPER.writeValueAsString(write(event)));
  }

  /// The event as an object.
  public static ObjectNode write(Event event) {
    ObjectNode node = MAPPER.createObjectNode();
    switch (event) {
      case Event.Started started -> {
        node.put("event", "started")
            .put("run", started.run())
            .put("id", started.problem().id())
            .put("question", started.problem().question())
            .put("method", started.method())
            .put("model", started.model())
            .put("seed", started.seed());
        if (!started.problem().grading().equals(Grading.MATH)) {
          node.put("grading", started.problem().grading().key());
        }
      }
      case Event.Opened opened ->
          node.put("event", "opened")
              .put("node", opened.node())
              .put("parent", opened.parent())
              .put("proposer", opened.proposer());
      case Event.Text text ->
          node.put("event", "text").put("node", text.node()).put("delta", text.delta());
      case Event.Closed closed ->
          node.put("event", "closed")
              .put("node", closed.node())
              .put("text", closed.text())
              .put("tokens", closed.tokens())
              .put("logprob", Double.isNaN(closed.logprob()) ? null : closed.logprob())
              .put("finish", closed.finish())
              .put("answer", closed.answer());
      case Event.Scored scored ->
          node.put("event", "scored")
              .put("node", scored.node())
              .put("by", scored.by())
              .put("score", scored.score());
      case Event.Visited visited ->
          node.put("event", "visited")
              .put("node", visited.node())
              .put("visits", visited.visits())
              .put("value", visited.value());
      case Event.Pruned pruned ->
          node.put("event", "pruned").put("node", pruned.node()).put("reason", pruned.reason());
      case Event.Progress progress -> {
        node.put("event", "progress")
            .put("samples", progress.samples())
            .put("wanted", progress.wanted());
        node.set("spend", spend(progress.spend()));
        node.set("left", left(progress.left()));
      }
      case Event.Warned warned -> node.put("event", "warned").put("message", warned.message());
      case Event.Finished finished -> {
        node.put("event", "finished")
            .put("node", finished.node())
            .put("answer", finished.answer())
            .put("why", finished.why())
            .put("anytime", finished.anytime());
        node.set("spend", spend(finished.spend()));
        node.set("paid", spend(finished.paid()));
      }
    }
    return node;
  }

  /// A spend with its keys in their fixed order.
  public static ObjectNode spend(Spend spend) {
    return MAPPER
        .createObjectNode()
        .put("promptTokens", spend.promptTokens())
        .put("cachedPromptTokens", spend.cachedPromptTokens())
        .put("generatedTokens", spend.generatedTokens())
        .put("scoredTokens", spend.scoredTokens())
        .put("calls", spend.calls())
        .put("flops", spend.flops())
        .put("seconds", spend.seconds());
  }

  /// What is limited, by unit; nothing for what is not.
  private static ObjectNode left(Limits left) {
    ObjectNode node = MAPPER.createObjectNode();
    if (left.samples() != Limits.UNLIMITED) {
      node.put("samples", left.samples());
    }
    if (left.tokens() != Limits.UNLIMITED) {
      node.put("tokens", left.tokens());
    }
    if (left.calls() != Limits.UNLIMITED) {
      node.put("calls", left.calls());
    }
    if (Double.isFinite(left.seconds())) {
      node.put("seconds", left.seconds());
    }
    if (Double.isFinite(left.flops())) {
      node.put("flops", left.flops());
    }
    return node;
  }

  /// The event in a line of a trace file.
  ///
  /// @throws IllegalArgumentException if the line is no event that is kept
  public static Event read(String line) {
    JsonNode node;
    try {
      node = MAPPER.readTree(line);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("trace line (%s) is no JSON.".formatted(excerpt(line)), e);
    }
    if (!node.isObject()) {
      throw new IllegalArgumentException(
          "trace line (%s) is no JSON object.".formatted(excerpt(line)));
    }
    return new Fields(node, line).event();
  }

  private static String excerpt(String line) {
    return line.length() <= 80 ? line : line.substring(0, 80) + "…";
  }

  private record Fields(JsonNode node, String line) {
    private Grading grading() {
      return node.has("grading") ? Grading.named(text("grading"), text("question")) : Grading.MATH;
    }

    private Event event() {
      return switch (text("event")) {
        case "started" ->
            new Event.Started(
                text("run"),
                new Problem(text("id"), text("question"), grading()),
                text("method"),
                text("model"),
                field("seed").asLong());
        case "opened" -> new Event.Opened(number("node"), number("parent"), text("proposer"));
        case "text" -> new Event.Text(number("node"), text("delta"));
        case "closed" ->
            new Event.Closed(
                number("node"),
                text("text"),
                field("tokens").asLong(),
                field("logprob").isNull() ? Double.NaN : field("logprob").asDouble(),
                text("finish"),
                textOrNull("answer"));
        case "scored" -> new Event.Scored(number("node"), text("by"), field("score").asDouble());
        case "visited" ->
            new Event.Visited(number("node"), field("visits").asLong(), field("value").asDouble());
        case "pruned" -> new Event.Pruned(number("node"), text("reason"));
        case "warned" -> new Event.Warned(text("message"));
        case "finished" ->
            new Event.Finished(
                number("node"),
                textOrNull("answer"),
                text("why"),
                field("anytime").asBoolean(),
                spend("spend"),
                spend("paid"));
        default ->
            throw new IllegalArgumentException(
                "event (%s) is unknown in a trace. Maybe a newer Ponder wrote it."
                    .formatted(text("event")));
      };
    }

    private JsonNode field(String name) {
      JsonNode field = node.get(name);
      if (field == null) {
        throw new IllegalArgumentException(
            "trace line (%s) has no '%s'.".formatted(excerpt(line), name));
      }
      return field;
    }

    private String text(String name) {
      return field(name).asString();
    }

    private @Nullable String textOrNull(String name) {
      JsonNode field = field(name);
      return field.isNull() ? null : field.asString();
    }

    private int number(String name) {
      return field(name).asInt();
    }

    private Spend spend(String name) {
      var fields = new Fields(field(name), line);
      return new Spend(
          fields.field("promptTokens").asLong(),
          fields.field("cachedPromptTokens").asLong(),
          fields.field("generatedTokens").asLong(),
          fields.field("scoredTokens").asLong(),
          fields.field("calls").asLong(),
          fields.field("flops").asDouble(),
          fields.field("seconds").asDouble());
    }
  }
}
