package ponder.verify;

import java.util.List;
import ponder.core.Problem;
import ponder.core.Spend;
import ponder.model.LanguageModel;
import ponder.model.Purse;
import ponder.model.Scoring;
import ponder.model.Tokenizing;

/// `prm:FORMAT`: a language model that says + or - to every step (Lightman et al. 2023, "Let's
/// Verify Step by Step"; Wang et al. 2024, "Math-Shepherd").
///
/// A step's value is the probability of the good token against the bad one at the place that the
/// format says ([PrmFormat]). Cost: one scoring call per step, of the step's own tokens alone where
/// the engine keeps prefixes.
final class StepModel implements Verifier {
  private final PrmFormat format;
  private final StepPanel panel;

  /// @throws IllegalArgumentException if the model lacks an ability or a token, or its chat
  ///   template does not fit
  StepModel(PrmFormat format, Aggregation aggregation, LanguageModel model) {
    this.format = format;
    Tokenizing tokenizing = Abilities.of(name(), model, Tokenizing.class);
    Scoring scoring = Abilities.of(name(), model, Scoring.class);
    Layout layout = Layout.of(format, name(), model, tokenizing);
    Labels labels = Labels.of(format, name(), model.info().name(), tokenizing.tokenizer());
    panel =
        new StepPanel(
            model,
            layout,
            aggregation,
            labels.tokens().size(),
            (context, tail, call) -> {
              Scoring.Score score = scoring.next(context, labels.tokens(), tail, null, call);
              return new StepPanel.Value(labels.value(score.logprobs()), score.usage());
            });
  }

  @Override
  public String name() {
    return "prm:" + format.name();
  }

  @Override
  public Spend judging(Problem problem, long tokens) {
    return panel.judging(problem, tokens, Steps.expected(tokens));
  }

  @Override
  public List<Scores> score(Problem problem, List<Candidate> candidates, Purse purse) {
    return panel.judge(problem, candidates, purse);
  }
}
