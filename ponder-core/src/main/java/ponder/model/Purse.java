package ponder.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import ponder.core.Budget;

/// What model calls are paid from and ended by: a budget and a cancellation.
///
/// Who makes several calls at once reserves for all of them first, in index order, and then lets
/// them run: see [Budget].
public record Purse(Budget budget, Cancellation cancellation) {
  /// Takes one call for samples out of the budget, as many and as long as it still allows.
  ///
  /// @param samples completions; 0 for a call whose tokens are no candidate, such as a verdict
  /// @param promptTokens that will be computed before, as far as known
  /// @return empty if the budget is used up or the user cancelled
  public Optional<Budget.Reservation> reserve(
      LanguageModel model, int samples, int maxTokens, long promptTokens) {
    return reserve(model, samples, maxTokens, 0, promptTokens);
  }

  /// The same behind tokens that are computed already.
  ///
  /// @param before how many these are, as far as known
  public Optional<Budget.Reservation> reserve(
      LanguageModel model, int samples, int maxTokens, long before, long promptTokens) {
    return cancelled()
        ? Optional.empty()
        : budget.reserve(
            new Budget.Work(
                samples, maxTokens, before, promptTokens, model.info().compute(), false));
  }

  /// Takes one call for steps of solutions out of the budget, as many and as long as it still
  /// allows; a limit of samples counts solutions and not steps.
  ///
  /// @param steps completions, at least 1
  /// @param promptTokens that will be computed before, as far as known
  /// @return empty if the budget is used up or the user cancelled
  public Optional<Budget.Reservation> reserveSteps(
      LanguageModel model, int steps, int maxTokens, long promptTokens) {
    return cancelled()
        ? Optional.empty()
        : budget.reserve(
            new Budget.Work(steps, maxTokens, 0, promptTokens, model.info().compute(), true));
  }

  /// Charges what a call really cost.
  ///
  /// @param samples completions that were asked for; of steps the solutions they finished
  public void settle(
      Budget.Reservation reservation, LanguageModel model, Usage usage, int samples) {
    reservation.settle(usage.cost(model.info().compute()), samples);
  }

  /// How a call paid from here is carried out: it ends with the cancellation and with the budget's
  /// time.
  public Call call() {
    Call call = Call.plain().withCancellation(cancellation);
    double seconds = budget.left().seconds();
    return Double.isFinite(seconds)
        ? call.withDeadline(Instant.now().plus(Duration.ofNanos((long) (seconds * 1e9))))
        : call;
  }

  /// Whether the user wants the work to end with what it has.
  public boolean cancelled() {
    return cancellation.isCancelled() || Thread.currentThread().isInterrupted();
  }
}
