package ponder.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo.Determinism;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Stop;
import ponder.model.Tokenizer;
import ponder.model.Tokenizing;
import ponder.model.Tokens;

/// What an engine tells its contract about itself, and the tools that the contract's tests share.
abstract class ContractSupport {
  /// What not every engine can do; tests that need a trait are skipped without it.
  public enum Trait {
    /// Draws from a distribution, by seed.
    SAMPLES,
    /// Keeps banned, allowed and too early end-of-text tokens from being drawn.
    MASKS,
    /// Stops at token sequences.
    TOKEN_STOPS,
    /// Reuses prefixes and says how much.
    PREFIX_CACHE,
    /// Counts tokens exactly.
    EXACT_USAGE
  }

  private static final Stop NEVER = new Stop(List.of(), List.of(), false, true);
  private static final AtomicInteger SALT = new AtomicInteger();

  /// The model under test, shared by all tests and left open.
  protected abstract LanguageModel model();

  /// Another instance of the same model with a cold cache; the test closes it.
  protected abstract LanguageModel open();

  /// Another instance whose results depend on nothing but the request; empty if there is none.
  protected Optional<LanguageModel> openDeterministic() {
    return Optional.empty();
  }

  /// An adapter file for this model; empty if there is none.
  protected Optional<Path> adapter() {
    return Optional.empty();
  }

  protected boolean can(Trait trait) {
    return true;
  }

  /// How many threads call at once.
  protected int callers() {
    return 1000;
  }

  /// So many tokens take the engine much longer than 20 milliseconds, in 64 samples.
  protected int longRun() {
    return 100_000;
  }

  /// The text that prompts begin with.
  protected String opening() {
    return "The quick brown fox jumps over the lazy dog, and then it";
  }

  final void need(Trait trait) {
    assumeTrue(can(trait), model().info().engine() + " lacks " + trait + ".");
  }

  final <T> T need(Class<T> ability) {
    Optional<T> found = model().ability(ability);
    assumeTrue(
        found.isPresent(), model().info().engine() + " lacks " + ability.getSimpleName() + ".");
    return found.orElseThrow();
  }

  final Tokenizer tokenizer() {
    return need(Tokenizing.class).tokenizer();
  }

  /// A text that no other test asks for.
  final String freshText() {
    return SALT.incrementAndGet() + ". " + opening();
  }

  /// A greedy request, with a prompt of its own, that only its length ends.
  final Request fresh(int maxTokens) {
    return Request.of(Prompt.text(freshText())).withMaxTokens(maxTokens).withStop(NEVER);
  }

  final Tokens tokens(Request request) {
    return need(Tokenizing.class).tokens(request.prompt());
  }

  /// Ids of tokens that are nothing but ASCII letters, at most `count`.
  final List<Integer> letters(int count) {
    Tokenizer tokenizer = tokenizer();
    List<Integer> ids = new ArrayList<>();
    for (int id = 0; id < tokenizer.vocabularySize() && ids.size() < count; id++) {
      if (!tokenizer.isSpecial(id) && isWord(tokenizer.bytes(id))) {
        ids.add(id);
      }
    }
    assertThat(ids).isNotEmpty();
    return ids;
  }

  private static boolean isWord(byte[] bytes) {
    for (byte b : bytes) {
      if (!((b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z'))) {
        return false;
      }
    }
    return bytes.length > 0;
  }

  /// The id of the token that is this one byte.
  final int byteToken(int value) {
    Tokenizer tokenizer = tokenizer();
    for (int id = 0; id < tokenizer.vocabularySize(); id++) {
      byte[] bytes = tokenizer.bytes(id);
      if (!tokenizer.isSpecial(id) && bytes.length == 1 && bytes[0] == (byte) value) {
        return id;
      }
    }
    assumeTrue(false, "The vocabulary has no token for the byte " + value + ".");
    return -1;
  }

  final String decode(Tokens tokens) {
    return tokenizer().decode(tokens, false);
  }

  /// The numeric path may differ between runs: half of the differences are below 0.06, all below
  /// 0.6.
  static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double[] differences = new double[actual.length];
    for (int k = 0; k < actual.length; k++) {
      differences[k] = Math.abs(actual[k] - expected[k]);
    }
    Arrays.sort(differences);
    assertThat(differences[differences.length / 2]).isLessThan(0.06);
    assertThat(differences[differences.length - 1]).isLessThan(0.6);
  }

  /// Exactly equal where the engine promises it, else for most of their length.
  final void assertAgree(List<Completion> actual, List<Completion> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    if (model().info().determinism() == Determinism.INVARIANT) {
      for (int k = 0; k < actual.size(); k++) {
        assertSame(actual.get(k), expected.get(k));
      }
      return;
    }
    int agreed = 0;
    int all = 0;
    for (int k = 0; k < actual.size(); k++) {
      Tokens a = actual.get(k).tokens();
      Tokens b = expected.get(k).tokens();
      int common = 0;
      while (common < Math.min(a.size(), b.size()) && a.get(common) == b.get(common)) {
        common++;
      }
      agreed += common;
      all += Math.max(a.size(), b.size());
    }
    assertThat((double) agreed / all).as("share of equal tokens").isGreaterThan(0.6);
  }

  /// Equal to the last bit.
  static void assertSame(Completion actual, Completion expected) {
    assertThat(actual.sample()).isEqualTo(expected.sample());
    assertThat(actual.tokens()).isEqualTo(expected.tokens());
    assertThat(actual.text()).isEqualTo(expected.text());
    assertThat(actual.finish()).isEqualTo(expected.finish());
    assertThat(actual.logprobs()).isEqualTo(expected.logprobs());
    assertThat(actual.sampledLogprobs()).isEqualTo(expected.sampledLogprobs());
    assertThat(actual.topLogprobs()).isEqualTo(expected.topLogprobs());
    assertThat(actual.certainty()).isEqualTo(expected.certainty());
  }

  static List<Tokens> tokensOf(Completions completions) {
    return completions.completions().stream().map(Completion::tokens).toList();
  }
}
