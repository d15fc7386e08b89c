package ponder.verify;

import java.util.ArrayList;
import java.util.List;
import ponder.core.Compute;
import ponder.core.Problem;
import ponder.core.Spend;
import ponder.model.Call;
import ponder.model.ContextOverflowException;
import ponder.model.LanguageModel;
import ponder.model.Purse;
import ponder.model.Tokens;
import ponder.model.Usage;

/// Judges the steps of candidates: a reading per step, whose text extends that of the step before.
///
/// A reading that is not a number is a fault and counts as 0. So do the reading of a text that is
/// too long for the model, and all readings behind it, without a further call.
///
/// @param verdicts tokens whose probability each reading asks for, beside those of the text
/// @param reader reads the value at the end of a text
record StepPanel(
    LanguageModel model, Layout layout, Aggregation aggregation, int verdicts, Reader reader) {

  /// Reads the value at the end of a text.
  @FunctionalInterface
  interface Reader {
    /// @param tail how many of the last tokens are not kept for later calls
    Value read(Tokens context, int tail, Call call);
  }

  /// A value that was read; NaN if there is none.
  record Value(double value, Usage usage) {}

  List<Scores> judge(Problem problem, List<Candidate> candidates, Purse purse) {
    Tokens opening = layout.opening(problem.question());
    List<Hearing> hearings = new ArrayList<>();
    for (Candidate candidate : candidates) {
      hearings.add(new Hearing(opening, candidate, hearings.isEmpty()));
    }
    return new Panel(model, purse).judge(hearings);
  }

  /// What judging a candidate of so many tokens in so many steps takes.
  Spend judging(Problem problem, long tokens, long steps) {
    long opening = layout.opening(problem.question()).size();
    long tail = layout.tail().size();
    long joints = layout.piece(1, "").size();
    long text = tokens + steps * joints;
    // Step k of s is read behind about k/s of the text.
    long prompts = steps * (opening + tail) + text * (steps + 1) / 2;
    long computed = opening + text + steps * tail;
    long scored = steps * verdicts;
    Compute compute = model.info().compute();
    double flops =
        compute.flops(0, opening + text)
            + steps * compute.flops(opening + text / 2.0, tail + verdicts);
    return new Spend(prompts, prompts - computed, 0, scored, steps, flops, 0);
  }

  private final class Hearing implements Panel.Hearing {
    private final Candidate candidate;
    private final List<Panel.Fee> fees = new ArrayList<>();
    private final List<Tokens> contexts = new ArrayList<>();

    /// @param first whether nobody before has the opening computed
    private Hearing(Tokens opening, Candidate candidate, boolean first) {
      this.candidate = candidate;
      int known = candidate.known().size();
      Tokens text = opening;
      int computed = first ? 0 : opening.size();
      for (int k = 0; k < candidate.steps().size(); k++) {
        text = text.concat(layout.piece(k, candidate.steps().get(k)));
        if (k >= known) {
          contexts.add(text.concat(layout.tail()));
          int end = text.size() + layout.tail().size() + verdicts;
          fees.add(new Panel.Fee(0, computed, end - computed));
        }
        computed = text.size();
      }
    }

    @Override
    public List<Panel.Fee> fees() {
      return fees;
    }

    @Override
    public Scores judge(Panel.Till till) {
      List<Double> values = new ArrayList<>(candidate.known());
      int faults = 0;
      try {
        for (Tokens context : contexts) {
          double value =
              till.pay(call -> reader.read(context, layout.tail().size(), call), Value::usage)
                  .value();
          faults += Double.isNaN(value) ? 1 : 0;
          values.add(Double.isNaN(value) ? 0 : value);
        }
      } catch (ContextOverflowException e) {
        while (values.size() < candidate.steps().size()) {
          values.add(0.0);
          faults++;
        }
      }
      return new Scores(aggregation.of(values), values, true, faults);
    }
  }
}
