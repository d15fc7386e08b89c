package ponder.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import ponder.core.Problem;
import ponder.core.Spend;
import ponder.testkit.VerifierContract;

/// Verifiers that look at what is there already.
class FreeVerifiersTest {
  private static List<Double> values(List<Scores> scores) {
    return scores.stream().map(Scores::value).toList();
  }

  @Nested
  class Votes extends VerifierContract {
    @Override
    protected Verifier verifier() {
      return new AnswerVote();
    }

    @Override
    protected boolean pays() {
      return false;
    }

    @Test
    void countsEqualAnswersAmongThoseWhoHaveOne() {
      List<Candidate> some =
          List.of(candidate("7", "a"), candidate(null, "b"), candidate("8", "c"), candidate("7"));

      assertThat(values(verifier().score(PROBLEM, some, rich())))
          .containsExactly(2 / 3.0, 0.0, 1 / 3.0, 2 / 3.0);
    }

    @Test
    void nobodyHasAnAnswer() {
      assertThat(values(verifier().score(PROBLEM, List.of(candidate(null, "b")), rich())))
          .containsExactly(0.0);
    }
  }

  @Nested
  class Likelihoods extends VerifierContract {
    @Override
    protected Verifier verifier() {
      return new Likelihood();
    }

    @Override
    protected boolean pays() {
      return false;
    }

    @Test
    void isTheGeometricMean() {
      Candidate it = new Candidate("ab", List.of("ab"), null, 2, Math.log(0.5 * 0.02), 0);

      assertThat(verifier().score(PROBLEM, List.of(it), rich()).getFirst().value())
          .isEqualTo(0.1, within(1e-12));
    }

    @Test
    void unknownProbabilitiesCannotBeJudged() {
      Candidate it = new Candidate("ab", List.of("ab"), null, 2, Double.NaN, 0);

      assertThat(verifier().score(PROBLEM, List.of(it), rich())).containsExactly(Scores.UNKNOWN);
    }
  }

  @Nested
  class Certainties extends VerifierContract {
    @Override
    protected Verifier verifier() {
      return new SelfCertainty();
    }

    @Override
    protected boolean pays() {
      return false;
    }

    @Test
    void risesWithTheDivergence() {
      List<Candidate> some =
          List.of(certain(0), certain(1), certain(9), certain(Double.POSITIVE_INFINITY));

      assertThat(values(verifier().score(PROBLEM, some, rich())))
          .containsExactly(0.0, 0.5, 0.9, 1.0);
      assertThat(verifier().wantsCertainty()).isTrue();
    }

    @Test
    void unknownCertaintyCannotBeJudged() {
      assertThat(verifier().score(PROBLEM, List.of(certain(Double.NaN)), rich()))
          .containsExactly(Scores.UNKNOWN);
    }

    private Candidate certain(double certainty) {
      return new Candidate("a", List.of("a"), null, 1, -1, certainty);
    }
  }

  @Nested
  class Oracles extends VerifierContract {
    @Override
    protected Verifier verifier() {
      return new Oracle(Map.of(PROBLEM.id(), "42"));
    }

    @Override
    protected boolean pays() {
      return false;
    }

    @Test
    void knowsTheAnswers() {
      assertThat(values(verifier().score(PROBLEM, candidates(), rich())))
          .containsExactly(1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0);
    }

    @Test
    void refusesProblemsItDoesNotKnow() {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> verifier().score(new Problem("other", "?"), candidates(), rich()))
          .withMessageContaining("problem (other) has no reference");
    }
  }

  @Nested
  class Means extends VerifierContract {
    @Override
    protected Verifier verifier() {
      return new Mean(List.of(new AnswerVote(), new Oracle(Map.of(PROBLEM.id(), "42"))));
    }

    @Override
    protected boolean pays() {
      return false;
    }

    @Test
    void isTheMean() {
      List<Candidate> some = List.of(candidate("42", "a"), candidate("8", "c"));

      assertThat(values(verifier().score(PROBLEM, some, rich()))).containsExactly(0.75, 0.25);
      assertThat(verifier().name()).isEqualTo("mean(vote,oracle)");
    }

    @Test
    void isUnknownWhereAPartKnowsNothing() {
      Candidate silent = new Candidate("ab", List.of("ab"), "42", 2, Double.NaN, 0);
      Mean mean = new Mean(List.of(new AnswerVote(), new Likelihood()));

      assertThat(mean.score(PROBLEM, List.of(silent), rich())).containsExactly(Scores.UNKNOWN);
      assertThat(mean.judging(PROBLEM, 100)).isEqualTo(Spend.NONE);
    }
  }
}
