package ponder.engine;

/// Estimates how many rows a step may have to stay below the wanted step time.
///
/// Keeps a running mean of the time per row over steps that are mostly prefill; before the first of
/// those it allows any number.
final class Pace {
  private static final int ENOUGH_ROWS = 32;
  private static final double WEIGHT = 0.2;

  private final long stepNanos;
  private double nanosPerRow;

  Pace(EngineSettings settings) {
    this.stepNanos = settings.deterministic() ? 0 : settings.stepTime().toNanos();
  }

  /// Learns from a forward.
  void note(int rows, int prefillRows, long nanos) {
    if (prefillRows >= ENOUGH_ROWS) {
      double now = (double) nanos / rows;
      nanosPerRow = nanosPerRow == 0 ? now : nanosPerRow + WEIGHT * (now - nanosPerRow);
    }
  }

  /// Rows of a step that takes about the wanted time.
  int rows() {
    return stepNanos == 0 || nanosPerRow == 0
        ? Integer.MAX_VALUE
        : (int) Math.min(Integer.MAX_VALUE, stepNanos / nanosPerRow);
  }
}
