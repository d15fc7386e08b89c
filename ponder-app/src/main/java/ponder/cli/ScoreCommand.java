package ponder.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import ponder.model.Call;
import ponder.model.EngineException;
import ponder.model.LanguageModel;
import ponder.model.Scoring;
import ponder.model.Tokenizer;
import ponder.model.Tokenizing;
import ponder.model.Tokens;

/// `ponder score`: how probable the model finds a given text.
///
/// Both texts are tokenised as they stand and apart from each other, so the continuation's tokens
/// do not depend on the prompt.
@Command(
    name = "score",
    sortOptions = false,
    description =
        "Gives the log-probability of each token of a text after a prompt. Both are taken exactly"
            + " as they stand (no chat template) and tokenised apart.")
final class ScoreCommand implements Callable<Integer> {
  private final Shell shell;

  @Option(
      names = "--prompt-file",
      paramLabel = "FILE",
      required = true,
      description = "The text in front.")
  @Nullable Path promptFile;

  @Option(
      names = "--continuation-file",
      paramLabel = "FILE",
      required = true,
      description = "The text whose log-probabilities are wanted.")
  @Nullable Path continuationFile;

  @Option(names = "--raw", description = "Always so here; accepted because generate has it.")
  boolean raw;

  @Mixin final ModelOptions model = new ModelOptions();

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  boolean json;

  ScoreCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    model.refuseOtherSettings();
    String prompt = notEmpty("--prompt-file", promptFile);
    String continuation = notEmpty("--continuation-file", continuationFile);
    try (LanguageModel opened = model.open(shell)) {
      Tokenizer tokenizer = ability(opened, Tokenizing.class).tokenizer();
      Tokens tokens = tokenizer.encode(continuation, true);
      Call call = Call.plain().withCancellation(shell.cancellation());
      Scoring.Score score =
          ability(opened, Scoring.class).score(tokenizer.encode(prompt, true), tokens, null, call);
      print(tokens, score, tokenizer);
    }
    return Ponder.DONE;
  }

  private static String notEmpty(String option, @Nullable Path file) {
    String text = Texts.file(java.util.Objects.requireNonNull(file));
    if (text.isEmpty()) {
      throw new IllegalArgumentException(
          "%s (%s, 0 characters) must not be empty.".formatted(option, file));
    }
    return text;
  }

  private static <T> T ability(LanguageModel model, Class<T> ability) {
    return model
        .ability(ability)
        .orElseThrow(
            () ->
                new EngineException(
                    "The engine '%s' cannot score text. Maybe use --engine llama."
                        .formatted(model.info().engine())));
  }

  private void print(Tokens tokens, Scoring.Score score, Tokenizer tokenizer) {
    if (json) {
      Json.print(new Result(tokens.toArray(), score.logprobs(), score.sum()), shell);
      return;
    }
    for (int i = 0; i < tokens.size(); i++) {
      String text = tokenizer.decode(tokens.slice(i, i + 1), true);
      shell.out().printf("%10.4f  %6d  %s%n", score.logprobs()[i], tokens.get(i), visible(text));
    }
    shell.out().printf("%10.4f  sum of %d tokens%n", score.sum(), tokens.size());
  }

  /// Line breaks and the like written out, so that a token stays on its line.
  private static String visible(String text) {
    return text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
  }

  /// The command's JSON.
  ///
  /// @param logprobs raw log-probabilities, one a token
  @SuppressWarnings("ArrayRecordComponent") // written out at once, never compared
  record Result(int[] tokens, float[] logprobs, double sum) {}
}
