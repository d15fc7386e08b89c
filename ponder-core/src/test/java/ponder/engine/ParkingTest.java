package ponder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import ponder.model.Completions;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Stop;
import ponder.model.Tokens;
import ponder.testkit.ByteTokenizer;
import ponder.testkit.ScriptedBackend;

/// What is evicted comes back from host memory instead of being computed again.
class ParkingTest {
  private static final Backend.Shape SMALL =
      new Backend.Shape(ByteTokenizer.SIZE, 400, 450, 16, 128, 64, 0, 16, true);
  private static final Tokens LONG = Scripted.prompt(1, 300);
  private static final Tokens OTHER = Scripted.prompt(2, 300);

  private static Scripted open(long parkBytes) {
    EngineSettings settings = Scripted.CHECKED.with("parkBytes", parkBytes).with("parkTokens", 100);
    return Scripted.open(new ScriptedBackend(SMALL), settings);
  }

  private static Completions complete(Scripted scripted, Tokens prompt) {
    return scripted
        .model()
        .complete(
            Request.of(Prompt.of(prompt))
                .withMaxTokens(3)
                .withStop(new Stop(java.util.List.of(), java.util.List.of(), false, true)));
  }

  @Test
  void putsEvictedPrefixesBack() {
    Completions first;
    try (Scripted alone = open(0)) {
      first = complete(alone, LONG);
      complete(alone, OTHER);
      assertThat(complete(alone, LONG).usage().cachedPromptTokens()).isLessThan(200);
      assertThat(alone.settled().restoredTokens()).isZero();
    }
    try (Scripted scripted = open(1 << 20)) {
      complete(scripted, LONG);
      complete(scripted, OTHER);
      Completions again = complete(scripted, LONG);
      assertThat(again.usage().cachedPromptTokens()).isEqualTo(299);
      assertThat(again.first().tokens()).isEqualTo(first.first().tokens());
      assertThat(scripted.settled().restoredTokens()).isPositive();
      scripted.assertSound();
    }
  }

  @Test
  void keepsWithinItsBytes() {
    try (Scripted scripted = open(310 * 16)) {
      complete(scripted, LONG);
      complete(scripted, OTHER);
      complete(scripted, Scripted.prompt(3, 300)); // parks OTHER, and LONG has to go
      assertThat(complete(scripted, LONG).usage().cachedPromptTokens()).isLessThan(200);
      scripted.assertSound();
    }
  }

  @Test
  void restoresOnlyWhatIsWorthIt() {
    try (Scripted scripted = open(1 << 20)) {
      complete(scripted, LONG);
      complete(scripted, OTHER);
      Tokens branch = LONG.slice(0, 90).concat(Scripted.prompt(4, 200));
      complete(scripted, branch);
      assertThat(scripted.settled().restoredTokens()).isZero();
      scripted.assertSound();
    }
  }
}
