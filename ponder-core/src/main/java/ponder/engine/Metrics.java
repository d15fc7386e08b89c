package ponder.engine;

/// What a local engine has done since it was opened, and what it holds now. A consistent snapshot
/// taken between two steps.
///
/// @param steps forwards that ended well
/// @param queued jobs waiting for admission or for another's prefix, now
/// @param running jobs with a sequence id, now
/// @param sequences most jobs that run at a time
/// @param occupied running jobs, summed over the steps
/// @param cells cells the engine may use
/// @param cellsUsed cells in use, now
/// @param cellsIdle the part of `cellsUsed` that only keeps prefixes for later
/// @param cellsLocked the part of `cellsUsed` that running jobs stand on
/// @param cellsFree cells not in use, now
/// @param nodes nodes of the prefix tree, now
/// @param waiting from submission to the start of the first job, per call
/// @param firstToken from submission to the first token or result, per call
/// @param interToken between two tokens of a sample
/// @param step whole steps; the next four are its parts
/// @param build taking in, planning and filling the batch
/// @param forward inside the backend's forward: everything else is the Java share
/// @param readAndSample copying logits and drawing tokens
/// @param emit appending, stopping, streaming, ending
/// @param evaluatedTokens rows of forwards that ended well; the sum of the next four
/// @param promptTokens rows of prompts, each token counted once per call
/// @param decodeTokens rows of generated tokens fed back
/// @param scoredTokens rows of given tokens behind a prompt: scoring and hidden states
/// @param recomputedTokens rows computed again: after preemption, eviction or a failure, and for
///   samples that came too late to share a row
/// @param cachedTokens prompt tokens that calls did not have to compute
/// @param generatedTokens sampled tokens
/// @param outputRows rows with an output
/// @param prefixJoins jobs that waited for another's prefix
/// @param sharedRows first tokens drawn from a row that another job computed
/// @param evictedTokens cells evicted from the prefix tree
/// @param parkedTokens cells copied to host memory before they were evicted
/// @param restoredTokens cells put back from there
/// @param preemptions running jobs put back into the queue for memory
/// @param noCells forwards refused for lack of cells
/// @param aborted forwards aborted
/// @param badBatches forwards refused as wrong
/// @param failedForwards forwards that failed midway
/// @param restarts times the backend was started anew
/// @param adapterSwitches changes of the adapter between forwards
/// @param calls calls ended, by whatever reason
/// @param failures jobs that ended with an error
public record Metrics(
    long steps,
    int queued,
    int running,
    int sequences,
    long occupied,
    int cells,
    int cellsUsed,
    int cellsIdle,
    int cellsLocked,
    int cellsFree,
    int nodes,
    Timing waiting,
    Timing firstToken,
    Timing interToken,
    Timing step,
    Timing build,
    Timing forward,
    Timing readAndSample,
    Timing emit,
    long evaluatedTokens,
    long promptTokens,
    long decodeTokens,
    long scoredTokens,
    long recomputedTokens,
    long cachedTokens,
    long generatedTokens,
    long outputRows,
    long prefixJoins,
    long sharedRows,
    long evictedTokens,
    long parkedTokens,
    long restoredTokens,
    long preemptions,
    long noCells,
    long aborted,
    long badBatches,
    long failedForwards,
    long restarts,
    long adapterSwitches,
    long calls,
    long failures) {

  /// How often something took how long.
  ///
  /// @param count how many times
  /// @param totalNanos all of them together
  /// @param maxNanos the longest
  public record Timing(long count, long totalNanos, long maxNanos) {
    /// The mean in milliseconds; 0 if there was none.
    public double meanMillis() {
      return count == 0 ? 0 : totalNanos / 1e6 / count;
    }
  }

  /// The part of the steps' time that was not spent in forwards, in [0, 1]; 0 before the first
  /// step.
  public double javaShare() {
    return step.totalNanos == 0 ? 0 : 1 - (double) forward.totalNanos / step.totalNanos;
  }

  /// The part of prompt tokens that was not computed, in [0, 1]; 0 before the first prompt.
  public double hitRate() {
    long all = cachedTokens + promptTokens;
    return all == 0 ? 0 : (double) cachedTokens / all;
  }
}
