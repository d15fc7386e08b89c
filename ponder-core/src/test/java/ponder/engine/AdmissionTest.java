package ponder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import ponder.model.Call;
import ponder.model.Tokens;

class AdmissionTest {
  private final Admission queue = new Admission();
  private long orders;

  private Job job(String owner, int priority) {
    Ticket ticket =
        new Ticket(
            Call.plain().withOwner(owner).withPriority(priority), null, Long.MAX_VALUE, null);
    Job job = Reading.hidden(ticket, Tokens.of(1, 2, 3), 0);
    ticket.add(job);
    job.order = orders++;
    queue.add(job);
    return job;
  }

  private Job take() {
    Job job = Objects.requireNonNull(queue.peek(candidate -> 0, 0));
    queue.remove(job);
    return job;
  }

  @Test
  void servesPrioritiesInOrderAndFrontFirst() {
    Job low = job("a", 0);
    Job high = job("a", 1);
    Job back = job("a", 0);
    queue.remove(back);
    queue.addFront(back);
    assertThat(List.of(take(), take(), take())).containsExactly(back, high, low);
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.peek(candidate -> 0, 0)).isNull();
  }

  @Test
  void givesOwnersEqualSharesOfTokens() {
    for (int i = 0; i < 200; i++) {
      job("many", 0);
    }
    for (int i = 0; i < 40; i++) {
      job("few", 0);
    }
    Map<String, Integer> spent = new HashMap<>();
    for (int i = 0; i < 60; i++) {
      Job job = take();
      int cost = job.ticket.owner().equals("many") ? 100 : 300;
      job.ticket.charge(cost);
      spent.merge(job.ticket.owner(), cost, Integer::sum);
    }
    assertThat(spent.getOrDefault("many", 0))
        .isCloseTo(spent.getOrDefault("few", 0), Offset.offset(1200));
  }

  @Test
  void aDebtOutlivesTheQueue() {
    List<String> served = new ArrayList<>();
    Job greedy = job("greedy", 0);
    take();
    greedy.ticket.charge(5000);
    for (int i = 0; i < 12; i++) {
      job("modest", 0);
    }
    job("greedy", 0);
    for (int i = 0; i < 13; i++) {
      Job job = take();
      job.ticket.charge(300);
      served.add(job.ticket.owner());
    }
    assertThat(served.indexOf("greedy")).isGreaterThan(8);
  }

  @Test
  void prefersLongPrefixesButNotForEver() {
    Job oldest = job("a", 0);
    Job warm = job("a", 0);
    for (long step = 0; step < 50; step++) {
      assertThat(queue.peek(candidate -> candidate == warm ? 9 : 1, step)).isSameAs(warm);
    }
    assertThat(queue.peek(candidate -> candidate == warm ? 9 : 1, 50)).isSameAs(oldest);
  }
}
