package ponder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import ponder.model.AdapterKey;
import ponder.model.Call;
import ponder.model.Tokens;

class GroupsTest {
  private static final long MILLI = 1_000_000;
  private static final AdapterKey ADAPTER = new AdapterKey("a", 1);
  private final Groups groups = new Groups(EngineSettings.DEFAULT, false);

  private Job work(@Nullable AdapterKey adapter) {
    Ticket ticket = new Ticket(Call.plain(), adapter, Long.MAX_VALUE, null);
    Job job = Reading.hidden(ticket, Tokens.of(1), 0);
    job.group = groups.of(adapter);
    groups.of(adapter).queue.add(job);
    return job;
  }

  /// Whose steps they are: the adapters of `steps` picks, each step of this length.
  private List<Boolean> picks(int steps, long nanos) {
    List<Boolean> adapted = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      adapted.add(Objects.requireNonNull(groups.pick()).adapter() != null);
      groups.ran(nanos);
    }
    return adapted;
  }

  @Test
  void takesTurnsOfEightSteps() {
    work(null);
    work(ADAPTER);
    List<Boolean> picks = picks(32, MILLI);
    for (int i = 0; i < 32; i++) {
      assertThat(picks.get(i)).isEqualTo(i / 8 % 2 == 1);
    }
  }

  @Test
  void endsATurnWhenItsTimeIsUp() {
    work(null);
    work(ADAPTER);
    assertThat(picks(8, 130 * MILLI))
        .containsExactly(false, false, true, true, false, false, true, true);
  }

  @Test
  void takesOverrunTimeOffTheNextTurn() {
    work(null);
    work(ADAPTER);
    picks(1, 700 * MILLI); // 450 ms too long: the base model's next turn is left out
    // 3 steps (50 ms over), 2 steps, then the base model's 50 ms, and so on
    assertThat(picks(9, 100 * MILLI))
        .containsExactly(true, true, true, true, true, false, true, true, true);
  }

  @Test
  void aloneKeepsItsTurn() {
    work(ADAPTER);
    assertThat(picks(30, 300 * MILLI)).doesNotContain(false);
    groups.of(null);
    assertThat(groups.hasWork()).isTrue();
  }

  @Test
  void nobodyPassesAnOlderJobThatMemoryRefused() {
    Job older = work(null);
    Job younger = work(ADAPTER);
    older.order = 1;
    younger.order = 2;
    groups.block(older);
    assertThat(groups.mustWait(younger)).isTrue();
    assertThat(groups.mustWait(older)).isFalse();
    older.state = Job.State.PREFILL;
    assertThat(groups.mustWait(younger)).isFalse();
  }
}
