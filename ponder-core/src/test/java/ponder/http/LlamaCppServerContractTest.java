package ponder.http;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import ponder.model.LanguageModel;
import ponder.testkit.LanguageModelContract;
import ponder.testkit.ScriptedServer;

/// The contract against what llama.cpp's server answers: a call for each sample, no scores.
class LlamaCppServerContractTest extends LanguageModelContract {
  private static ScriptedServer server;
  private static LanguageModel shared;

  @BeforeAll
  static void start() {
    server = HttpModelContractTest.start(ScriptedServer.Kind.LLAMA_CPP);
    shared = Servers.open(server);
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

  @Override
  protected LanguageModel open() {
    return new Owning(HttpModelContractTest.start(ScriptedServer.Kind.LLAMA_CPP));
  }

  @Override
  protected boolean can(Trait trait) {
    return switch (trait) {
      case SAMPLES, MASKS, TOKEN_STOPS -> false;
      case PREFIX_CACHE, EXACT_USAGE -> true;
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
