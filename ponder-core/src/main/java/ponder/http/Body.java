package ponder.http;

import java.util.List;
import ponder.core.Seed;
import ponder.http.Notes.Extra;
import ponder.model.Message;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Stop;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes a request as the JSON that a server's dialect wants.
///
/// Every sampling field that the dialect heeds is sent, neutral ones too, since servers have
/// defaults of their own and models bring some with them.
///
/// @param stream whether the answer is to come piece by piece
/// @param logprobs whether log-probabilities are asked for even if the request needs none
record Body(Server server, Notes notes, boolean stream, boolean logprobs) {
  private static final long SEEDS = 1L << 30;

  /// Where the request goes.
  static String path(Request request) {
    return request.prompt() instanceof Prompt.Chat ? "/chat/completions" : "/completions";
  }

  /// Sample `k`'s own seed: neighbours in number, as vLLM gives them to one call's samples, so that
  /// sample 5 has the same seed alone and in company.
  static long seed(Request request, int sample) {
    return Math.floorMod(new Seed(request.seed()).split("http", 0).value(), SEEDS) + sample;
  }

  /// @param samples those of this call, with consecutive indices
  /// @param maxTokens most tokens, maybe fewer than the request's
  ObjectNode json(Request request, List<Integer> samples, int maxTokens) {
    ObjectNode json = Transport.MAPPER.createObjectNode().put("model", server.model());
    prompt(json, request.prompt());
    json.put(notes.refuses(Extra.MAX_TOKENS) ? "max_completion_tokens" : "max_tokens", maxTokens);
    if (samples.size() > 1) {
      json.put("n", samples.size());
    }
    if (!notes.refuses(Extra.SEED)) {
      json.put("seed", seed(request, samples.getFirst()));
    }
    sampling(json, request.sampling());
    stop(json, request);
    logprobs(json, request);
    if (stream) {
      json.put("stream", true);
      if (!notes.refuses(Extra.STREAM_OPTIONS)) {
        json.putObject("stream_options").put("include_usage", true);
      }
    }
    if (server.dialect() == Dialect.LLAMA_CPP) {
      json.put("cache_prompt", true);
    }
    return json;
  }

  private void prompt(ObjectNode json, Prompt prompt) {
    switch (prompt) {
      case Prompt.Ids ids -> {
        ArrayNode array = json.putArray("prompt");
        ids.tokens().stream().forEach(array::add);
      }
      case Prompt.Text text -> {
        json.put("prompt", text.text());
        if (server.dialect() == Dialect.VLLM && !notes.refuses(Extra.ADD_SPECIAL_TOKENS)) {
          json.put("add_special_tokens", false);
        }
      }
      case Prompt.Chat chat -> {
        messages(json.putArray("messages"), chat);
        if (!chat.prefill().isEmpty()) {
          json.put("add_generation_prompt", false).put("continue_final_message", true);
        }
      }
    }
  }

  static void messages(ArrayNode array, Prompt.Chat chat) {
    for (Message message : chat.messages()) {
      array.addObject().put("role", message.role()).put("content", message.content());
    }
    if (!chat.prefill().isEmpty()) {
      array.addObject().put("role", "assistant").put("content", chat.prefill());
    }
  }

  private void sampling(ObjectNode json, Sampling sampling) {
    Dialect dialect = server.dialect();
    json.put("temperature", sampling.greedy() ? 0 : sampling.temperature());
    json.put("top_p", sampling.topP());
    if (dialect.filters()) {
      boolean minus =
          sampling.topK() == 0 && (dialect == Dialect.VLLM || dialect == Dialect.SGLANG);
      json.put("top_k", minus ? -1 : sampling.topK());
      json.put("min_p", sampling.minP());
      json.put(dialect.repetitionPenalty(), sampling.repetitionPenalty());
    }
    if (dialect.filters() || sampling.frequencyPenalty() != 0 || sampling.presencePenalty() != 0) {
      json.put("frequency_penalty", sampling.frequencyPenalty());
      json.put("presence_penalty", sampling.presencePenalty());
    }
    if (dialect == Dialect.LLAMA_CPP) {
      llamaCpp(json, sampling);
    }
    if (!sampling.bias().isEmpty()) {
      ObjectNode bias = json.putObject("logit_bias");
      sampling.bias().forEach((id, value) -> bias.put(Integer.toString(id), value));
    }
  }

  private static void llamaCpp(ObjectNode json, Sampling sampling) {
    json.put("typical_p", sampling.typicalP());
    json.put("repeat_last_n", sampling.penaltyWindow() == 0 ? -1 : sampling.penaltyWindow());
    List<String> order =
        sampling.order() == Sampling.Order.LLAMA_CPP
            ? List.of("penalties", "top_k", "typ_p", "top_p", "min_p", "temperature")
            : List.of("penalties", "temperature", "min_p", "top_k", "typ_p", "top_p");
    ArrayNode samplers = json.putArray("samplers");
    order.forEach(samplers::add);
  }

  private void stop(ObjectNode json, Request request) {
    Stop stop = request.stop();
    if (!stop.strings().isEmpty()) {
      ArrayNode strings = json.putArray("stop");
      stop.strings().forEach(strings::add);
    }
    if (!stop.sequences().isEmpty()) {
      ArrayNode ids = json.putArray("stop_token_ids");
      stop.sequences().forEach(sequence -> ids.add(sequence.get(0)));
    }
    if (stop.includeStop() && server.dialect().keepsStop()) {
      json.put(
          server.dialect() == Dialect.SGLANG ? "no_stop_trim" : "include_stop_str_in_output", true);
    }
    if (stop.ignoreEos()) {
      json.put("ignore_eos", true);
    }
    if (request.minTokens() > 0) {
      json.put("min_tokens", request.minTokens());
    }
  }

  /// One top log-probability is asked for where none is wanted: some servers give nothing for 0.
  private void logprobs(ObjectNode json, Request request) {
    boolean extra = logprobs && !notes.refuses(Extra.LOGPROBS);
    if (request.topLogprobs() == 0 && !extra) {
      return;
    }
    int top = Math.max(1, request.topLogprobs());
    if (request.prompt() instanceof Prompt.Chat) {
      json.put("logprobs", true).put("top_logprobs", top);
    } else {
      json.put("logprobs", top);
    }
    if (server.dialect() == Dialect.VLLM) {
      json.put("return_tokens_as_token_ids", true);
    }
  }
}
