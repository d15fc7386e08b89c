package ponder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import ponder.model.Batching;
import ponder.model.Call;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.FinishReason;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Scoring;
import ponder.model.Stop;
import ponder.model.Tokens;
import ponder.testkit.ByteTokenizer;
import ponder.testkit.ScriptedBackend;

class LocalModelTest {
  private static final Tokens PROMPT = Scripted.prompt(1, 100);

  /// The greedy continuation, worked out without any engine.
  private static List<Integer> greedy(Tokens prompt, int count) {
    float[] logits = new float[ByteTokenizer.SIZE];
    List<Integer> found = new ArrayList<>();
    Tokens text = prompt;
    while (found.size() < count) {
      ScriptedBackend.logits(ScriptedBackend.path(text.toArray(), text.size(), null), logits);
      int best = 0;
      for (int i = 1; i < logits.length; i++) {
        best = logits[i] > logits[best] ? i : best;
      }
      found.add(best);
      text = text.concat(Tokens.of(best));
    }
    return found;
  }

  private static Request request(Tokens prompt, int maxTokens) {
    return Request.of(Prompt.of(prompt))
        .withMaxTokens(maxTokens)
        .withStop(new Stop(List.of(), List.of(), false, true));
  }

  @Test
  void generatesWhatTheModelSays() {
    try (Scripted scripted = Scripted.open()) {
      Completions answer = scripted.model().complete(request(PROMPT, 20));
      assertThat(answer.first().tokens().toList()).isEqualTo(greedy(PROMPT, 20));
      assertThat(answer.first().finish()).isEqualTo(FinishReason.LENGTH);
      assertThat(answer.usage().promptTokens()).isEqualTo(100);
      assertThat(answer.usage().cachedPromptTokens()).isZero();
      assertThat(answer.usage().generatedTokens()).isEqualTo(20);
      scripted.assertSound();
    }
  }

  @Test
  void tellsHowFullItsBatchesWere() {
    try (Scripted scripted = Scripted.open()) {
      Batching.Load before = scripted.model().load();
      scripted.model().complete(request(PROMPT, 20).withN(3).withSampling(Sampling.of(1)));
      Batching.Load after = scripted.model().load();

      assertThat(scripted.model().width()).isEqualTo(62); // two ids of 64 are the scheduler's own
      assertThat(before).isEqualTo(Batching.Load.UNKNOWN);
      assertThat(after.tokens()).isEqualTo(60);
      // Steps of the prompt hold one place, those of decoding three.
      assertThat(after.sequences()).isBetween(3 * after.steps() - 8, 3 * after.steps());
    }
  }

  @Test
  void evaluatesTheirPromptOnceForManySamples() {
    try (Scripted scripted = Scripted.open()) {
      Request request = request(PROMPT, 5).withN(16).withSampling(Sampling.of(1)).withSeed(7);
      Completions answer = scripted.model().complete(request);
      assertThat(answer.usage().promptTokens()).isEqualTo(100);
      assertThat(answer.usage().generatedTokens()).isEqualTo(80);
      Metrics metrics = scripted.settled();
      assertThat(metrics.promptTokens()).isEqualTo(100);
      assertThat(metrics.recomputedTokens()).isZero();
      // each token but the last is fed once, or shares the row of a sample that drew the same
      assertThat(metrics.decodeTokens() + metrics.sharedRows()).isEqualTo(16 * 4 + 15);
      Set<Tokens> different = new HashSet<>();
      answer.completions().forEach(completion -> different.add(completion.tokens()));
      assertThat(different).hasSizeGreaterThan(10);
      scripted.assertSound();
    }
  }

  @Test
  void givesEachSampleWhateverItsCompany() {
    try (Scripted scripted = Scripted.open()) {
      Request request = request(PROMPT, 8).withN(8).withSampling(Sampling.of(1)).withSeed(7);
      List<Completion> together = scripted.model().complete(request).completions();
      for (int sample : new int[] {5, 0, 7}) {
        Completion alone = scripted.model().complete(request.withSamples(List.of(sample))).first();
        assertThat(alone.tokens()).isEqualTo(together.get(sample).tokens());
        assertThat(alone.sample()).isEqualTo(sample);
      }
      scripted.assertSound();
    }
  }

  @Test
  void drawsAsTheSamplerDoesAlone() {
    Request request = request(PROMPT, 30).withSampling(Sampling.of(1)).withSeed(11);
    Draft draft = new Draft(request, 0, new ByteTokenizer().eos(), PROMPT);
    Sampler sampler = new Sampler(ByteTokenizer.SIZE);
    float[] logits = new float[ByteTokenizer.SIZE];
    Tokens text = PROMPT;
    for (int i = 0; i < 30; i++) {
      ScriptedBackend.logits(ScriptedBackend.path(text.toArray(), text.size(), null), logits);
      int token = sampler.draw(logits, draft).token();
      draft.append(token);
      text = text.concat(Tokens.of(token));
    }
    try (Scripted scripted = Scripted.open()) {
      Tokens drawn = scripted.model().complete(request).first().tokens();
      assertThat(PROMPT.concat(drawn)).isEqualTo(text);
    }
  }

  @Test
  void paysOnlyForNewTokensOfALongerPrompt() {
    try (Scripted scripted = Scripted.open()) {
      Completion first = scripted.model().complete(request(PROMPT, 10)).first();
      Tokens longer = PROMPT.concat(first.tokens()).concat(Scripted.prompt(2, 7));
      Completions second = scripted.model().complete(request(longer, 3));
      // the last sampled token was never fed, so it is not in the cache
      assertThat(second.usage().cachedPromptTokens()).isEqualTo(109);
      assertThat(second.first().tokens().toList()).isEqualTo(greedy(longer, 3));
      scripted.assertSound();
    }
  }

  @Test
  void scoresAsItGenerates() {
    try (Scripted scripted = Scripted.open()) {
      Completion made = scripted.model().complete(request(PROMPT, 12)).first();
      Scoring.Score warm = scripted.model().score(PROMPT, made.tokens(), null, Call.plain());
      assertThat(warm.logprobs()).containsExactly(made.logprobs());
      assertThat(warm.usage().cachedPromptTokens()).isEqualTo(99);
      assertThat(warm.usage().scoredTokens()).isEqualTo(12);
      scripted.assertSound();
    }
  }
}
