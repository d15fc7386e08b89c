package ponder.recipe;

import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.core.Answer;
import ponder.core.Spend;
import ponder.store.EventJson;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A solved problem, or as far as it came.
///
/// @param answer the answer; null if none was found
/// @param text the winning text, without its thoughts
/// @param reasoning the winning text's thoughts, where the model marks them; else empty
/// @param method the method's name
/// @param verifier what judged the candidates
/// @param model the model's name
/// @param engine the engine's name
/// @param seed the root seed
/// @param run the run's id
/// @param spend what the method used, replayed calls included
/// @param judging the verifier's part of `spend`; no time
/// @param paid what this process computed
/// @param times where this process' time went
/// @param candidates every candidate, in the order of their indices
/// @param anytime whether the budget, a deadline or the user ended the run early
/// @param why what made the answer win, in words
/// @param tokensOfSteps those of the generated tokens that are no candidate's alone: of the steps
///   of a tree, whose candidates share their beginnings and leave out what was given up, or of
///   remarks on the way to a candidate
/// @param thinkingTokens length of the winner's thoughts, where the method tells them apart; else 0
public record Solution(
    @Nullable String answer,
    String text,
    String reasoning,
    String method,
    String verifier,
    String model,
    String engine,
    long seed,
    String run,
    Spend spend,
    Spend judging,
    Spend paid,
    Times times,
    List<Answer> candidates,
    boolean anytime,
    String why,
    long tokensOfSteps,
    long thinkingTokens) {
  public Solution {
    candidates = List.copyOf(candidates);
  }

  /// The object that `--json` prints.
  public ObjectNode json() {
    ObjectNode node =
        new JsonMapper()
            .createObjectNode()
            .put("answer", answer)
            .put("text", text)
            .put("reasoning", reasoning)
            .put("method", method)
            .put("verifier", verifier)
            .put("model", model)
            .put("engine", engine)
            .put("seed", seed)
            .put("run", run);
    node.set("spend", EventJson.spend(spend));
    node.set("paid", EventJson.spend(paid));
    ArrayNode list = node.putArray("candidates");
    for (Answer candidate : candidates) {
      list.addObject()
          .put("answer", candidate.value())
          .put("score", candidate.score())
          .put("tokens", candidate.tokens())
          .put("text", candidate.text());
    }
    return node.put("anytime", anytime).put("why", why);
  }
}
