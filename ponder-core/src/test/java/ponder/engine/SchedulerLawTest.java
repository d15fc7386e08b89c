package ponder.engine;

import java.util.Map;
import org.junit.jupiter.api.Test;
import ponder.testkit.Law;

class SchedulerLawTest {
  @Test
  void givesWhatOneByOneRunsGive() {
    Law.forAll(
        "any interleaving gives the results of one-by-one runs",
        150,
        seed -> new Trial(seed).run(Trial.Ends.NEVER, false));
  }

  @Test
  void endingSomeEarlyLeavesTheOthersWhole() {
    Law.forAll(
        "cancelled and late calls change no other",
        150,
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
        "deterministic mode gives the results of one-by-one runs",
        30,
        seed ->
            new Trial(seed, forward -> null, Map.of("deterministic", "true"))
                .run(new Trial.Ends(10, 10), false));
  }
}
