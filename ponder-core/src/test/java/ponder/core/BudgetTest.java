package ponder.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import ponder.core.Budget.Reservation;
import ponder.core.Budget.Work;
import ponder.testkit.Dice;
import ponder.testkit.Law;

class BudgetTest {
  private final AtomicLong clock = new AtomicLong();

  private Budget budget(String limits) {
    return Budget.of(Limits.parse(limits), clock::get);
  }

  private static Spend generated(long tokens) {
    return new Spend(0, 0, tokens, 0, 1, 0, 0);
  }

  @Test
  void grantsWhatFits() {
    Reservation granted =
        budget("100tok").reserve(new Work(4, 25, 0, Compute.UNKNOWN)).orElseThrow();

    assertThat(granted.samples()).isEqualTo(4);
    assertThat(granted.maxTokens()).isEqualTo(25);
    assertThat(granted.clipped()).isFalse();
  }

  @Test
  void wordsThatAreNoSampleAreTokensAlone() {
    Budget budget = budget("2,10tok");
    Reservation verdict = budget.reserve(new Work(0, 4, 0, Compute.UNKNOWN)).orElseThrow();

    assertThat(verdict.samples()).isZero();
    assertThat(verdict.maxTokens()).isEqualTo(4);
    assertThat(budget.left().tokens()).isEqualTo(6);
    assertThat(budget.left().samples()).isEqualTo(2);
    assertThat(budget.reserve(new Work(0, 8, 0, Compute.UNKNOWN)).orElseThrow().maxTokens())
        .isEqualTo(6);
    assertThat(budget.reserve(new Work(0, 1, 0, Compute.UNKNOWN))).isEmpty();
    verdict.settle(generated(1), 0);
    assertThat(budget.left().tokens()).isEqualTo(3);
  }

  @Test
  void givesUpSamplesBeforeTokens() {
    Reservation granted =
        budget("100tok").reserve(new Work(4, 40, 0, Compute.UNKNOWN)).orElseThrow();

    assertThat(granted.samples()).isEqualTo(2);
    assertThat(granted.maxTokens()).isEqualTo(40);
    assertThat(granted.clipped()).isTrue();
  }

  @Test
  void shortensTheLastSample() {
    Reservation granted =
        budget("100tok").reserve(new Work(4, 512, 0, Compute.UNKNOWN)).orElseThrow();

    assertThat(granted.samples()).isEqualTo(1);
    assertThat(granted.maxTokens()).isEqualTo(100);
  }

  @Test
  void tellsTokensOfStepsFromThoseOfCandidates() {
    Budget budget = budget("100tok");
    Budget child = budget.child(Limits.NONE);
    Reservation whole = child.reserve(new Work(1, 10, 0, Compute.UNKNOWN)).orElseThrow();
    whole.settle(new Spend(0, 0, 7, 1, 0, 0, 0), 1);
    assertThat(budget.tokensOfSteps()).isZero();
    Work steps = new Work(2, 10, 0, 0, Compute.UNKNOWN, true);
    child.reserve(steps).orElseThrow().settle(new Spend(0, 0, 5, 1, 0, 0, 0), 0);
    assertThat(budget.tokensOfSteps()).isEqualTo(5);
    assertThat(budget.spent().generatedTokens()).isEqualTo(12);
    child.countAsSteps(7);
    assertThat(budget.tokensOfSteps()).isEqualTo(12);
    assertThat(child.tokensOfSteps()).isEqualTo(12);
    assertThat(budget.spent().generatedTokens()).isEqualTo(12);
  }

  @Test
  void settlingGivesBackWhatWasNotUsed() {
    Budget budget = budget("100tok");
    Reservation granted = budget.reserve(new Work(1, 100, 0, Compute.UNKNOWN)).orElseThrow();
    assertThat(budget.exhausted()).isTrue();

    granted.settle(generated(30), 1);

    assertThat(budget.left().tokens()).isEqualTo(70);
    assertThat(budget.spent().generatedTokens()).isEqualTo(30);
  }

  @Test
  void closingUnsettledGivesAllBack() {
    Budget budget = budget("100tok,1calls,1");
    try (Reservation granted = budget.reserve(new Work(1, 100, 0, Compute.UNKNOWN)).orElseThrow()) {
      assertThat(granted.samples()).isEqualTo(1);
    }

    assertThat(budget.left()).isEqualTo(Limits.parse("100tok,1calls,1"));
    assertThat(budget.spent()).isEqualTo(Spend.NONE);
  }

  @Test
  void settlesOnce() {
    Reservation granted =
        budget("100tok").reserve(new Work(1, 10, 0, Compute.UNKNOWN)).orElseThrow();
    granted.settle(generated(10), 1);

    assertThatIllegalStateException().isThrownBy(() -> granted.settle(generated(10), 1));
  }

  @Test
  void clockEndsTheBudget() {
    Budget budget = budget("2s");
    clock.set(1_999_999_999);
    assertThat(budget.exhausted()).isFalse();

    clock.set(2_000_000_000);

    assertThat(budget.exhausted()).isTrue();
    assertThat(budget.reserve(new Work(1, 1, 0, Compute.UNKNOWN))).isEmpty();
    assertThat(budget.spent().seconds()).isEqualTo(2);
  }

  @Test
  void flopsClipTokensAfterThePrompt() {
    Reservation granted =
        budget("1000flop").reserve(new Work(1, 512, 40, new Compute(10, 0))).orElseThrow();

    assertThat(granted.maxTokens()).isEqualTo(60);
  }

  /// Attention makes later tokens dearer: 10 for a token and 1 for every one it looks at.
  @Test
  void flopsOfAttentionCount() {
    var compute = new Compute(10, 1);
    Budget budget = budget("1000flop");

    // A prompt of 10 takes 100 + 55, the 30 tokens behind it 300 + 300 + 465.
    assertThat(compute.flops(0, 10)).isEqualTo(155);
    assertThat(compute.flops(10, 30)).isEqualTo(1065);
    assertThat(compute.flops(0, 40)).isEqualTo(compute.flops(0, 10) + compute.flops(10, 30));
    Reservation granted = budget.reserve(new Work(3, 12, 10, compute)).orElseThrow();
    assertThat(granted.samples()).isEqualTo(2);
    assertThat(budget.left().flops()).isEqualTo(1000 - 155 - 2 * compute.flops(10, 12));
    Reservation single = budget("1000flop").reserve(new Work(1, 512, 10, compute)).orElseThrow();
    assertThat(compute.flops(10, single.maxTokens())).isLessThanOrEqualTo(845);
    assertThat(compute.flops(10, single.maxTokens() + 1.0)).isGreaterThan(845);
  }

  @Test
  void tokensAreTheMostThatFlopsAllow() {
    Law.forAll(
        "one token more would take more than is there",
        200,
        seed -> {
          var dice = new Dice(seed);
          var compute = new Compute(1 + dice.below(1000), dice.below(3) * dice.unit());
          double before = dice.below(5000);
          double flops = dice.unit() * 1e7;
          long tokens = compute.tokens(before, flops);
          assertThat(compute.flops(before, tokens)).isLessThanOrEqualTo(flops);
          assertThat(compute.flops(before, tokens + 1.0)).isGreaterThan(flops);
        });
    assertThat(Compute.UNKNOWN.tokens(5, 1)).isEqualTo(Limits.UNLIMITED);
    assertThat(new Compute(1, 0).tokens(0, Double.POSITIVE_INFINITY)).isEqualTo(Limits.UNLIMITED);
  }

  @Test
  void flopsThatThePromptEatsGrantNothing() {
    assertThat(budget("1000flop").reserve(new Work(1, 512, 100, new Compute(10, 0)))).isEmpty();
  }

  @Test
  void scoringTakesACallAndNoTokens() {
    Budget budget = budget("1tok,1calls");
    Reservation granted = budget.reserve(new Work(0, 0, 50, Compute.UNKNOWN)).orElseThrow();
    assertThat(budget.reserve(new Work(0, 0, 50, Compute.UNKNOWN))).isEmpty();

    granted.settle(new Spend(50, 0, 0, 10, 1, 0, 0), 0);

    assertThat(budget.left().tokens()).isEqualTo(1);
    assertThat(budget.left().calls()).isZero();
  }

  @Test
  void childIsHeldByBothItsLimitsAndItsParents() {
    Budget parent = budget("100tok");
    Budget child = parent.child(Limits.parse("80tok"));
    assertThat(parent.reserve(new Work(1, 50, 0, Compute.UNKNOWN))).isPresent();

    Reservation granted = child.reserve(new Work(1, 512, 0, Compute.UNKNOWN)).orElseThrow();
    assertThat(granted.maxTokens()).isEqualTo(50);
    granted.settle(generated(50), 1);

    assertThat(parent.spent().generatedTokens()).isEqualTo(50);
    assertThat(child.spent().generatedTokens()).isEqualTo(50);
    assertThat(child.exhausted()).isTrue();
  }

  /// Law: whatever runs at once, in parents and children, generated tokens, samples and calls never
  /// exceed any limit.
  @Test
  void neverOverspendsUnderConcurrency() throws Exception {
    for (int seed = 0; seed < 20; seed++) {
      Budget parent = budget("5000tok,400calls,900");
      List<Budget> budgets =
          List.of(
              parent, parent.child(parent.left().share(3)), parent.child(parent.left().share(2)));
      List<Future<?>> threads = new ArrayList<>();
      try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int thread = 0; thread < 16; thread++) {
          Seed own = new Seed(seed).split("thread", thread);
          Budget budget = budgets.get(thread % budgets.size());
          threads.add(executor.submit(() -> spendAll(budget, own)));
        }
      }
      for (Future<?> thread : threads) {
        thread.get();
      }

      for (Budget budget : budgets) {
        assertThat(budget.spent().generatedTokens()).isLessThanOrEqualTo(budget.limits().tokens());
        assertThat(budget.spent().calls()).isLessThanOrEqualTo(budget.limits().calls());
      }
      assertThat(parent.exhausted()).isTrue();
    }
  }

  private static void spendAll(Budget budget, Seed seed) {
    for (int i = 0; i < 1000; i++) {
      int samples = 1 + (int) (seed.split("samples", i).value() >>> 62);
      int tokens = 1 + (int) (seed.split("tokens", i).value() >>> 58);
      Optional<Reservation> granted = budget.reserve(new Work(samples, tokens, 0, Compute.UNKNOWN));
      if (granted.isPresent()) {
        Thread.yield();
        long most = (long) granted.get().samples() * granted.get().maxTokens();
        long used = Math.floorMod(seed.split("used", i).value(), most + 1);
        granted.get().settle(generated(used), granted.get().samples());
      }
    }
  }
}
