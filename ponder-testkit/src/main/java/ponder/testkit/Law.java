package ponder.testkit;

import ponder.core.Seed;

/// States that something holds for many seeded cases, and says on failure which one broke it.
///
/// ```java
/// Law.forAll("reversing twice changes nothing", 200, seed -> { ... });
/// ```
///
/// The cases' seeds derive from the law's name, so a law meets the same cases every time. With
/// `-Dponder.law.seed=N` only the case with seed N runs; with `-Dponder.law.cases=N` each law runs
/// N cases.
public final class Law {
  private static final String SEED = "ponder.law.seed";
  private static final String CASES = "ponder.law.cases";

  private Law() {}

  /// What must hold in one case; anything it throws breaks the law.
  @FunctionalInterface
  public interface Case {
    void check(long seed) throws Exception;
  }

  /// Checks `law` for `cases` seeds.
  ///
  /// @throws AssertionError naming the law, the seed and the command that repeats the case
  public static void forAll(String name, int cases, Case law) {
    Long only = Long.getLong(SEED);
    if (only != null) {
      check(name, only, law);
      return;
    }
    Seed root = new Seed(0).split("law", name);
    int count = Integer.getInteger(CASES, cases);
    for (int i = 0; i < count; i++) {
      check(name, root.split("case", i).value(), law);
    }
  }

  private static void check(String name, long seed, Case law) {
    try {
      law.check(seed);
    } catch (Exception | AssertionError e) {
      throw new AssertionError(
          "Law '%s' is broken by seed %d. Repeat it with -D%s=%d. %s"
              .formatted(name, seed, SEED, seed, e),
          e);
    }
  }
}
