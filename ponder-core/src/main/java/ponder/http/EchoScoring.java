package ponder.http;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import ponder.core.Fanout;
import ponder.model.AdapterKey;
import ponder.model.Call;
import ponder.model.ContextOverflowException;
import ponder.model.EngineException;
import ponder.model.Scoring;
import ponder.model.Tokens;
import ponder.model.Usage;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Scores given tokens by the legacy completions' `echo`: the server repeats the prompt with the
/// log-probability of each of its tokens, and generates nothing.
///
/// A server may take the field and not heed it (llama.cpp's does). So every answer is checked: as
/// many numbers as tokens, none for the first, all for the rest, and the same ids.
///
/// Cost: one call for [#score], one a candidate for [#next]; servers do not take scored prompts
/// from their cache.
final class EchoScoring implements Scoring {
  private final Link link;
  private final Runnable requireOpen;

  EchoScoring(Link link, Runnable requireOpen) {
    this.link = link;
    this.requireOpen = requireOpen;
  }

  @Override
  public Score score(Tokens prefix, Tokens continuation, @Nullable AdapterKey adapter, Call call) {
    check(prefix, continuation, adapter);
    Tokens all = prefix.concat(continuation);
    if (all.size() > link.server().contextLength()) {
      throw new ContextOverflowException(all.size(), link.server().contextLength());
    }
    JsonNode answer = ask(all, call);
    float[] logprobs = new float[continuation.size()];
    JsonNode given = answer.at("/choices/0/logprobs/token_logprobs");
    for (int i = 0; i < logprobs.length; i++) {
      logprobs[i] = Piece.logprob(given.path(prefix.size() + i));
    }
    long cached = answer.at("/usage/prompt_tokens_details/cached_tokens").asLong(0);
    return new Score(
        logprobs,
        new Usage(prefix.size(), Math.clamp(cached, 0, prefix.size()), 0, logprobs.length));
  }

  @Override
  public Score next(
      Tokens context, Tokens candidates, int privateTail, @Nullable AdapterKey adapter, Call call) {
    check(context, candidates, adapter);
    if (privateTail < 0 || privateTail > context.size()) {
      throw new IllegalArgumentException(
          "privateTail (%d) must be between 0 and the context's length (%d)."
              .formatted(privateTail, context.size()));
    }
    List<Supplier<Score>> work = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      Tokens candidate = candidates.slice(i, i + 1);
      work.add(() -> score(context, candidate, null, call));
    }
    List<Score> scores = Fanout.all(work);
    float[] logprobs = new float[scores.size()];
    for (int i = 0; i < logprobs.length; i++) {
      logprobs[i] = scores.get(i).logprobs()[0];
    }
    return new Score(logprobs, new Usage(context.size(), 0, 0, logprobs.length));
  }

  private void check(Tokens given, Tokens scored, @Nullable AdapterKey adapter) {
    requireOpen.run();
    if (adapter != null) {
      throw new IllegalArgumentException(
          "The server (%s) cannot be asked for an adapter.".formatted(link.server().build()));
    }
    Wanted.checkIds(given, link.server());
    Wanted.checkIds(scored, link.server());
  }

  private JsonNode ask(Tokens tokens, Call call) {
    ObjectNode json = Transport.MAPPER.createObjectNode().put("model", link.server().model());
    ArrayNode prompt = json.putArray("prompt");
    tokens.stream().forEach(prompt::add);
    json.put("max_tokens", 0).put("temperature", 0).put("echo", true).put("logprobs", 1);
    json.put("return_tokens_as_token_ids", true);
    JsonNode answer = link.ask(() -> link.endpoint().api("/completions"), json, call);
    verify(tokens, answer.at("/choices/0/logprobs"));
    return answer;
  }

  private void verify(Tokens tokens, JsonNode logprobs) {
    JsonNode names = logprobs.path("tokens");
    JsonNode given = logprobs.path("token_logprobs");
    boolean good = names.size() == tokens.size() && given.size() == tokens.size();
    for (int i = 0; i < tokens.size() && good; i++) {
      good =
          names.get(i).asString("").equals("token_id:" + tokens.get(i))
              && (i == 0 || given.get(i).isNumber());
    }
    if (!good) {
      throw new EngineException(
          "%s does not give the log-probabilities of a prompt (%d tokens sent, %d came back). Maybe score with --engine llama."
              .formatted(link.endpoint(), tokens.size(), names.size()));
    }
  }
}
