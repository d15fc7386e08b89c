package ponder.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import ponder.model.Call;
import ponder.model.Cancellation;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.ContextOverflowException;
import ponder.model.EngineException;
import ponder.model.FinishReason;
import ponder.model.LanguageModel;
import ponder.model.Listener;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Tokens;
import ponder.model.Usage;

/// What every engine's calls have in common: streaming, early ends, company, accounts, closing.
abstract class CallContract extends CompletionContract {
  @Test
  void streamsExactlyTheText() {
    Thread caller = Thread.currentThread();
    Map<Integer, StringBuilder> streamed = new HashMap<>();
    List<Completion> finished = new ArrayList<>();
    Listener listener =
        new Listener() {
          @Override
          public void onText(int sample, String delta) {
            assertThat(Thread.currentThread()).isSameAs(caller);
            assertThat(delta).isNotEmpty();
            streamed.computeIfAbsent(sample, key -> new StringBuilder()).append(delta);
          }

          @Override
          public void onFinish(Completion completion) {
            assertThat(Thread.currentThread()).isSameAs(caller);
            finished.add(completion);
          }
        };
    Request request = fresh(24).withSampling(Sampling.of(1.2)).withN(3);
    Completions completions = model().complete(request, Call.plain().withListener(listener));
    for (Completion completion : completions.completions()) {
      assertThat(streamed.getOrDefault(completion.sample(), new StringBuilder()))
          .hasToString(completion.text());
    }
    assertThat(finished).containsExactlyInAnyOrderElementsOf(completions.completions());
  }

  /// As many tokens as fit, at most [#longRun].
  private Request endless() {
    Request request = fresh(1);
    int prompt = request.prompt() instanceof Prompt.Text text ? text.text().length() : 0;
    return request.withMaxTokens(Math.min(longRun(), model().info().contextLength() - prompt - 8));
  }

  @Test
  void endsSoonAfterCancellation() {
    Cancellation cancellation = new Cancellation();
    StringBuilder streamed = new StringBuilder();
    int[] deltas = {0};
    Listener listener =
        (sample, delta) -> {
          streamed.append(delta);
          if (++deltas[0] == 3) {
            cancellation.cancel();
          }
        };
    Call call = Call.plain().withListener(listener).withCancellation(cancellation);
    Request request = endless();
    Completions completions = model().complete(request, call);
    Completion completion = completions.first();
    assertThat(completion.finish()).isEqualTo(FinishReason.CANCELLED);
    assertThat(completion.tokens().size()).isBetween(3, request.maxTokens() - 1);
    assertThat(completion.text()).isEqualTo(streamed.toString());
    if (can(Trait.EXACT_USAGE)) {
      assertThat(completions.usage().generatedTokens()).isEqualTo(completion.tokens().size());
    }
  }

  @Test
  void generatesNothingForACancelledCall() {
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    Call call = Call.plain().withCancellation(cancellation);
    Completions completions = model().complete(endless().withN(3), call);
    for (Completion completion : completions.completions()) {
      assertThat(completion.finish()).isEqualTo(FinishReason.CANCELLED);
      assertThat(completion.tokens().size()).isLessThanOrEqualTo(2);
    }
    assertThat(model().complete(fresh(2)).first().finish()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void endsAtTheDeadline() {
    Call past = Call.plain().withDeadline(Instant.now().minusSeconds(1));
    Completion none = model().complete(endless(), past).first();
    assertThat(none.finish()).isEqualTo(FinishReason.DEADLINE);
    assertThat(none.tokens().size()).isLessThanOrEqualTo(2);
    Call soon = Call.plain().withDeadline(Instant.now().plusMillis(20));
    Request request = endless().withSampling(Sampling.of(1)).withN(64);
    Completion last = model().complete(request, soon).completions().getLast();
    assertThat(last.finish()).isEqualTo(FinishReason.DEADLINE);
    assertThat(last.tokens().size()).isLessThan(request.maxTokens());
  }

  @Test
  void endsWhenTheCallersThreadIsInterrupted() {
    Thread.currentThread().interrupt();
    Completion completion;
    boolean flag;
    try {
      completion = model().complete(endless()).first();
    } finally {
      flag = Thread.interrupted();
    }
    assertThat(completion.finish()).isEqualTo(FinishReason.CANCELLED);
    assertThat(flag).as("the interrupt flag").isTrue();
  }

  @Test
  void answersAThousandCallersAtOnce() throws InterruptedException, ExecutionException {
    Request base = fresh(3).withSampling(Sampling.of(1));
    List<Future<Completions>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int caller = 0; caller < callers(); caller++) {
        String text = freshText().substring(0, 12) + caller % 50;
        Request request = base.withPrompt(Prompt.text(text)).withSamples(List.of(caller));
        answers.add(threads.submit(() -> model().complete(request)));
      }
    }
    for (int caller = 0; caller < callers(); caller++) {
      Completion completion = answers.get(caller).get().first();
      assertThat(completion.sample()).isEqualTo(caller);
      assertThat(completion.finish()).isEqualTo(FinishReason.LENGTH);
      assertThat(completion.tokens().size()).isEqualTo(3);
    }
  }

  @Test
  void countsTokensExactly() {
    need(Trait.EXACT_USAGE);
    Request request = fresh(4).withSampling(Sampling.of(1)).withN(3);
    int prompt = tokens(request).size();
    try (LanguageModel cold = open()) {
      assertThat(cold.complete(request).usage()).isEqualTo(new Usage(prompt, 0, 12, 0, 3));
      Usage again = cold.complete(request.withN(1)).usage();
      assertThat(again.promptTokens()).isEqualTo(prompt);
      assertThat(again.cachedPromptTokens()).isBetween(0L, prompt - 1L);
      assertThat(again.generatedTokens()).isEqualTo(4);
    }
  }

  @Test
  void reusesThePrefixOfAnEarlierCall() {
    need(Trait.PREFIX_CACHE);
    Request request = fresh(6).withTopLogprobs(3);
    try (LanguageModel cold = open()) {
      Completions first = cold.complete(request);
      Completions second = cold.complete(request);
      assertThat(first.usage().cachedPromptTokens()).isZero();
      assertThat(second.usage().cachedPromptTokens()).isPositive();
      assertClose(
          new float[] {second.first().logprobs()[0]}, new float[] {first.first().logprobs()[0]});
      Tokens longer = tokens(request).concat(first.first().tokens()).concat(Tokens.of(1, 2, 3));
      Usage third = cold.complete(request.withPrompt(Prompt.of(longer))).usage();
      assertThat(third.promptTokens()).isEqualTo(longer.size());
      assertThat(third.cachedPromptTokens())
          .isGreaterThanOrEqualTo(second.usage().cachedPromptTokens());
    }
  }

  @Test
  void refusesCallsOnceClosed() {
    LanguageModel closed = open();
    Request request = fresh(1);
    closed.complete(request);
    closed.close();
    closed.close();
    assertThatThrownBy(() -> closed.complete(request))
        .isInstanceOf(EngineException.class)
        .isNotInstanceOf(ContextOverflowException.class);
  }

  @Test
  void givesTheSameBitsInAnyCompanyWhenDeterministic()
      throws InterruptedException, ExecutionException {
    assumeTrue(openDeterministic().isPresent(), "The engine has no deterministic mode.");
    List<Request> requests = new ArrayList<>();
    Request base = fresh(10).withSampling(Sampling.of(1)).withN(2).withTopLogprobs(2);
    String text = freshText();
    for (int k = 0; k < 6; k++) {
      requests.add(base.withPrompt(Prompt.text(text + " again".repeat(k))).withSeed(k));
    }
    List<Completions> alone = new ArrayList<>();
    try (LanguageModel quiet = openDeterministic().orElseThrow()) {
      requests.forEach(request -> alone.add(quiet.complete(request)));
    }
    try (LanguageModel busy = openDeterministic().orElseThrow()) {
      List<Future<Completions>> together = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        requests.reversed().forEach(r -> together.add(threads.submit(() -> busy.complete(r))));
      }
      for (int k = 0; k < requests.size(); k++) {
        assertEqual(together.reversed().get(k).get(), alone.get(k));
        assertEqual(busy.complete(requests.get(k)), alone.get(k));
      }
    }
  }

  private static void assertEqual(Completions actual, Completions expected) {
    for (int k = 0; k < expected.completions().size(); k++) {
      assertSame(actual.completions().get(k), expected.completions().get(k));
    }
  }
}
