package ponder.verify;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import ponder.core.Budget;
import ponder.core.Fanout;
import ponder.model.Call;
import ponder.model.ContextOverflowException;
import ponder.model.EngineException;
import ponder.model.LanguageModel;
import ponder.model.Purse;
import ponder.model.Usage;

/// Judges candidates side by side, each on a thread of its own, so that a local engine puts their
/// calls into common steps and shares their prefixes.
///
/// All calls are reserved beforehand, candidate by candidate in index order, on the caller's
/// thread: who is judged depends on the budget alone and not on which call is faster. A candidate
/// is judged whole or not at all. At the first whose calls no longer fit the reserving ends: to go
/// on with those behind it would favour short ones.
final class Panel {
  private final LanguageModel model;
  private final Purse purse;

  Panel(LanguageModel model, Purse purse) {
    this.model = model;
    this.purse = purse;
  }

  /// What one call takes.
  ///
  /// @param generated most tokens it generates
  /// @param before tokens before these that an earlier call has computed, as far as known
  /// @param computed tokens it computes besides, as far as known
  record Fee(int generated, long before, long computed) {
    /// A call that nothing was computed for.
    Fee(int generated, long computed) {
      this(generated, 0, computed);
    }
  }

  /// One candidate's hearing.
  interface Hearing {
    /// What its calls take, in order.
    List<Fee> fees();

    /// Judges the candidate with exactly that many calls at most, each paid through `till`.
    Scores judge(Till till);
  }

  /// The hearings' scores, in their order; [Scores#UNJUDGED] where the budget, its time or the user
  /// ended them.
  List<Scores> judge(List<? extends Hearing> hearings) {
    List<Till> tills = new ArrayList<>();
    try {
      boolean open = true;
      for (Hearing hearing : hearings) {
        Till till = new Till();
        tills.add(till);
        open = open && till.reserve(hearing.fees());
        till.open = open;
      }
      List<Supplier<Scores>> work = new ArrayList<>();
      for (int i = 0; i < hearings.size(); i++) {
        Hearing hearing = hearings.get(i);
        Till till = tills.get(i);
        work.add(() -> judge(hearing, till));
      }
      return Fanout.all(work);
    } finally {
      tills.forEach(Till::close);
    }
  }

  private static Scores judge(Hearing hearing, Till till) {
    try {
      return till.open ? hearing.judge(till) : Scores.UNJUDGED;
    } catch (Over e) {
      return Scores.UNJUDGED;
    } finally {
      till.close();
    }
  }

  /// One candidate's reservations. Used by one thread at a time.
  final class Till implements AutoCloseable {
    private final Deque<Budget.Reservation> held = new ArrayDeque<>();
    private boolean open;

    private boolean reserve(List<Fee> fees) {
      for (Fee fee : fees) {
        Optional<Budget.Reservation> reserved =
            purse.reserve(model, 0, fee.generated, fee.before, fee.computed);
        if (reserved.isEmpty()) {
          close();
          return false;
        }
        held.add(reserved.get());
      }
      return true;
    }

    /// Most tokens that the next call may generate: fewer than its fee says where the budget ends.
    int tokens() {
      return held.isEmpty() ? 0 : held.element().maxTokens();
    }

    /// Makes the next call and pays for it.
    ///
    /// @param usage what the call's result says it cost
    <T> T pay(Function<Call, T> work, Function<T, Usage> usage) {
      Budget.Reservation reservation = held.remove();
      Call call = purse.call();
      try {
        if (ended(call)) {
          throw new Over();
        }
        T result = work.apply(call);
        purse.settle(reservation, model, usage.apply(result), 0);
        return result;
      } catch (ContextOverflowException e) {
        throw e;
      } catch (EngineException e) {
        throw ended(call) ? new Over() : e;
      } finally {
        reservation.close();
      }
    }

    /// Whether the time or the user's patience is over, so that a call's end says nothing.
    private boolean ended(Call call) {
      Instant deadline = call.deadline();
      return purse.cancelled() || deadline != null && !Instant.now().isBefore(deadline);
    }

    /// Ends the hearing without a judgement.
    Over over() {
      return new Over();
    }

    @Override
    public void close() {
      held.forEach(Budget.Reservation::close);
      held.clear();
    }
  }

  /// The budget's time or the user ended a hearing; does not leave this class.
  static final class Over extends RuntimeException {
    private static final long serialVersionUID = 1;

    private Over() {
      super("The hearing was ended.", null, false, false);
    }
  }
}
