package ponder.core;

/// What a model's forward pass takes in floating-point operations (Kaplan et al. 2020, section
/// 2.1): 2 per weight and token, and 4 per layer and unit of width for each token and each position
/// that it looks at, itself included.
///
/// Norms, activations and the softmax are left out. Windowed attention is counted as if it looked
/// at everything.
///
/// @param perToken of the weights; 0 for a model of unknown size, and then nothing is counted
/// @param perPair of attention; 0 if a model does not tell its layers and width, and then attention
///   is left out
public record Compute(double perToken, double perPair) {
  /// Of a model of unknown size.
  public static final Compute UNKNOWN = new Compute(0, 0);

  public Compute {
    if (!(perToken >= 0 && perPair >= 0) || perToken == 0 && perPair > 0) {
      throw new IllegalArgumentException(
          "compute of %s per token and %s per pair cannot be.".formatted(perToken, perPair));
    }
  }

  /// Of a model with so many weights, layers and values of all heads' queries together; 0 for what
  /// is unknown.
  public static Compute of(long parameters, int layers, int width) {
    return parameters == 0 ? UNKNOWN : new Compute(2.0 * parameters, 4.0 * layers * (double) width);
  }

  /// Whether anything is counted.
  public boolean known() {
    return perToken > 0;
  }

  /// Operations of computing `tokens` behind `before` others of the same sequence.
  public double flops(double before, double tokens) {
    return tokens * (perToken + perPair * (before + (tokens + 1) / 2));
  }

  /// The most tokens that can be computed behind `before` others for `flops`; unlimited if nothing
  /// is counted.
  public long tokens(double before, double flops) {
    if (!known() || flops == Double.POSITIVE_INFINITY) {
      return Limits.UNLIMITED;
    }
    if (flops <= 0) {
      return 0;
    }
    double first = perToken + perPair * (before + 0.5);
    // The root of perPair / 2 x^2 + first x = flops, in the form that does not cancel.
    double root = 2 * flops / (first + Math.sqrt(first * first + 2 * perPair * flops));
    long tokens = (long) Math.floor(root);
    if (flops(before, tokens + 1.0) <= flops) {
      return tokens + 1; // the root was rounded down
    }
    return tokens > 0 && flops(before, tokens) > flops ? tokens - 1 : tokens;
  }
}
