package ponder.eval;

/// How far an evaluation is.
///
/// @param problems how many there are
/// @param done how many have a result
/// @param found the part of `done` that an earlier process had finished
/// @param correct the part of `done` that is right
/// @param failed the part of `done` that failed
/// @param seconds since this process began
/// @param tokens generated in this process; of a model that does not show its steps, those of the
///   samples that have ended
/// @param batchShare mean part of the model's places in use so far, in [0, 1]; 0 if unknown
public record EvalProgress(
    int problems,
    int done,
    int found,
    int correct,
    int failed,
    double seconds,
    long tokens,
    double batchShare) {
  private static final double NORMAL_975 = 1.959963984540054;

  /// The part of the finished problems that is right; 0 before the first. Quick problems end first,
  /// so early values speak for them.
  public double accuracy() {
    return done == 0 ? 0 : (double) correct / done;
  }

  /// Half the width of the 95 % score interval of [#accuracy] (Wilson 1927); 1/2 before the first.
  public double halfWidth() {
    double z2 = NORMAL_975 * NORMAL_975;
    return done == 0
        ? 0.5
        : NORMAL_975 / (done + z2) * Math.sqrt(done * accuracy() * (1 - accuracy()) + z2 / 4);
  }

  public double tokensPerSecond() {
    return seconds <= 0 ? 0 : tokens / seconds;
  }

  /// Seconds to the end at the pace so far; NaN before the first problem has ended.
  public double secondsLeft() {
    int here = done - found;
    return here == 0 ? Double.NaN : seconds / here * (problems - done);
  }
}
