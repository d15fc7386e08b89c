package ponder.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import ponder.engine.LocalModel;
import ponder.model.Call;
import ponder.model.EngineException;
import ponder.model.EngineOptions;
import ponder.model.Tokens;
import ponder.store.Durable;

/// Opens mutated folders of models and adapters one after another and scores a text with each that
/// loads: the program of a process that may die of one.
///
/// Arguments: the good model's folder, the good adapter's, a folder for mutants, first seed, seeds.
/// Writes `seed`, then a tab, what became of it, and the most memory so far in MB, so that a line
/// without an end names the folder that ended the process.
final class HostileChild {
  private static final Tokens TEXT = Tokens.of(TinyModels.text(12));

  private HostileChild() {}

  public static void main(String[] arguments) throws IOException {
    Path model = Path.of(arguments[0]);
    Path adapter = Path.of(arguments[1]);
    Path mutant = Path.of(arguments[2]);
    long first = Long.parseLong(arguments[3]);
    long count = Long.parseLong(arguments[4]);
    try (LocalModel good = open(model)) {
      for (long seed = first; seed < first + count; seed++) {
        System.out.print(seed);
        System.out.flush();
        Durable.delete(mutant);
        boolean isAdapter = seed % 4 == 3;
        new FolderMutator(seed).write(isAdapter ? adapter : model, mutant);
        String result = isAdapter ? adapted(good, mutant) : opened(mutant);
        System.out.println("\t" + result.replaceAll("\\s+", " ") + "\t" + peakMegabytes());
        System.out.flush();
      }
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

  /// The most memory this process has held so far, 0 where the system does not tell.
  private static long peakMegabytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(0);
  }
}
