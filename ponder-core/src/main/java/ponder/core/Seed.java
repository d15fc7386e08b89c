package ponder.core;

/// The root of a run's randomness, split by key and never by order.
///
/// `seed.split("problem", id).split("sample", 3)` is the same whatever else was split before, so
/// adding a sample shifts no other, and parallel order does not matter. Values are well mixed
/// 64-bit numbers.
public record Seed(long value) {
  /// A child seed named by `key` and `index`.
  public Seed split(String key, long index) {
    long h = mix(value + 0x9E3779B97F4A7C15L);
    for (int i = 0; i < key.length(); i++) {
      h = mix(h ^ (key.charAt(i) * 0xD1B54A32D192ED03L));
    }
    return new Seed(mix(h ^ mix(index + 0x8CB92BA72F3D8DD7L)));
  }

  /// A child seed named by two texts, such as `"problem"` and its id.
  public Seed split(String key, String name) {
    long h = split(key, name.length()).value;
    for (int i = 0; i < name.length(); i++) {
      h = mix(h ^ (name.charAt(i) * 0xD1B54A32D192ED03L));
    }
    return new Seed(h);
  }

  /// SplitMix64's finaliser (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number
  /// generators").
  public static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
