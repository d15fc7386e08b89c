package ponder.grade.exact;

/// Counts elementary steps and stops a computation that takes too many.
///
/// A step is about what multiplying two 64-bit words costs, so that a limit on steps bounds the
/// time on any machine, and the same input stops at the same place everywhere. For one thread.
public final class Work {
  private final long limit;
  private long used;

  /// A counter that allows `limit` steps.
  public Work(long limit) {
    this.limit = limit;
  }

  /// The limit was met. Carries no stack trace: it is an outcome, not a defect.
  public static final class Exhausted extends RuntimeException {
    private static final long serialVersionUID = 1;

    Exhausted() {
      super("The step limit was met.", null, false, false);
    }
  }

  /// Spends `steps`.
  ///
  /// @throws Exhausted if fewer are left
  public void spend(long steps) {
    used += steps;
    if (used > limit) {
      throw new Exhausted();
    }
  }

  /// Spends what a product or quotient of two numbers of so many bits costs.
  public void spendProduct(long bits, long otherBits) {
    long small = Math.min(bits, otherBits) / 64;
    long large = Math.max(bits, otherBits) / 64;
    spend((large + 1) * Math.min(small + 1, 32 + small / 8));
  }

  /// Spends what reducing a fraction of so many bits costs: a greatest common divisor takes time in
  /// the product of both lengths.
  ///
  /// @throws Exhausted if fewer are left
  public void spendReduction(long numeratorBits, long denominatorBits) {
    spend(1 + numeratorBits * denominatorBits / 1_024);
  }

  /// Steps spent so far, never above the limit.
  public long used() {
    return Math.min(used, limit);
  }
}
