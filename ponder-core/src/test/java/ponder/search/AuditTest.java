package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ponder.core.Budget;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.core.Seed;
import ponder.core.TraceSink;
import ponder.grade.Rubric;
import ponder.model.Call;
import ponder.model.Cancellation;
import ponder.model.Completions;
import ponder.model.EngineException;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo;
import ponder.model.Purse;
import ponder.model.Request;
import ponder.model.Usage;
import ponder.search.RstarChoice.Verdict;
import ponder.testkit.ScriptedModel;
import ponder.verify.Candidate;

/// `--checked` notices what does not add up.
class AuditTest {
  private static final List<RstarCandidate> THREE =
      List.of(candidate("1", 1, 0.5), candidate("2", 2, 1.2), candidate("1.0", 1, 0.8));
  private static final List<Verdict> VERDICTS =
      List.of(Verdict.KEPT, Verdict.KEPT, Verdict.REFUSED);

  @TempDir Path folder;

  private static RstarCandidate candidate(String answer, double frequency, double reward) {
    Candidate text = new Candidate(answer, List.of(answer), answer, 1, -1, 0);
    return new RstarCandidate(
        new Attempt(1, text), answer, answer + reward, frequency, reward, 0.5);
  }

  private static RstarCheck check(RstarCheck.Keep keep) {
    return new RstarCheck(
        true,
        4,
        new BigDecimal("0.2"),
        new BigDecimal("0.8"),
        1,
        512,
        keep,
        RstarCheck.Score.ADDITIVE,
        RstarCheck.Reward.VALUE,
        false);
  }

  private static Solver solver(LanguageModel model, LanguageModel judge, boolean checked) {
    Purse purse = new Purse(Budget.of(Limits.NONE), new Cancellation());
    return new Solver(model, judge, null, purse, new Seed(3), TraceSink.NONE, false, null, checked);
  }

  private static DiscriminatorAudit audit(RstarCheck.Keep keep, boolean checked) {
    ScriptedModel model = ScriptedModel.always("");
    return new DiscriminatorAudit(check(keep), solver(model, model, checked));
  }

  /// Says of every call that it generated a token more than it did.
  private record Miscounting(LanguageModel model) implements LanguageModel {
    @Override
    public ModelInfo info() {
      return model.info();
    }

    @Override
    public Completions complete(Request request, Call call) {
      Completions all = model.complete(request, call);
      return new Completions(all.completions(), all.usage().plus(new Usage(0, 0, 1, 0)));
    }

    @Override
    public <T> Optional<T> ability(Class<T> ability) {
      return model.ability(ability);
    }

    @Override
    public void close() {
      model.close();
    }
  }

  private static Outcome rstar(LanguageModel judge, boolean checked) {
    ScriptedModel model = new ScriptedModel(new RstarToy(3));
    return Trying.strategy(
            "rstar", Map.of("n", "6", "shots", "none", "answers", "8", "sub-answers", "4"))
        .solve(Problem.of("Something is so. What is it?"), solver(model, judge, checked));
  }

  @Test
  void tokensOfTheDiscriminatorMustBeThoseThatAreCharged() {
    LanguageModel honest = new ScriptedModel(new RstarToy(3));
    LanguageModel other = new Miscounting(honest);

    assertThat(rstar(honest, true).why()).contains("kept");
    assertThat(rstar(other, false).answer()).isNotNull();
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> rstar(other, true))
        .withMessageContaining("The discriminator does not add up")
        .withMessageMatching(".*\\d+ tokens were sampled and \\d+ charged.*");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "MID, 7 8 7.0 -, 0.5, KEPT, true",
        "MID, 7 8 7.0 -, 0.5, REFUSED, false",
        "MID, 7 8 7.0 -, 0.75, KEPT, false",
        "MID, 7 8 9, 0, UNHEARD, true",
        "MID, 7 8 9, 0.25, KEPT, false",
        "MID, 7 7 7 7, 0, UNHEARD, false",
        "LOOSE, 7 8 9 -, 0.25, KEPT, true",
        "LOOSE, 8 8 9 -, 0, KEPT, false",
        "STRICT, 7 7 7 7, 1, KEPT, true",
        "STRICT, 7 7 7 -, 0.75, KEPT, false",
        "MAJ, 7 8 9 -, 0.25, KEPT, true",
        "MAJ, 8 7 9 -, 0.25, REFUSED, true",
        "MAJ, 8 7 9 -, 0.25, KEPT, false",
        "MAJ, 8 7 9 7, 0.5, KEPT, true",
      })
  void whatTheDiscriminatorSaysMustFollowFromWhatItHeard(
      RstarCheck.Keep keep, String endings, double share, Verdict verdict, boolean right) {
    List<@Nullable String> answers = new ArrayList<>();
    for (String each : endings.split(" ")) {
      answers.add(each.equals("-") ? null : each);
    }
    DiscriminatorAudit audit = audit(keep, true);

    audit.heard(candidate("7", 1, 1), answers, share, verdict);

    if (right) {
      assertThatCode(() -> audit.end(List.of(), true)).doesNotThrowAnyException();
    } else {
      assertThatExceptionOfType(EngineException.class).isThrownBy(() -> audit.end(List.of(), true));
    }
  }

  @Test
  void theChoiceMustFollowFromTheVerdicts() {
    RstarChoice right = RstarChoice.of(THREE, VERDICTS, RstarCheck.Score.ADDITIVE, Rubric.MATH);
    double[] scores = right.scores().clone();
    scores[0] += 0.01;

    audit(RstarCheck.Keep.MID, true).chosen(THREE, VERDICTS, right);
    audit(RstarCheck.Keep.MID, false).chosen(THREE, VERDICTS, new RstarChoice(1, scores, ""));
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(
            () ->
                audit(RstarCheck.Keep.MID, true)
                    .chosen(THREE, VERDICTS, new RstarChoice(right.winner(), scores, "")))
        .withMessageContaining("solution 0 has score");
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(
            () ->
                audit(RstarCheck.Keep.MID, true)
                    .chosen(THREE, VERDICTS, new RstarChoice(2, right.scores(), "")))
        .withMessageContaining("solution 2 won without being kept");
  }

  /// Follows a policy whose choice is a beam with a verifier of its own.
  private Outcome auto(LanguageModel model, boolean checked, double again) {
    Policy.Choice beam =
        Policies.choice("beam", Map.of("n", "4", "beam-width", "2"), "logprob", "");
    Path file = folder.resolve("policy.json");
    PolicyFile.write(Policies.of(model.info().weightsHash(), false, beam, beam), file);
    AtomicInteger opened = new AtomicInteger();
    Solver solver =
        solver(model, model, checked)
            .opening((text, steps) -> Trying.judge(it -> 0.5))
            .auditing(
                (text, steps) -> {
                  opened.incrementAndGet();
                  return Trying.judge(it -> again);
                });
    Outcome outcome =
        Trying.strategy("auto", Map.of("policy", file.toString()))
            .solve(Problem.of("6*7?"), solver);
    assertThat(opened).hasValue(checked ? 1 : 0);
    return outcome;
  }

  @Test
  void stepsWithinAutoAreCountedAgain() {
    ScriptedModel model = ScriptedModel.always("First.\n\nThen \\boxed{42}.");

    assertThat(auto(model, true, 0.5).answer()).isEqualTo("42");
    assertThat(auto(model, false, 0.9).answer()).isEqualTo("42");
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> auto(model, true, 0.9))
        .withMessageContaining("was judged 0.5 and is judged 0.9 from scratch");
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> auto(new Miscounting(model), true, 0.5))
        .withMessageContaining("tokens of the wave's steps");
  }
}
