package ponder.model;

import java.util.Map;

/// How the next token is drawn from the model's distribution.
///
/// The filters run in this order: bias, penalties, temperature, min-p, top-k, typical, top-p
/// (vLLM's and Hugging Face's order); [Order#LLAMA_CPP] puts the temperature last, as llama.cpp
/// does.
///
/// @param temperature at least 0; at most 1e-5 means greedy, ties to the lowest id
/// @param topP in (0, 1]; 1 is off
/// @param topK at least 0; 0 is off
/// @param minP in [0, 1); 0 is off
/// @param typicalP in (0, 1]; 1 is off
/// @param repetitionPenalty above 0; 1 is off; over prompt and generated tokens
/// @param frequencyPenalty in [-2, 2]; 0 is off; over generated tokens
/// @param presencePenalty in [-2, 2]; 0 is off; over generated tokens
/// @param penaltyWindow how many of the last tokens the penalties see; 0 means all
/// @param bias added to single tokens' logits, by id
/// @param order where the temperature stands among the filters
public record Sampling(
    double temperature,
    double topP,
    int topK,
    double minP,
    double typicalP,
    double repetitionPenalty,
    double frequencyPenalty,
    double presencePenalty,
    int penaltyWindow,
    Map<Integer, Double> bias,
    Order order) {

  /// Where the temperature stands among the filters.
  public enum Order {
    TEMPERATURE_FIRST,
    LLAMA_CPP
  }

  public static final Sampling GREEDY =
      new Sampling(0, 1, 0, 0, 1, 1, 0, 0, 0, Map.of(), Order.TEMPERATURE_FIRST);

  public Sampling {
    require(
        temperature >= 0 && Double.isFinite(temperature), "temperature", temperature, "0 or more");
    require(topP > 0 && topP <= 1, "topP", topP, "above 0 and at most 1");
    require(topK >= 0, "topK", topK, "0 (off) or more");
    require(minP >= 0 && minP < 1, "minP", minP, "at least 0 and below 1");
    require(typicalP > 0 && typicalP <= 1, "typicalP", typicalP, "above 0 and at most 1");
    require(
        repetitionPenalty > 0 && Double.isFinite(repetitionPenalty),
        "repetitionPenalty",
        repetitionPenalty,
        "above 0");
    require(
        Math.abs(frequencyPenalty) <= 2, "frequencyPenalty", frequencyPenalty, "between -2 and 2");
    require(Math.abs(presencePenalty) <= 2, "presencePenalty", presencePenalty, "between -2 and 2");
    require(penaltyWindow >= 0, "penaltyWindow", penaltyWindow, "0 (all tokens) or more");
    bias = Map.copyOf(bias);
    bias.forEach(
        (id, value) ->
            require(
                !value.isNaN() && value < Double.POSITIVE_INFINITY,
                "bias of token " + id,
                value,
                "a number below infinity"));
  }

  /// Plain sampling at this temperature, every filter off.
  public static Sampling of(double temperature) {
    return GREEDY.withTemperature(temperature);
  }

  public Sampling withTemperature(double value) {
    return new Sampling(
        value,
        topP,
        topK,
        minP,
        typicalP,
        repetitionPenalty,
        frequencyPenalty,
        presencePenalty,
        penaltyWindow,
        bias,
        order);
  }

  public Sampling withTopP(double value) {
    return new Sampling(
        temperature,
        value,
        topK,
        minP,
        typicalP,
        repetitionPenalty,
        frequencyPenalty,
        presencePenalty,
        penaltyWindow,
        bias,
        order);
  }

  public Sampling withTopK(int value) {
    return new Sampling(
        temperature,
        topP,
        value,
        minP,
        typicalP,
        repetitionPenalty,
        frequencyPenalty,
        presencePenalty,
        penaltyWindow,
        bias,
        order);
  }

  public Sampling withMinP(double value) {
    return new Sampling(
        temperature,
        topP,
        topK,
        value,
        typicalP,
        repetitionPenalty,
        frequencyPenalty,
        presencePenalty,
        penaltyWindow,
        bias,
        order);
  }

  public Sampling withTypicalP(double value) {
    return new Sampling(
        temperature,
        topP,
        topK,
        minP,
        value,
        repetitionPenalty,
        frequencyPenalty,
        presencePenalty,
        penaltyWindow,
        bias,
        order);
  }

  /// Sets the three penalties at once.
  public Sampling withPenalties(double repetition, double frequency, double presence) {
    return new Sampling(
        temperature,
        topP,
        topK,
        minP,
        typicalP,
        repetition,
        frequency,
        presence,
        penaltyWindow,
        bias,
        order);
  }

  public Sampling withPenaltyWindow(int value) {
    return new Sampling(
        temperature,
        topP,
        topK,
        minP,
        typicalP,
        repetitionPenalty,
        frequencyPenalty,
        presencePenalty,
        value,
        bias,
        order);
  }

  public Sampling withBias(Map<Integer, Double> value) {
    return new Sampling(
        temperature,
        topP,
        topK,
        minP,
        typicalP,
        repetitionPenalty,
        frequencyPenalty,
        presencePenalty,
        penaltyWindow,
        value,
        order);
  }

  public Sampling withOrder(Order value) {
    return new Sampling(
        temperature,
        topP,
        topK,
        minP,
        typicalP,
        repetitionPenalty,
        frequencyPenalty,
        presencePenalty,
        penaltyWindow,
        bias,
        value);
  }

  /// Whether the most probable token is always taken.
  public boolean greedy() {
    return temperature <= 1e-5;
  }

  private static void require(boolean holds, String name, Object value, String range) {
    if (!holds) {
      throw new IllegalArgumentException(name + " (" + value + ") must be " + range + ".");
    }
  }
}
