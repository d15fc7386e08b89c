package ponder.torch;

import java.nio.file.Path;
import ponder.model.EngineException;

/// Loads libtorch from the folder named and says how that went: a process of its own, since
/// libraries are loaded once.
final class LoadChild {
  private LoadChild() {}

  public static void main(String[] arguments) {
    try {
      TorchNatives.load(Path.of(arguments[0]));
      System.out.println("loaded " + TorchNatives.blas());
    } catch (EngineException e) {
      System.out.println("refused " + e.getMessage());
    }
  }
}
