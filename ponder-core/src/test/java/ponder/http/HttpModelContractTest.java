package ponder.http;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import ponder.model.LanguageModel;
import ponder.model.Tokens;
import ponder.testkit.ByteTokenizer;
import ponder.testkit.LanguageModelContract;
import ponder.testkit.ScriptedModel;
import ponder.testkit.ScriptedServer;

/// The contract against what a vLLM server answers. Skipped is what HTTP cannot promise: draws by
/// seed (the script draws nothing), masks and stops of several tokens (no field for them), scores
/// from a cache (vLLM computes scored prompts anew).
class HttpModelContractTest extends LanguageModelContract {
  static final String REPLY =
      "The five boxing wizards jump quickly; SPHINX OF BLACK QUARTZ JUDGE MY VOW. Déjà vu, 日本語 😀!";
  private static final int CONTEXT = 4096;
  private static ScriptedServer server;
  private static LanguageModel shared;

  @BeforeAll
  static void start() {
    server = start(ScriptedServer.Kind.VLLM);
    shared = Servers.open(server);
  }

  static ScriptedServer start(ScriptedServer.Kind kind) {
    ScriptedModel model =
        new ScriptedModel((prompt, sample) -> REPLY, HttpModelContractTest::score, CONTEXT);
    return ScriptedServer.start(kind, model);
  }

  /// As the scripted model generates: half of the probability for what the reply goes on with.
  private static double score(Tokens context, int token) {
    Tokens reply = new ByteTokenizer().encode(REPLY, true);
    int said = Math.min(context.size(), reply.size() - 1);
    while (!context.slice(context.size() - said, context.size()).equals(reply.slice(0, said))) {
      said--;
    }
    return Math.log(reply.get(said) == token ? 0.5 : 0.5 / (ByteTokenizer.SIZE - 1));
  }

  @AfterAll
  static void stop() {
    shared.close();
    server.close();
  }

  @Override
  protected LanguageModel model() {
    return shared;
  }

  /// The server remembers prompts for as long as it lives, so a cold model needs one of its own.
  @Override
  protected LanguageModel open() {
    return new Owning(start(ScriptedServer.Kind.VLLM));
  }

  @Override
  protected boolean can(Trait trait) {
    return switch (trait) {
      case SAMPLES, MASKS, TOKEN_STOPS, PREFIX_CACHE -> false;
      case EXACT_USAGE -> true;
    };
  }

  @Override
  protected int callers() {
    return 300;
  }

  @Override
  protected int longRun() {
    return 3000;
  }
}
