package ponder.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import ponder.model.AdapterKey;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.ContextOverflowException;
import ponder.model.FinishReason;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo.Determinism;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Stop;
import ponder.model.TokenLogprob;
import ponder.model.Tokens;

/// What every engine's completions have in common: seeds, stops, masks, lengths, log-probabilities.
abstract class CompletionContract extends ContractSupport {
  @Test
  void repeatsItselfForEqualSeeds() {
    Request request = fresh(8).withSampling(Sampling.of(1)).withSeed(5).withN(4);
    try (LanguageModel first = open();
        LanguageModel second = open()) {
      Completions one = first.complete(request);
      Completions two = second.complete(request);
      assertAgree(two.completions(), one.completions());
      if (model().info().determinism().compareTo(Determinism.REPEAT) >= 0) {
        Request single = request.withN(1);
        try (LanguageModel third = open();
            LanguageModel fourth = open()) {
          assertSame(third.complete(single).first(), fourth.complete(single).first());
        }
      }
    }
  }

  @Test
  void drawsOtherTokensForOtherSeedsAndSamples() {
    need(Trait.SAMPLES);
    Request request = fresh(8).withSampling(Sampling.of(1.5)).withSeed(1).withN(4);
    Completions one = model().complete(request);
    Completions other = model().complete(request.withSeed(2));
    assertThat(tokensOf(one)).isNotEqualTo(tokensOf(other)).doesNotHaveDuplicates();
  }

  @Test
  void drawsASampleAloneAsAmongOthers() {
    Request request = fresh(8).withSampling(Sampling.of(1)).withSeed(3);
    Completions eight = model().complete(request.withN(8));
    List<Completion> alone = new ArrayList<>();
    for (int sample = 0; sample < 8; sample++) {
      alone.add(model().complete(request.withSamples(List.of(sample))).first());
    }
    assertAgree(alone, eight.completions());
  }

  @Test
  void returnsSamplesInTheOrderAskedFor() {
    Completions completions =
        model().complete(fresh(2).withSampling(Sampling.of(1)).withSamples(List.of(7, 0, 3)));
    assertThat(completions.completions()).extracting(Completion::sample).containsExactly(7, 0, 3);
  }

  @Test
  void endsAtTheGivenLength() {
    Completion completion = model().complete(fresh(5)).first();
    assertThat(completion.finish()).isEqualTo(FinishReason.LENGTH);
    assertThat(completion.detail()).isEmpty();
    assertThat(completion.tokens().size()).isEqualTo(5);
    assertThat(completion.textTokens()).isEqualTo(5);
    assertThat(completion.text()).isEqualTo(decode(completion.tokens()));
  }

  @Test
  void endsTheTextBeforeAStopStringInsideAToken() {
    Request request = spelling(12).withN(4);
    String text = model().complete(request).first().text();
    String common = text.substring(text.length() / 2, text.length() / 2 + 1);
    assertThat(stops(request, List.of(common), false)).isTrue();
    assertThat(stops(request, List.of(common, "nothing says this"), true)).isTrue();
  }

  /// Several seeds, since a sample may take another turn before it comes to the stop.
  @Test
  void findsStopStringsAcrossTokens() {
    boolean one = false;
    boolean many = false;
    boolean across = false;
    Request base = spelling(12);
    for (int seed = 0; seed < 5; seed++) {
      Request request = base.withSeed(seed);
      Completion whole = model().complete(request).first();
      List<String> borders = new ArrayList<>();
      for (int length = 2; length < 8; length++) {
        int border = decode(whole.tokens().slice(0, length)).length();
        borders.add(whole.text().substring(border - 1, border + 1));
      }
      one |= stops(request, borders.subList(2, 3), false);
      many |= stops(request, borders, false);
      across |= stops(request, List.of(decode(whole.tokens().slice(1, 6))), true);
    }
    assertThat(List.of(one, many, across)).containsOnly(true);
  }

  /// A request that says letters only, so that its text has as many code points as it has bytes.
  private Request spelling(int maxTokens) {
    need(Trait.MASKS);
    return fresh(maxTokens)
        .withSampling(Sampling.of(1).withPenalties(1, 1, 0))
        .withAllowed(letters(24));
  }

  /// Checks that every completion is cut where the plain definition cuts it; whether one is.
  private boolean stops(Request request, List<String> strings, boolean include) {
    Stop stop = new Stop(strings, List.of(), include, true);
    List<Completion> completions = model().complete(request.withStop(stop)).completions();
    for (Completion completion : completions) {
      String all = decode(completion.tokens());
      if (completion.finish() != FinishReason.STOP) {
        assertThat(strings).noneMatch(all::contains);
        assertThat(completion.text()).isEqualTo(all);
        continue;
      }
      String before = decode(completion.tokens().slice(0, completion.tokens().size() - 1));
      assertThat(strings).noneMatch(before::contains);
      assertThat(strings).contains(completion.detail());
      int start = all.indexOf(completion.detail());
      assertThat(strings).allMatch(s -> all.indexOf(s) < 0 || all.indexOf(s) >= start);
      int end = include ? start + completion.detail().length() : start;
      assertThat(completion.text()).isEqualTo(all.substring(0, end));
      assertThat(completion.text()).startsWith(inText(completion));
    }
    return completions.stream().anyMatch(c -> c.finish() == FinishReason.STOP);
  }

  private String inText(Completion completion) {
    return decode(completion.tokens().slice(0, completion.textTokens()));
  }

  @Test
  void findsStopStringsAcrossHalvesOfCodePoints() {
    need(Trait.MASKS);
    List<Integer> halves = List.of(byteToken(0xC3), byteToken(0xA9));
    Request request =
        fresh(40)
            .withAllowed(halves)
            .withSampling(Sampling.of(1).withPenalties(1, 2, 0))
            .withStop(new Stop(List.of("é"), List.of(), false, true));
    Completion completion = model().complete(request).first();
    assertThat(completion.finish()).isEqualTo(FinishReason.STOP);
    assertThat(completion.text()).matches("\uFFFD*");
    assertThat(decode(completion.tokens())).isEqualTo(completion.text() + "é");
    assertThat(completion.textTokens()).isEqualTo(completion.tokens().size() - 2);
  }

  @Test
  void stopsAtATokenSequence() {
    need(Trait.MASKS);
    need(Trait.TOKEN_STOPS);
    int letter = letters(1).getFirst();
    Tokens thrice = Tokens.of(letter, letter, letter);
    Request request = fresh(9).withAllowed(List.of(letter));
    Stop stop = new Stop(List.of(), List.of(thrice), false, true);
    Completion completion = model().complete(request.withStop(stop)).first();
    assertThat(completion.finish()).isEqualTo(FinishReason.STOP);
    assertThat(completion.detail()).isEqualTo(thrice.toString());
    assertThat(completion.tokens()).isEqualTo(thrice);
    assertThat(completion.text()).isEmpty();
    assertThat(completion.textTokens()).isZero();
    Stop including = new Stop(List.of(), List.of(thrice), true, true);
    assertThat(model().complete(request.withStop(including)).first().text())
        .isEqualTo(decode(thrice));
  }

  @Test
  void neverDrawsBannedTokens() {
    need(Trait.MASKS);
    Request request = fresh(8);
    Tokens before = model().complete(request).first().tokens();
    Completion after = model().complete(request.withBanned(before.toList())).first();
    assertThat(after.tokens().toList()).doesNotContainAnyElementsOf(before.toList());
  }

  @Test
  void drawsOnlyAllowedTokens() {
    need(Trait.MASKS);
    List<Integer> letters = letters(5);
    Request request = fresh(8).withAllowed(letters).withSampling(Sampling.of(2)).withN(3);
    for (Completion completion : model().complete(request).completions()) {
      assertThat(letters).containsAll(completion.tokens().toList());
      assertThat(completion.tokens().size()).isEqualTo(8);
    }
  }

  @Test
  void endsAtEndOfTextNotBeforeTheMinimum() {
    need(Trait.MASKS);
    int eos = tokenizer().eos().stream().min(Integer::compare).orElse(-1);
    assumeTrue(eos >= 0, "The model has no end-of-text token.");
    int letter = letters(1).getFirst();
    Request request =
        fresh(9)
            .withStop(Stop.AT_EOS)
            .withAllowed(List.of(eos, letter))
            .withSampling(Sampling.GREEDY.withBias(Map.of(eos, 1000.0)))
            .withMinTokens(4);
    Completion completion = model().complete(request).first();
    assertThat(completion.tokens()).isEqualTo(Tokens.of(letter, letter, letter, letter, eos));
    assertThat(completion.finish()).isEqualTo(FinishReason.EOS);
    assertThat(completion.text()).isEqualTo(decode(completion.tokens().slice(0, 4)));
    assertThat(completion.textTokens()).isEqualTo(4);
  }

  @Test
  void stopsAtATokenNotBeforeTheMinimum() {
    need(Trait.MASKS);
    need(Trait.TOKEN_STOPS);
    int stop = letters(2).getFirst();
    int other = letters(2).getLast();
    Request request =
        fresh(9)
            .withStop(new Stop(List.of(), List.of(Tokens.of(stop)), false, true))
            .withAllowed(List.of(stop, other))
            .withSampling(Sampling.GREEDY.withBias(Map.of(stop, 1000.0)))
            .withMinTokens(2);
    Completion completion = model().complete(request).first();
    assertThat(completion.tokens()).isEqualTo(Tokens.of(other, other, stop));
    assertThat(completion.finish()).isEqualTo(FinishReason.STOP);
    assertThat(completion.textTokens()).isEqualTo(2);
  }

  @Test
  void failsASampleThatMayDrawNothing() {
    need(Trait.MASKS);
    List<Integer> letter = letters(1);
    Request request = fresh(3).withAllowed(letter);
    Completion failed = model().complete(request.withBanned(letter)).first();
    assertThat(failed.finish()).isEqualTo(FinishReason.ERROR);
    assertThat(failed.detail()).contains("mask leaves no token");
    assertThat(failed.tokens().isEmpty()).isTrue();
    assertThat(model().complete(request).first().finish()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void reportsTheMostProbableTokensOfAGreedyText() {
    Completion completion = model().complete(fresh(8).withTopLogprobs(5)).first();
    assertThat(completion.topLogprobs()).hasSize(8);
    for (int k = 0; k < 8; k++) {
      List<TokenLogprob> top = completion.topLogprobs().get(k);
      assertThat(top).hasSize(5);
      assertThat(top.getFirst().token()).isEqualTo(completion.tokens().get(k));
      assertThat(top.getFirst().logprob()).isCloseTo(completion.logprobs()[k], within(1e-4f));
      assertThat(top).isSortedAccordingTo((a, b) -> Float.compare(b.logprob(), a.logprob()));
      assertThat(top).extracting(TokenLogprob::token).doesNotHaveDuplicates();
      double mass = top.stream().mapToDouble(t -> Math.exp(t.logprob())).sum();
      assertThat(mass).isBetween(0.0, 1.0001);
      assertThat(completion.sampledLogprobs()[k]).isZero();
    }
    assertThat(model().complete(fresh(1)).first().topLogprobs().stream().flatMap(List::stream))
        .isEmpty();
  }

  @Test
  void reportsTheProbabilitiesOfTheDraw() {
    need(Trait.SAMPLES);
    Request request = fresh(8).withSampling(Sampling.of(1)).withSeed(4);
    Completion plain = model().complete(request).first();
    Completion sharp = model().complete(request.withSampling(Sampling.of(1).withTopK(1))).first();
    Completion half = model().complete(request.withSampling(Sampling.of(1).withTopP(0.5))).first();
    for (int k = 0; k < 8; k++) {
      assertThat(plain.logprobs()[k]).isLessThanOrEqualTo(0);
      assertThat(plain.sampledLogprobs()[k]).isCloseTo(plain.logprobs()[k], within(1e-3f));
      assertThat(sharp.sampledLogprobs()[k]).isZero();
      assertThat(half.sampledLogprobs()[k] - half.logprobs()[k])
          .isBetween(-1e-3f, (float) Math.log(2) + 1e-3f);
    }
  }

  @Test
  void refusesPromptsThatLeaveNoRoom() {
    int letter = letters(1).getFirst();
    int[] ids = new int[model().info().contextLength()];
    Arrays.fill(ids, letter);
    assertThatThrownBy(() -> model().complete(Request.of(Prompt.of(Tokens.of(ids)))))
        .isInstanceOf(ContextOverflowException.class);
  }

  @Test
  void endsWhenTheContextIsFull() {
    int context = model().info().contextLength();
    assumeTrue(context <= 8192, "A context of " + context + " tokens takes too long to fill.");
    int[] ids = new int[context - 3];
    Arrays.fill(ids, letters(1).getFirst());
    Request request = fresh(20).withPrompt(Prompt.of(Tokens.of(ids)));
    Completion completion = model().complete(request).first();
    assertThat(completion.finish()).isEqualTo(FinishReason.CONTEXT);
    assertThat(completion.tokens().size()).isEqualTo(3);
  }

  @Test
  void refusesRequestsThatItCannotCarryOut() {
    int vocabulary = tokenizer().vocabularySize();
    Request request = fresh(1);
    List<Request> wrong =
        List.of(
            request.withPrompt(Prompt.of(Tokens.of())),
            request.withPrompt(Prompt.of(Tokens.of(1, vocabulary))),
            request.withPrompt(Prompt.of(Tokens.of(-1))),
            request.withBanned(List.of(vocabulary)),
            request.withAllowed(List.of(vocabulary)),
            request.withAdapter(new AdapterKey("0".repeat(64), 1)));
    for (Request bad : wrong) {
      assertThatIllegalArgumentException().as("%s", bad).isThrownBy(() -> model().complete(bad));
    }
  }
}
