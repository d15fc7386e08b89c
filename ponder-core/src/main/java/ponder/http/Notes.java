package ponder.http;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/// What was learned about a server while talking to it. Thread-safe; every warning is given once.
final class Notes {
  private static final System.Logger LOG = System.getLogger("ponder.http");

  /// Fields that we add by ourselves and can go without.
  enum Extra {
    LOGPROBS("logprobs", "log-probabilities are unknown (NaN)"),
    SEED("seed", "samples cannot be repeated"),
    STREAM_OPTIONS("stream_options", "usage is counted here"),
    /// Newer models of OpenAI's want `max_completion_tokens` instead.
    MAX_TOKENS("max_tokens", ""),
    ADD_SPECIAL_TOKENS("add_special_tokens", "the server may add a begin-of-text token"),
    /// Several samples in one call.
    N("n", "each sample is a call of its own");

    final String field;
    final String consequence;

    Extra(String field, String consequence) {
      this.field = field;
      this.consequence = consequence;
    }
  }

  private final Endpoint endpoint;
  private final Set<Extra> refused = EnumSet.noneOf(Extra.class);
  private final List<String> warnings = new CopyOnWriteArrayList<>();

  Notes(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  synchronized boolean refuses(Extra extra) {
    return refused.contains(extra);
  }

  /// Goes without `extra` from now on.
  ///
  /// @param why a clause such as `refuses it`
  void drop(Extra extra, String why) {
    synchronized (this) {
      if (!refused.add(extra)) {
        return;
      }
    }
    if (!extra.consequence.isEmpty()) {
      warn("%s %s '%s': %s.".formatted(endpoint, why, extra.field, extra.consequence));
    }
  }

  /// Warns, unless it was said before.
  synchronized void warn(String warning) {
    if (!warnings.contains(warning)) {
      warnings.add(warning);
      LOG.log(System.Logger.Level.WARNING, warning);
    }
  }

  /// The warnings so far.
  List<String> warnings() {
    return List.copyOf(warnings);
  }
}
