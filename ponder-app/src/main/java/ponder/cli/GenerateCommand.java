package ponder.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import ponder.model.Call;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.FinishReason;
import ponder.model.LanguageModel;
import ponder.model.Listener;
import ponder.model.Message;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Stop;
import ponder.model.Usage;

/// `ponder generate`: what the model says by itself, without any method around it.
@Command(
    name = "generate",
    sortOptions = false,
    description = "Continues a prompt: the model by itself, without any method around it.")
final class GenerateCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(
      arity = "0..1",
      paramLabel = "PROMPT",
      description = "What to say to the model; '-' reads standard input.")
  @Nullable String prompt;

  @Option(
      names = "--prompt-file",
      paramLabel = "FILE",
      description = "Read the prompt from this file.")
  @Nullable Path promptFile;

  @Option(
      names = "--raw",
      description =
          "Continue the text exactly as it stands: no chat template, nothing added in front.")
  boolean raw;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "End a sample at this text, which is left out; may be repeated.")
  List<String> stop = List.of();

  @Mixin final SamplingOptions sampling = new SamplingOptions();
  @Mixin final ModelOptions model = new ModelOptions();

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  boolean json;

  GenerateCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    model.refuseOtherSettings();
    Request request =
        sampling.apply(Request.of(prompt())).withStop(new Stop(stop, List.of(), false, false));
    model.sideBySide(request.n());
    try (LanguageModel opened = model.open(shell)) {
      Listener listener = !json && request.n() == 1 ? this::stream : Listener.NONE;
      Call call = Call.plain().withListener(listener).withCancellation(shell.cancellation());
      Completions completions = opened.complete(request, call);
      print(completions);
      return code(completions);
    }
  }

  private Prompt prompt() {
    String text = promptText();
    if (text.isEmpty()) {
      throw new IllegalArgumentException("The prompt (0 characters) must not be empty.");
    }
    return raw ? Prompt.text(text) : Prompt.chat(Message.user(Texts.withoutLastBreak(text)));
  }

  private String promptText() {
    if (prompt != null && promptFile != null) {
      throw new IllegalArgumentException(
          "PROMPT and --prompt-file (%s) must not be given together.".formatted(promptFile));
    }
    if (promptFile != null) {
      return Texts.file(promptFile);
    }
    if (prompt != null) {
      return Texts.argument(prompt, shell);
    }
    throw new IllegalArgumentException(
        "A prompt is missing. Maybe give it as PROMPT, as '-' on standard input, or by --prompt-file.");
  }

  private void stream(int sample, String delta) {
    shell.out().print(delta);
    shell.out().flush();
  }

  private void print(Completions completions) {
    if (json) {
      Json.print(Result.of(completions), shell);
      return;
    }
    List<Completion> samples = completions.completions();
    if (samples.size() == 1) {
      shell.out().println();
    } else {
      for (Completion sample : samples) {
        shell.out().println("--- sample " + sample.sample() + " ---");
        shell.out().println(sample.text());
      }
    }
    Usage usage = completions.usage();
    shell.note(
        "%d prompt tokens (%d cached), %d generated; ended by %s"
            .formatted(
                usage.promptTokens(),
                usage.cachedPromptTokens(),
                usage.generatedTokens(),
                String.join(
                    ", ", samples.stream().map(s -> s.finish().json()).distinct().toList())));
  }

  private int code(Completions completions) {
    List<Completion> failed =
        completions.completions().stream().filter(c -> c.finish() == FinishReason.ERROR).toList();
    for (Completion sample : failed) {
      shell.note("ponder: sample %d failed: %s".formatted(sample.sample(), sample.detail()));
    }
    if (shell.cancellation().isCancelled()) {
      shell.note("ponder: interrupted.");
      return Ponder.INTERRUPTED;
    }
    return failed.size() == completions.completions().size() ? Ponder.FAILED : Ponder.DONE;
  }

  /// The command's JSON.
  record Result(List<Sample> completions, Tokens usage) {
    static Result of(Completions completions) {
      return new Result(
          completions.completions().stream().map(Sample::of).toList(),
          Tokens.of(completions.usage()));
    }
  }

  /// The call's tokens in JSON.
  record Tokens(
      long promptTokens, long cachedPromptTokens, long generatedTokens, long scoredTokens) {
    static Tokens of(Usage usage) {
      return new Tokens(
          usage.promptTokens(),
          usage.cachedPromptTokens(),
          usage.generatedTokens(),
          usage.scoredTokens());
    }
  }

  /// One sample's JSON.
  ///
  /// @param tokens ids; -1 where a server does not show them
  /// @param logprobs raw log-probabilities, one a token; null where a server does not tell
  @SuppressWarnings("ArrayRecordComponent") // written out at once, never compared
  record Sample(String text, int[] tokens, @Nullable Float[] logprobs, String finish) {
    static Sample of(Completion completion) {
      return new Sample(
          completion.text(),
          completion.tokens().toArray(),
          known(completion.logprobs()),
          completion.finish().json());
    }

    private static @Nullable Float[] known(float[] values) {
      @Nullable Float[] known = new @Nullable Float[values.length];
      for (int i = 0; i < known.length; i++) {
        known[i] = Float.isNaN(values[i]) ? null : Float.valueOf(values[i]);
      }
      return known;
    }
  }
}
