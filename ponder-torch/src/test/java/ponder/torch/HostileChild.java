package ponder.torch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import ponder.engine.LocalModel;
import ponder.model.Call;
import ponder.model.EngineException;
import ponder.model.EngineOptions;
import ponder.model.Tokens;
import ponder.store.Durable;
import ponder.testkit.Mutants;

/// Opens mutated folders of models and adapters one after another and scores a text with each that
/// loads: the program of a process that may die of one.
///
/// Arguments: the first seed, how many, the good model's folder, the good adapter's, a folder for
/// mutants.
final class HostileChild {
  private static final Tokens TEXT = Tokens.of(TinyModels.text(12));

  private HostileChild() {}

  public static void main(String[] arguments) throws IOException {
    Path model = Path.of(arguments[2]);
    Path adapter = Path.of(arguments[3]);
    Path mutant = Path.of(arguments[4]);
    try (LocalModel good = open(model)) {
      Mutants.readAll(
          arguments,
          seed -> {
            Durable.delete(mutant);
            boolean isAdapter = seed % 4 == 3;
            new FolderMutator(seed).write(isAdapter ? adapter : model, mutant);
            return isAdapter ? adapted(good, mutant) : opened(mutant);
          });
    }
  }

  private static LocalModel open(Path folder) {
    return new TorchEngine()
        .open(
            new EngineOptions(
                folder, "mutant", "", null, 0, 1, false, Map.of("cells", "1024", "rows", "64")));
  }

  private static String opened(Path folder) {
    try (LocalModel model = open(folder)) {
      return run(model, null);
    } catch (EngineException | IllegalArgumentException e) {
      return "refused: " + e.getMessage();
    }
  }

  private static String adapted(LocalModel model, Path folder) {
    try {
      var key = model.loadAdapter(folder, 1);
      try {
        return "adapter " + run(model, key);
      } finally {
        model.unloadAdapter(key);
      }
    } catch (EngineException | IllegalArgumentException e) {
      return "adapter refused: " + e.getMessage();
    }
  }

  private static String run(
      LocalModel model, ponder.model.@org.jspecify.annotations.Nullable AdapterKey key) {
    float[] scores = model.score(TEXT.slice(0, 1), TEXT.slice(1, 12), key, Call.plain()).logprobs();
    return "ran: " + scores.length;
  }
}
