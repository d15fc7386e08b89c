package ponder.search;

import ponder.core.Compute;
import ponder.core.Limits;

/// How the tokens of one problem are divided between thoughts and answer.
///
/// The answer comes first: what is kept for it is taken off before the thoughts get anything, from
/// the context, from `max-tokens` and from the budget alike. It is at most half of what there is,
/// rounded up, so that a small budget is shared and a single token goes to the answer.
///
/// @param whole most tokens of thoughts, closing marker and answer together
/// @param thoughts most tokens of the thoughts, whatever the budget; at least 0
/// @param kept tokens of the budget that the thoughts leave for the answer
/// @param paid most tokens that the budget lets the thoughts generate; [Limits#UNLIMITED] for no
///   limit
/// @param answerPrompt most tokens before the answer, as far as the budget lets the thoughts go
record ThinkingRoom(int whole, int thoughts, int kept, long paid, long answerPrompt) {

  /// Divides what there is.
  ///
  /// A cap of [ThinkingSetup#AUTO] is s1's: with `max-tokens` of the context's length or more, the
  /// thoughts have the context without prompt, markers and reserve. Departs from the paper where
  /// `max-tokens` is less: then the prompt does not count.
  ///
  /// @param cap most tokens of the thoughts; [ThinkingSetup#AUTO] for as many as there is room for
  /// @param left what the budget allows
  /// @param compute what a token takes
  static ThinkingRoom of(
      ThinkingSetup setup, int cap, Thinking thinking, Limits left, Compute compute) {
    int context = thinking.context().size();
    int closing = thinking.longestClosing();
    long whole = Math.min(setup.most(cap, closing), (long) thinking.contextLength() - context);
    long free = Math.max(0, whole - closing);
    long reserve = Math.min(setup.answerReserve(), half(free));
    long thoughts = free - reserve;
    if (cap != ThinkingSetup.AUTO) {
      thoughts = Math.min(thoughts, cap);
    }
    long paid = paid(left, compute, context, closing);
    long kept = Math.min(reserve, half(paid));
    long before = context + Math.min(thoughts, paid - kept) + closing;
    return new ThinkingRoom((int) whole, (int) thoughts, (int) kept, without(paid, kept), before);
  }

  private static long half(long tokens) {
    return tokens / 2 + tokens % 2;
  }

  /// How many generated tokens the budget pays for.
  private static long paid(Limits left, Compute compute, int context, int closing) {
    if (!compute.known() || !Double.isFinite(left.flops())) {
      return left.tokens();
    }
    // What comes before the answer is reserved once more then, as if nothing of it was cached.
    long low = 0;
    long high = Math.min(left.tokens(), compute.tokens(0, left.flops()));
    while (low < high) {
      long tokens = high - (high - low) / 2;
      double thoughts = compute.flops(0, (double) context + tokens);
      double whole = compute.flops(0, (double) context + closing + tokens);
      if (thoughts + whole <= left.flops()) {
        low = tokens;
      } else {
        high = tokens - 1;
      }
    }
    return low;
  }

  /// What of `left` the thinking may use: a call, a sample and the kept tokens stay for the answer,
  /// and of the time the part that belongs to them.
  Limits share(Limits left, Compute compute) {
    double part = thoughts / Math.max(1.0, thoughts + kept);
    return new Limits(
        paid,
        without(left.calls(), 1),
        without(left.samples(), 1),
        Double.isFinite(left.seconds()) ? left.seconds() * part : left.seconds(),
        Math.max(0, left.flops() - compute.flops(0, answerPrompt + kept)));
  }

  private static long without(long limit, long part) {
    return limit == Limits.UNLIMITED ? limit : Math.max(0, limit - part);
  }

  /// Most tokens of the answer.
  ///
  /// @param before tokens of the thoughts and of what closes them
  int answer(int before) {
    return Math.max(1, whole - before);
  }
}
