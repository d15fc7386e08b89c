package ponder.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import ponder.model.Adaptable;
import ponder.model.AdapterKey;
import ponder.model.Call;
import ponder.model.Certain;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.EngineException;
import ponder.model.Hidden;
import ponder.model.LanguageModel;
import ponder.model.Message;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Scoring;
import ponder.model.Tokenizing;
import ponder.model.Tokens;

/// The contract of [LanguageModel], as tests that each engine's test class inherits.
///
/// The tests assume nothing of the weights: they hold for random ones as for trained ones. Where
/// kernels may differ from run to run they compare within the engines' tolerance; an engine that
/// promises equal bits is held to it. A test that needs what an engine lacks is skipped and says
/// so.
public abstract class LanguageModelContract extends CallContract {
  @Test
  void scoresWhatItGenerated() {
    Scoring scoring = need(Scoring.class);
    Request request = fresh(16).withSampling(Sampling.of(1)).withN(3);
    Tokens prompt = tokens(request);
    for (Completion completion : model().complete(request).completions()) {
      Scoring.Score score = scoring.score(prompt, completion.tokens(), null, Call.plain());
      assertClose(score.logprobs(), completion.logprobs());
      assertThat(score.usage().scoredTokens()).isEqualTo(16);
      assertThat(score.usage().promptTokens()).isEqualTo(prompt.size());
      assertThat(score.usage().generatedTokens()).isZero();
    }
  }

  @Test
  void scoresAlikeWhateverIsCached() {
    need(Scoring.class);
    Request request = fresh(12);
    Tokens prompt = tokens(request);
    Tokens text = model().complete(request).first().tokens();
    try (LanguageModel cold = open()) {
      Scoring scoring = cold.ability(Scoring.class).orElseThrow();
      Scoring.Score first = scoring.score(prompt, text, null, Call.plain());
      Scoring.Score second = scoring.score(prompt, text, null, Call.plain());
      Scoring.Score tail =
          scoring.score(prompt.concat(text.slice(0, 6)), text.slice(6, 12), null, Call.plain());
      assertClose(second.logprobs(), first.logprobs());
      assertClose(tail.logprobs(), Arrays.copyOfRange(first.logprobs(), 6, 12));
      if (can(Trait.PREFIX_CACHE)) {
        assertThat(first.usage().cachedPromptTokens()).isZero();
        assertThat(second.usage().cachedPromptTokens()).isPositive();
      }
    }
  }

  @Test
  void comparesNextTokensAsItScoresThem() {
    Scoring scoring = need(Scoring.class);
    Tokens context = tokens(fresh(1));
    Tokens candidates = Tokens.of(letters(8));
    float[] next = scoring.next(context, candidates, 0, null, Call.plain()).logprobs();
    float[] scores = new float[candidates.size()];
    double mass = 0;
    for (int k = 0; k < scores.length; k++) {
      Tokens candidate = candidates.slice(k, k + 1);
      scores[k] = scoring.score(context, candidate, null, Call.plain()).logprobs()[0];
      mass += Math.exp(next[k]);
    }
    assertClose(next, scores);
    assertThat(mass).isBetween(0.0, 1.0001);
  }

  @Test
  void leavesNoTraceOfAPrivateTail() {
    need(Scoring.class);
    need(Trait.PREFIX_CACHE);
    Tokens step = tokens(fresh(1));
    Tokens tagged = step.concat(Tokens.of(letters(3)));
    Tokens candidates = Tokens.of(letters(2));
    try (LanguageModel cold = open()) {
      Scoring scoring = cold.ability(Scoring.class).orElseThrow();
      float[] first = scoring.next(tagged, candidates, 3, null, Call.plain()).logprobs();
      Scoring.Score again = scoring.next(tagged, candidates, 3, null, Call.plain());
      assertThat(again.usage().cachedPromptTokens()).isBetween(1L, (long) step.size());
      assertClose(again.logprobs(), first);
      Request goesOn = fresh(1).withPrompt(Prompt.of(tagged.concat(candidates)));
      assertThat(cold.complete(goesOn).usage().cachedPromptTokens())
          .isBetween(1L, (long) step.size());
    }
  }

  @Test
  void refusesScoresThatDoNotFitAndScoresOnceClosed() {
    Scoring scoring = need(Scoring.class);
    int letter = letters(1).getFirst();
    int[] ids = new int[model().info().contextLength()];
    Arrays.fill(ids, letter);
    assertThatThrownBy(() -> scoring.score(Tokens.of(ids), Tokens.of(letter), null, Call.plain()))
        .isInstanceOf(EngineException.class);
    LanguageModel closed = open();
    Scoring gone = closed.ability(Scoring.class).orElseThrow();
    closed.close();
    assertThatThrownBy(() -> gone.score(Tokens.of(letter), Tokens.of(letter), null, Call.plain()))
        .isInstanceOf(EngineException.class);
  }

  /// Two ways to the same number: the engine's, and the definition over every token's score.
  @Test
  void reportsCertaintyOfTheRawDistribution() {
    need(Certain.class);
    Scoring scoring = need(Scoring.class);
    Request request = fresh(6).withSampling(Sampling.of(0.8).withTopK(5)).withN(2);
    Tokens prompt = tokens(request);
    int vocabulary = model().info().vocabularySize();
    Tokens all = Tokens.of(IntStream.range(0, vocabulary).toArray());
    for (Completion completion : model().complete(request.withCertainty(true)).completions()) {
      float[] expected = new float[6];
      for (int k = 0; k < 6; k++) {
        Tokens context = prompt.concat(completion.tokens().slice(0, k));
        double sum = scoring.next(context, all, 0, null, Call.plain()).sum();
        expected[k] = (float) (-sum / vocabulary - Math.log(vocabulary));
      }
      assertClose(completion.certainty(), expected);
      for (float certainty : completion.certainty()) {
        assertThat(certainty).isNotNegative();
      }
    }
    assertThat(model().complete(request).first().certainty()).isEmpty();
  }

  @Test
  void refusesCertaintyByNameIfItHasNone() {
    Request request = fresh(1).withCertainty(true);
    if (model().ability(Certain.class).isPresent()) {
      assertThat(model().complete(request).first().certainty()).hasSize(1);
    } else {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> model().complete(request))
          .withMessageContaining("certainty");
    }
  }

  @Test
  void givesAHiddenStateForEachPosition() {
    Hidden hidden = need(Hidden.class);
    Tokens tokens = tokens(fresh(1));
    Hidden.States all = hidden.hidden(tokens, 0, null, Call.plain());
    Hidden.States last = hidden.hidden(tokens, tokens.size() - 3, null, Call.plain());
    assertThat(all.rows()).hasDimensions(tokens.size(), hidden.hiddenWidth());
    assertThat(last.rows()).hasDimensions(3, hidden.hiddenWidth());
    assertThat(last.usage().scoredTokens()).isEqualTo(3);
    for (int k = 0; k < 3; k++) {
      float[] one = all.rows()[tokens.size() - 3 + k];
      assertThat(cosine(one, last.rows()[k])).isGreaterThan(0.98);
    }
    assertThat(cosine(all.rows()[1], all.rows()[2])).isLessThan(0.9999);
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double lengthA = 0;
    double lengthB = 0;
    for (int k = 0; k < a.length; k++) {
      product += (double) a[k] * b[k];
      lengthA += (double) a[k] * a[k];
      lengthB += (double) b[k] * b[k];
    }
    return product / Math.sqrt(lengthA * lengthB);
  }

  @Test
  void readsEveryKindOfPromptAlike() {
    Tokenizing tokenizing = need(Tokenizing.class);
    List<Message> messages = List.of(Message.system("Be brief."), Message.user(freshText()));
    Prompt chat = new Prompt.Chat(messages, "Well");
    String rendered = tokenizing.chatTemplate().render(messages, true) + "Well";
    Tokens ids = tokenizing.tokenizer().encode(rendered, true);
    assertThat(tokenizing.tokens(chat)).isEqualTo(ids);
    assertThat(tokenizing.tokens(Prompt.text(rendered))).isEqualTo(ids);
    List<Completions> all =
        List.of(chat, Prompt.text(rendered), Prompt.of(ids)).stream()
            .map(prompt -> model().complete(fresh(4).withPrompt(prompt)))
            .toList();
    assertAgree(all.get(1).completions(), all.get(0).completions());
    assertAgree(all.get(2).completions(), all.get(0).completions());
    assertThat(all).allMatch(c -> c.usage().promptTokens() == ids.size());
  }

  @Test
  void appliesAnAdapterToItsRequestsOnly() {
    Adaptable adaptable = need(Adaptable.class);
    assumeTrue(adapter().isPresent(), "There is no adapter file for this engine.");
    Path file = adapter().orElseThrow();
    Request request = fresh(6).withTopLogprobs(4);
    Completion before = model().complete(request).first();
    AdapterKey key = adaptable.loadAdapter(file, 1);
    assertThat(adaptable.loadAdapter(file, 1)).isEqualTo(key);
    Completion adapted = model().complete(request.withAdapter(key)).first();
    Completion after = model().complete(request).first();
    assertThat(adapted.topLogprobs()).isNotEqualTo(before.topLogprobs());
    float adaptedFirst = adapted.topLogprobs().getFirst().getFirst().logprob();
    float baseFirst = before.topLogprobs().getFirst().getFirst().logprob();
    assertThat(adaptedFirst).isNotEqualTo(baseFirst);
    assertAgree(List.of(after), List.of(before));
    adaptable.unloadAdapter(key);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model().complete(request.withAdapter(key)));
  }
}
