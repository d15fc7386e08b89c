package ponder.engine;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import ponder.core.Seed;
import ponder.testkit.Dice;
import ponder.testkit.Law;
import ponder.testkit.ScriptedBackend;

class SchedulerLawTest {
  @Test
  void givesWhatOneByOneRunsGive() {
    Law.forAll(
        "any interleaving gives the results of one-by-one runs",
        60,
        seed -> new Trial(seed).run(Trial.Ends.NEVER, false));
  }

  @Test
  void endingSomeEarlyLeavesTheOthersWhole() {
    Law.forAll(
        "cancelled and late calls change no other",
        60,
        seed -> new Trial(seed).run(new Trial.Ends(20, 20), false));
  }

  @Test
  void isTheSameWithoutReuse() {
    Law.forAll(
        "results do not depend on the prefix tree",
        30,
        seed ->
            new Trial(seed, forward -> null, Map.of("reuse", "false"))
                .run(Trial.Ends.NEVER, false));
  }

  @Test
  void isTheSameInDeterministicMode() {
    Law.forAll(
        "in deterministic mode results are equal even where kernels depend on the batch",
        30,
        seed ->
            new Trial(seed, forward -> null, Map.of("deterministic", "true"))
                .run(new Trial.Ends(10, 10), false));
  }

  /// A fault in a tenth of all forwards, of every kind.
  private static ScriptedBackend.@Nullable Fault fault(long seed, int forward) {
    Dice dice = new Dice(new Seed(seed).split("forward", forward).value());
    return switch (dice.below(70)) {
      case 0 -> new ScriptedBackend.Fault.Ends(Backend.Outcome.NO_CELLS);
      case 1 -> new ScriptedBackend.Fault.Ends(Backend.Outcome.ABORTED);
      case 2 -> new ScriptedBackend.Fault.Ends(Backend.Outcome.BAD_BATCH);
      case 3 -> new ScriptedBackend.Fault.Ends(Backend.Outcome.FAILED);
      case 4 -> new ScriptedBackend.Fault.Throws(new IllegalStateException("scripted"));
      case 5 -> new ScriptedBackend.Fault.Throws(new IllegalArgumentException("scripted"));
      case 6 -> new ScriptedBackend.Fault.Nan(dice.between(1, 3));
      case 7 -> new ScriptedBackend.Fault.Missing();
      default -> null;
    };
  }

  @Test
  void faultsLeaveTheOthersWhole() {
    Law.forAll(
        "faults of the backend change no other's result",
        60,
        seed ->
            new Trial(seed, forward -> fault(seed, forward), Map.of())
                .run(new Trial.Ends(5, 5), true));
  }
}
