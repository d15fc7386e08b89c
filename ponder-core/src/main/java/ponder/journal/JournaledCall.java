package ponder.journal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import ponder.model.Call;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.FinishReason;
import ponder.model.Listener;
import ponder.model.Request;
import ponder.model.Tokens;
import ponder.model.Usage;
import ponder.store.Key;
import ponder.store.RunLog;

/// One request through the journal: claims its samples, computes those that nobody else has, then
/// waits for those that others are computing. Lives on its caller's thread.
final class JournaledCall {
  private final JournaledModel model;
  private final RunLog run;
  private final Request request;
  private final Call call;
  private final long start = System.nanoTime();
  private final Key requestKey;
  private final Key usageKey;
  private final Map<Integer, Key> sampleKeys = new LinkedHashMap<>();
  private final Map<Integer, Completion> results = new HashMap<>();
  private Usage computed = Usage.NONE;
  private double replayedSeconds;

  JournaledCall(JournaledModel model, Request request, Call call) {
    this.model = model;
    this.run = model.run();
    this.request = request;
    this.call = call;
    this.requestKey = model.keys().request(request);
    for (int sample : request.samples()) {
      Key first = SampleKeys.sample(requestKey, request.seed(), sample, 0);
      int occurrence = model.occurrence(first);
      sampleKeys.put(
          sample,
          occurrence == 0
              ? first
              : SampleKeys.sample(requestKey, request.seed(), sample, occurrence));
    }
    int occurrence = model.occurrence(SampleKeys.usage(requestKey, request, 0));
    this.usageKey = SampleKeys.usage(requestKey, request, occurrence);
  }

  Completions complete() {
    List<Integer> open = request.samples();
    while (!open.isEmpty()) {
      open = round(open);
    }
    Usage usage = usage();
    model.addReplayed(Math.max(0, replayedSeconds - seconds()));
    return new Completions(request.samples().stream().map(this::result).toList(), usage);
  }

  private Completion result(int sample) {
    Completion completion = results.get(sample);
    if (completion == null) {
      throw new IllegalStateException("Sample " + sample + " is missing from a completion.");
    }
    return completion;
  }

  /// Claims, computes, waits; returns the samples whose other callers have given up.
  private List<Integer> round(List<Integer> open) {
    List<Integer> mine = new ArrayList<>();
    Map<Integer, CompletableFuture<Optional<byte[]>>> theirs = new LinkedHashMap<>();
    try {
      for (int sample : open) {
        switch (run.claim(key(sample))) {
          case RunLog.Claim.Done done -> replay(sample, done.value());
          case RunLog.Claim.Mine free -> mine.add(sample);
          case RunLog.Claim.Theirs other -> theirs.put(sample, other.result());
        }
      }
      if (!mine.isEmpty()) {
        compute(mine);
      }
    } finally {
      mine.forEach(sample -> run.abandon(key(sample)));
    }
    List<Integer> free = new ArrayList<>();
    theirs.forEach(
        (sample, result) -> {
          switch (Waiting.on(result, call)) {
            case Waiting.End.Got got -> replay(sample, got.value());
            case Waiting.End.Free given -> free.add(sample);
            case Waiting.End.Over over -> finish(nothing(sample, over.reason()));
          }
        });
    return free;
  }

  private Key key(int sample) {
    Key key = sampleKeys.get(sample);
    if (key == null) {
      throw new IllegalStateException(
          "The model gave sample %d, which is not among %s.".formatted(sample, request.samples()));
    }
    return key;
  }

  private void replay(int sample, byte[] value) {
    SampleCodec.Sample replayed = SampleCodec.decodeSample(value, sample);
    replayedSeconds = Math.max(replayedSeconds, replayed.seconds());
    Completion completion = replayed.completion();
    if (!completion.text().isEmpty()) {
      call.listener().onText(sample, completion.text());
    }
    finish(completion);
  }

  private void finish(Completion completion) {
    results.put(completion.sample(), completion);
    call.listener().onFinish(completion);
  }

  private void compute(List<Integer> mine) {
    var listener =
        new Listener() {
          @Override
          public void onText(int sample, String delta) {
            call.listener().onText(sample, delta);
          }

          @Override
          public void onFinish(Completion completion) {
            finish(recorded(completion));
          }
        };
    Completions completions =
        model.model().complete(request.withSamples(mine), call.withListener(listener));
    computed = computed.plus(completions.usage());
    for (Completion completion : completions.completions()) {
      if (!results.containsKey(completion.sample())) {
        finish(recorded(completion));
      }
    }
  }

  /// The completion once it is committed, or as another process committed it first; an unfinished
  /// one as it is.
  private Completion recorded(Completion completion) {
    if (!completion.finish().finished()) {
      return completion;
    }
    byte[] stored =
        run.record(
            key(completion.sample()),
            RunLog.Kind.SAMPLE,
            SampleCodec.encode(new SampleCodec.Sample(completion, seconds())));
    return SampleCodec.decodeSample(stored, completion.sample()).completion();
  }

  private static Completion nothing(int sample, FinishReason reason) {
    return new Completion(
        sample, Tokens.of(), "", 0, reason, "", new float[0], new float[0], List.of());
  }

  private Usage usage() {
    long generated =
        results.values().stream().mapToLong(completion -> completion.tokens().size()).sum();
    long samples =
        results.values().stream().filter(completion -> completion.tokens().size() > 0).count();
    Optional<byte[]> recorded = run.find(usageKey);
    if (recorded.isPresent()) {
      Usage once = SampleCodec.decodeUsage(recorded.get());
      return new Usage(once.promptTokens(), once.cachedPromptTokens(), generated, 0, samples);
    }
    if (computed.equals(Usage.NONE)) {
      return new Usage(model.promptTokens(request), 0, generated, 0, samples);
    }
    var usage =
        new Usage(computed.promptTokens(), computed.cachedPromptTokens(), generated, 0, samples);
    if (results.values().stream().allMatch(completion -> completion.finish().finished())) {
      run.record(usageKey, RunLog.Kind.USAGE, SampleCodec.encode(usage));
    }
    return usage;
  }

  private double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }
}
