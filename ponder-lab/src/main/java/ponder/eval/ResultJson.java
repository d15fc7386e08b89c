package ponder.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import ponder.eval.ProblemResult.CandidateResult;
import ponder.eval.ProblemResult.Verdict;
import ponder.store.EventJson;
import ponder.store.JsonLine;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Results as lines of JSON, and back. What is null or redacted has no key.
final class ResultJson {
  private static final JsonMapper MAPPER = new JsonMapper();

  private ResultJson() {}

  /// One line without its end.
  static String line(ProblemResult result) {
    ObjectNode node = MAPPER.createObjectNode().put("id", result.id()).put("index", result.index());
    put(node, "reference", result.reference());
    put(node, "answer", result.answer());
    node.put("answered", result.answered())
        .put("verdict", result.verdict().json())
        .put("correct", result.correct());
    if (result.f1() != null) {
      node.put("f1", result.f1());
    }
    put(node, "why", result.why().isEmpty() ? null : result.why());
    node.put("anytime", result.anytime()).put("run", result.run());
    ArrayNode candidates = node.putArray("candidates");
    for (CandidateResult candidate : result.candidates()) {
      ObjectNode one = candidates.addObject();
      put(one, "answer", candidate.answer());
      one.put("class", candidate.answerClass())
          .put("correct", candidate.correct())
          .put("score", candidate.score())
          .put("tokens", candidate.tokens());
    }
    node.put("thinkingTokens", result.thinkingTokens()).put("seconds", result.seconds());
    node.set("spend", EventJson.spend(result.spend()));
    node.set("paid", EventJson.spend(result.paid()));
    put(node, "failure", result.failure());
    return JsonLine.encodable(MAPPER.writeValueAsString(node));
  }

  private static void put(ObjectNode node, String key, @Nullable String value) {
    if (value != null) {
      node.put(key, value);
    }
  }

  /// The result in a line.
  ///
  /// @param where the line's place, for errors
  /// @throws IllegalArgumentException naming the place and what is wrong
  static ProblemResult read(String line, Object where) {
    Fields fields = Fields.parse(line, where);
    Verdict verdict = verdict(fields);
    if (fields.flag("correct") != (verdict == Verdict.CORRECT)) {
      throw new IllegalArgumentException(
          "%s says verdict '%s' and yet correct (%s). Maybe it was edited."
              .formatted(where, verdict.json(), fields.flag("correct")));
    }
    try {
      return new ProblemResult(
          fields.text("id"),
          fields.integer("index"),
          fields.textOrNull("reference"),
          fields.textOrNull("answer"),
          fields.flag("answered"),
          verdict,
          fields.has("f1") ? (Double) fields.number("f1") : null,
          fields.text("why", ""),
          fields.flag("anytime"),
          fields.text("run"),
          candidates(fields),
          fields.whole("thinkingTokens"),
          fields.number("seconds"),
          fields.spend("spend"),
          fields.spend("paid"),
          fields.textOrNull("failure"));
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      throw message.contains(where.toString())
          ? e
          : new IllegalArgumentException("%s: %s".formatted(where, message), e);
    }
  }

  private static Verdict verdict(Fields fields) {
    String text = fields.text("verdict");
    for (Verdict verdict : Verdict.values()) {
      if (verdict.json().equals(text)) {
        return verdict;
      }
    }
    throw new IllegalArgumentException(
        "%s has verdict (%s), which must be one of correct, wrong, undecided."
            .formatted(fields.where(), text.toLowerCase(Locale.ROOT)));
  }

  private static List<CandidateResult> candidates(Fields fields) {
    List<CandidateResult> candidates = new ArrayList<>();
    for (Fields one : fields.objects("candidates")) {
      candidates.add(
          new CandidateResult(
              one.textOrNull("answer"),
              one.integer("class"),
              one.flag("correct"),
              one.number("score"),
              one.whole("tokens")));
    }
    return candidates;
  }
}
