package ponder.http;

import java.util.ArrayList;
import java.util.List;
import ponder.model.ContextOverflowException;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Stop;
import ponder.model.Tokens;

/// Checks that a server can do what a request asks for, before anything is sent.
///
/// A server would ignore what it does not know, and the samples would be others than was asked for.
/// So what it lacks is refused, all of it at once.
final class Wanted {
  private static final double LARGEST_BIAS = 100;

  private final Server server;
  private final Dialect dialect;
  private final List<String> lacks = new ArrayList<>();

  private Wanted(Server server) {
    this.server = server;
    this.dialect = server.dialect();
  }

  /// @throws IllegalArgumentException naming everything that the server lacks
  /// @throws ContextOverflowException if the prompt is given as ids and too long
  static void check(Request request, Server server) {
    Wanted wanted = new Wanted(server);
    wanted.prompt(request.prompt());
    wanted.sampling(request.sampling());
    wanted.stop(request.stop());
    wanted.rest(request);
    if (!wanted.lacks.isEmpty()) {
      throw new IllegalArgumentException(
          "The server (%s) cannot be asked for %s. Maybe use --engine llama."
              .formatted(server.build(), String.join(", ", wanted.lacks)));
    }
  }

  private void lack(boolean wanted, boolean able, String what) {
    if (wanted && !able) {
      lacks.add(what);
    }
  }

  private void prompt(Prompt prompt) {
    switch (prompt) {
      case Prompt.Ids ids -> ids(ids.tokens());
      case Prompt.Text text -> {
        if (text.text().isEmpty()) {
          throw new IllegalArgumentException("prompt (0 characters) must not be empty.");
        }
      }
      case Prompt.Chat chat ->
          lack(!chat.prefill().isEmpty(), dialect.prefills(), "an answer that is begun (prefill)");
    }
  }

  private void ids(Tokens tokens) {
    lack(true, dialect.takesIds(), "a prompt of token ids");
    checkIds(tokens, server);
    if (tokens.size() >= server.contextLength()) {
      throw new ContextOverflowException(tokens.size(), server.contextLength());
    }
  }

  /// @throws IllegalArgumentException if there are none, or one is unknown or out of range
  static void checkIds(Tokens tokens, Server server) {
    if (tokens.isEmpty()) {
      throw new IllegalArgumentException("prompt (0 tokens) must hold at least one.");
    }
    int size = server.vocabularySize() == 0 ? Integer.MAX_VALUE : server.vocabularySize();
    for (int i = 0; i < tokens.size(); i++) {
      int id = tokens.get(i);
      if (id == Tokens.UNKNOWN) {
        throw new IllegalArgumentException(
            "prompt holds a token (number %d) whose id the server did not show. Maybe continue its text instead."
                .formatted(i));
      }
      if (id < 0 || id >= size) {
        throw new IllegalArgumentException(
            "prompt: token %d must be at least 0 and below the vocabulary's size (%d)."
                .formatted(id, size));
      }
    }
  }

  private void sampling(Sampling sampling) {
    boolean filters = dialect.filters();
    lack(sampling.topK() != 0, filters, "topK (%d)".formatted(sampling.topK()));
    lack(sampling.minP() != 0, filters, "minP (%s)".formatted(sampling.minP()));
    double repetition = sampling.repetitionPenalty();
    lack(repetition != 1, filters, "repetitionPenalty (%s)".formatted(repetition));
    boolean llama = dialect == Dialect.LLAMA_CPP;
    lack(sampling.typicalP() != 1, llama, "typicalP (%s)".formatted(sampling.typicalP()));
    int window = sampling.penaltyWindow();
    lack(window != 0, llama, "penaltyWindow (%d)".formatted(window));
    boolean last = sampling.order() == Sampling.Order.LLAMA_CPP;
    lack(last, llama || dialect == Dialect.LLAMA_CPP_PYTHON, "the filters' order LLAMA_CPP");
    lack(!sampling.bias().isEmpty(), dialect != Dialect.OLLAMA, "bias");
    sampling
        .bias()
        .forEach(
            (id, bias) ->
                lack(
                    Math.abs(bias) > LARGEST_BIAS,
                    llama && Double.isFinite(bias),
                    "a bias of %s for token %d (more than 100)".formatted(bias, id)));
  }

  private void stop(Stop stop) {
    boolean single = stop.sequences().stream().allMatch(sequence -> sequence.size() == 1);
    lack(
        !stop.sequences().isEmpty(),
        dialect.stopTokens() && single,
        dialect.stopTokens() ? "stop sequences of several tokens" : "stop token sequences");
    boolean includes =
        stop.includeStop() && !(stop.strings().isEmpty() && stop.sequences().isEmpty());
    lack(includes, dialect.keepsStop(), "text that keeps its stop (includeStop)");
    lack(stop.ignoreEos(), dialect.ignoresEos(), "going on after end-of-text (ignoreEos)");
    boolean few = stop.strings().size() <= 4 || dialect != Dialect.OPENAI;
    lack(true, few, "%d stop strings (more than 4)".formatted(stop.strings().size()));
  }

  private void rest(Request request) {
    int least = request.minTokens();
    lack(least > 0, dialect.minTokens(), "minTokens (%d)".formatted(least));
    lack(!request.banned().isEmpty(), false, "banned tokens");
    lack(!request.allowed().isEmpty(), false, "allowed tokens");
    lack(request.certainty(), false, "certainty");
    lack(request.adapter() != null, false, "an adapter");
    int most = dialect.topLogprobs(request.prompt() instanceof Prompt.Chat);
    int top = request.topLogprobs();
    lack(top > most, false, "topLogprobs (%d, at most %d)".formatted(top, most));
  }
}
