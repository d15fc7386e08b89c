package ponder.http;

import java.util.Optional;
import ponder.model.Call;
import ponder.model.Completions;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo;
import ponder.model.Request;
import ponder.testkit.ScriptedServer;

/// A model that closes its server with itself.
final class Owning implements LanguageModel {
  private final ScriptedServer server;
  private final LanguageModel model;

  Owning(ScriptedServer server) {
    this.server = server;
    this.model = Servers.open(server);
  }

  @Override
  public ModelInfo info() {
    return model.info();
  }

  @Override
  public Completions complete(Request request, Call call) {
    return model.complete(request, call);
  }

  @Override
  public <T> Optional<T> ability(Class<T> ability) {
    return model.ability(ability);
  }

  @Override
  public void close() {
    model.close();
    server.close();
  }
}
