package ponder.torch;

/// Rotary position embedding (Su et al. 2021, "RoFormer"): pair j of a head's values turns by
/// `position * frequency(j)`.
///
/// Pairs are values j and j + d/2, as in Hugging Face's files; GGUF files of the Llama family pair
/// neighbours and are put in order when they are read.
///
/// @param base what frequencies are powers of; 10,000 and more
/// @param scaling how frequencies are lowered for long contexts
record Rope(double base, Scaling scaling) {

  /// How frequencies are lowered for contexts longer than those first trained on.
  sealed interface Scaling {}

  /// Not at all.
  record Plain() implements Scaling {}

  /// All by one factor (position interpolation).
  record Linear(double factor) implements Scaling {}

  /// Low frequencies by a factor, high ones not at all, those between by a blend of both (Llama
  /// 3.1).
  ///
  /// @param lowFrequencyFactor wavelengths above `originalContext / this` are scaled fully
  /// @param highFrequencyFactor wavelengths below `originalContext / this` are not scaled
  record Llama3(
      double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalContext)
      implements Scaling {}

  Rope {
    if (!(base > 1) || Double.isInfinite(base)) {
      throw new IllegalArgumentException("rope base (%s) must be above 1.".formatted(base));
    }
  }

  /// The angle per position of each pair, double[headWidth / 2].
  double[] frequencies(int headWidth) {
    double[] frequencies = new double[headWidth / 2];
    for (int pair = 0; pair < frequencies.length; pair++) {
      double plain = Math.pow(base, -2.0 * pair / headWidth);
      frequencies[pair] =
          switch (scaling) {
            case Plain() -> plain;
            case Linear(double factor) -> plain / factor;
            case Llama3 llama3 -> llama3(plain, llama3);
          };
    }
    return frequencies;
  }

  private static double llama3(double plain, Llama3 scaling) {
    double turns = scaling.originalContext() * plain / (2 * Math.PI);
    double share =
        (turns - scaling.lowFrequencyFactor())
            / (scaling.highFrequencyFactor() - scaling.lowFrequencyFactor());
    double kept = Math.clamp(share, 0.0, 1.0);
    return (1 - kept) * plain / scaling.factor() + kept * plain;
  }
}
