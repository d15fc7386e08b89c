package ponder.verify;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.core.Problem;
import ponder.core.Spend;
import ponder.model.Adaptable;
import ponder.model.AdapterKey;
import ponder.model.Hidden;
import ponder.model.LanguageModel;
import ponder.model.Purse;
import ponder.model.Tokenizing;

/// `head:PATH`: a linear head on the model's hidden states (Cobbe et al. 2021, "Training Verifiers
/// to Solve Math Word Problems"; Guan et al. 2025, "rStar-Math").
///
/// A value is `activation(weight . h + bias)`, h the state after the last norm at the place that
/// the file says, summed in double precision. Read at a solution's end it judges outcomes, at
/// steps' ends or tags steps; tags stay in the text, as the head was trained. Cost: one call per
/// reading, of new tokens alone where the engine keeps prefixes.
final class RewardHead implements Verifier {
  private final Path path;
  private final HeadFile head;
  private final StepPanel panel;

  /// @throws IllegalArgumentException if the head belongs to another model or adapter, or the model
  ///   lacks an ability
  RewardHead(Path path, HeadFile head, Aggregation aggregation, LanguageModel model) {
    this.path = path;
    this.head = head;
    head.check(aggregation);
    requireBase(model);
    Tokenizing tokenizing = Abilities.of(name(), model, Tokenizing.class);
    Hidden hidden = Abilities.of(name(), model, Hidden.class);
    if (hidden.hiddenWidth() != head.weight().length) {
      throw new IllegalArgumentException(
          "verifier (%s) reads states of width %d, and model %s has width %d."
              .formatted(name(), head.weight().length, model.info().name(), hidden.hiddenWidth()));
    }
    AdapterKey adapter = adapter(model);
    panel =
        new StepPanel(
            model,
            layout(model, tokenizing),
            aggregation,
            0,
            (context, tail, call) -> {
              Hidden.States states = hidden.hidden(context, context.size() - 1, adapter, call);
              return new StepPanel.Value(value(states.rows()[0]), states.usage());
            });
  }

  private void requireBase(LanguageModel model) {
    if (!head.base().equals(model.info().weightsHash())) {
      throw new IllegalArgumentException(
          "verifier (%s) was trained on a model with hash %s, and model %s has hash %s. Maybe name its own model with --verifier-model."
              .formatted(name(), head.base(), model.info().name(), model.info().weightsHash()));
    }
  }

  private @Nullable AdapterKey adapter(LanguageModel model) {
    if (head.adapter().isEmpty()) {
      return null;
    }
    Adaptable adaptable = Abilities.of(name(), model, Adaptable.class);
    Path file = path.resolveSibling(head.adapterFile());
    AdapterKey key = adaptable.loadAdapter(file, head.adapterScale());
    if (!key.hash().equals(head.adapter())) {
      adaptable.unloadAdapter(key);
      throw new IllegalArgumentException(
          "verifier (%s) was trained with an adapter with hash %s, and %s has hash %s."
              .formatted(name(), head.adapter(), file, key.hash()));
    }
    return key;
  }

  private Layout layout(LanguageModel model, Tokenizing tokenizing) {
    return switch (head.layout()) {
      case CHAT -> Layout.Written.of(head.system(), head.stepTag(), name(), model, tokenizing);
      case PLAIN ->
          new Layout.Tagged(
              tokenizing.tokenizer(),
              "\n",
              "",
              tokenizing.tokenizer().encode(head.stepTag(), true));
    };
  }

  private double value(float[] state) {
    double product = head.bias();
    for (int i = 0; i < state.length; i++) {
      product += (double) head.weight()[i] * state[i];
    }
    return head.activation().value(product);
  }

  @Override
  public String name() {
    return Choice.HEAD + path;
  }

  @Override
  public Spend judging(Problem problem, long tokens) {
    boolean whole = head.read() == HeadFile.Read.SOLUTION_END;
    return panel.judging(problem, tokens, whole ? 1 : Steps.expected(tokens));
  }

  @Override
  public List<Scores> score(Problem problem, List<Candidate> candidates, Purse purse) {
    if (head.read() != HeadFile.Read.SOLUTION_END) {
      return panel.judge(problem, candidates, purse);
    }
    List<Candidate> whole = candidates.stream().map(RewardHead::inOneStep).toList();
    return panel.judge(problem, whole, purse).stream()
        .map(it -> new Scores(it.value(), List.of(), it.judged(), it.faults()))
        .toList();
  }

  private static Candidate inOneStep(Candidate it) {
    return new Candidate(
        it.text(), List.of(it.text()), it.answer(), it.tokens(), it.sumLogprob(), it.certainty());
  }
}
