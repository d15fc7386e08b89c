package ponder.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import ponder.model.Request;
import ponder.model.Sampling;

/// How `generate` draws tokens.
final class SamplingOptions {
  private static final double USUAL_TEMPERATURE = 0.7;

  @Option(
      names = "--n",
      paramLabel = "COUNT",
      defaultValue = "1",
      description = "How many samples (default: ${DEFAULT-VALUE}).")
  int n;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "0 takes the most probable token (default: 0 for one sample, 0.7 for more).")
  @Nullable Double temperature;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "1",
      description = "Draw from the likeliest tokens that make up P (default: ${DEFAULT-VALUE}).")
  double topP;

  @Option(
      names = "--max-tokens",
      paramLabel = "COUNT",
      defaultValue = "" + Request.DEFAULT_MAX_TOKENS,
      description = "Most tokens of each sample (default: ${DEFAULT-VALUE}).")
  int maxTokens;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "0",
      description = "Root of all randomness (default: ${DEFAULT-VALUE}).")
  long seed;

  /// `request` drawn as the options say.
  Request apply(Request request) {
    return request
        .withN(n)
        .withMaxTokens(maxTokens)
        .withSampling(Sampling.of(chosenTemperature()).withTopP(topP))
        .withSeed(seed);
  }

  private double chosenTemperature() {
    if (temperature != null) {
      return temperature;
    }
    return n > 1 ? USUAL_TEMPERATURE : 0;
  }
}
