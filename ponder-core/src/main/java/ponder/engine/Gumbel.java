package ponder.engine;

import ponder.core.Seed;

/// Standard Gumbel noise as a pure function of where it is used: seed, sample, step and token.
///
/// A draw is `argmax over i of z[i] + gumbel(i)`, which picks i with probability softmax(z)[i]
/// (Gumbel 1954; Maddison, Tarlow, Minka 2014, "A* Sampling"). There is no generator state, so
/// batching, preemption and restarts cannot shift a stream, and a little noise in the logits rarely
/// changes the choice, whereas a walk along a cumulative sum flips at near-ties anywhere in the
/// vocabulary.
///
/// The hash is a chain of SplitMix64 finalisers, one per coordinate. **The constants are frozen**:
/// with them, seeds mean the same completions in every version. They are 2^64 divided by the golden
/// ratio (`C0`) and by the first three powers of the real root of x^4 = x + 1 (`C1` to `C3`), made
/// odd.
final class Gumbel {
  static final long C0 = 0x9E3779B97F4A7C15L;
  static final long C1 = 0xD1B54A32D192ED03L;
  static final long C2 = 0xABC98388FB8FAC03L;
  static final long C3 = 0x8CB92BA72F3D8DD7L;

  private static final double ULP = 0x1p-53;

  private Gumbel() {}

  /// The stream of one draw: what is common to all tokens.
  ///
  /// @param step index of the generated token in its completion
  static long stream(long seed, int sample, int step) {
    return Seed.mix(Seed.mix(Seed.mix(seed + C0) ^ (sample * C1)) ^ (step * C2));
  }

  /// 64 hashed bits for `token`.
  static long bits(long stream, int token) {
    return Seed.mix(stream ^ (token * C3));
  }

  /// The multiples of [#C3] by which [#bits] tells tokens apart.
  static long[] strides(int vocabularySize) {
    long[] strides = new long[vocabularySize];
    for (int i = 0; i < vocabularySize; i++) {
      strides[i] = i * C3;
    }
    return strides;
  }

  /// `-ln(-ln u)` with `u = (bits >>> 11 + 1/2) / 2^53`, in [-3.63, 37.43].
  ///
  /// Above one half, 1 - u is formed instead of u, since u itself would round to 1 and the noise to
  /// infinity. `StrictMath` makes the bits equal on every machine.
  static double noise(long bits) {
    double u = ((bits >>> 11) + 0.5) * ULP;
    double exponential = u < 0.5 ? -StrictMath.log(u) : -StrictMath.log1p(-rest(bits));
    return -StrictMath.log(exponential);
  }

  /// 1 - u; exact for u of at least one half.
  private static double rest(long bits) {
    return ((~bits >>> 11) + 0.5) * ULP;
  }
}
