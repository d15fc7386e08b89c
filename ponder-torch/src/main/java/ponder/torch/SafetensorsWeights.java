package ponder.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import ponder.model.EngineException;
import ponder.safetensors.Safetensors;

/// The weights of a folder: all its safetensors files together, one or many shards.
final class SafetensorsWeights implements WeightSource {
  private static final String ADAPTER = LoraFolder.WEIGHTS;

  private final Path folder;
  private final Map<String, Safetensors> byName = new LinkedHashMap<>();
  private final Map<String, List<Long>> shapes = new HashMap<>();

  /// @throws EngineException if there is no such file, or two hold the same tensor
  SafetensorsWeights(Path folder, TransformerConfig config) {
    this.folder = folder;
    for (Path path : files(folder)) {
      Safetensors file = Safetensors.open(path);
      file.tensors()
          .forEach(
              (name, tensor) -> {
                if (byName.put(name, file) != null) {
                  throw new EngineException(
                      "The tensor '%s' is in two files of %s.".formatted(name, folder));
                }
                shapes.put(name, tensor.shape());
              });
    }
    // A copy of the embedding, and tables that older versions stored.
    shapes.keySet().removeIf(name -> name.endsWith(".rotary_emb.inv_freq"));
    if (config.tiedEmbeddings()) {
      shapes.remove("lm_head.weight");
    }
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> files =
          all.filter(path -> path.toString().endsWith(".safetensors"))
              .filter(path -> !path.endsWith(ADAPTER))
              .sorted()
              .toList();
      if (files.isEmpty()) {
        throw new EngineException("The folder %s has no .safetensors file.".formatted(folder));
      }
      return files;
    } catch (IOException e) {
      throw new EngineException("The folder %s cannot be read: %s".formatted(folder, e), e);
    }
  }

  @Override
  public Map<String, List<Long>> tensors() {
    return shapes;
  }

  @Override
  public void rows(String name, long first, int count, float[] into) {
    Safetensors file = byName.get(name);
    if (file == null) {
      throw new EngineException("The folder %s has no tensor '%s'.".formatted(folder, name));
    }
    List<Long> shape = shapes.getOrDefault(name, List.of());
    long columns = shape.size() < 2 ? 1 : shape.get(1);
    file.floats(name, first * columns, (int) (count * columns), into);
  }

  @Override
  public String name() {
    return folder.toString();
  }
}
