package ponder.torch;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ponder.gguf.Dequantizer;
import ponder.gguf.Gguf;
import ponder.gguf.GgufCheck;
import ponder.gguf.GgufFile;
import ponder.gguf.TensorInfo;

/// GGUF adapters, as llama.cpp loads them.
///
/// As in the models' files, the rows of what goes to queries and keys of the Llama family are
/// stored so that pairs are neighbours ([HeadOrder]).
final class LoraGguf {
  private static final Pattern NAME =
      Pattern.compile("blk\\.(\\d{1,6})\\.(\\w+)\\.weight\\.lora_([ab])");

  private LoraGguf() {}

  /// @throws ponder.model.EngineException if the file is no adapter for the model
  static LoraFiles.Found read(Path path, TransformerConfig config) {
    try (Gguf file = Gguf.open(path)) {
      GgufCheck.adapter(file);
      String family = config.family().type();
      if (!file.architecture().equals(family)) {
        throw file.bad(
            "it is for the architecture '%s', the model is '%s'."
                .formatted(file.architecture(), family));
      }
      double alpha = file.real("adapter.lora.alpha").orElse(0);
      LoraFiles.Found found = new LoraFiles.Found((place, rank) -> alpha == 0 ? 1 : alpha / rank);
      file.tensors().forEach(tensor -> add(file, tensor, config, found));
      return found;
    }
  }

  /// Writes an adapter as a file that llama.cpp loads for a model of this family.
  ///
  /// Such files have one alpha for all; where factors differ in it, their scales are multiplied
  /// into B.
  ///
  /// @param remarks texts that go in with it, by name
  static void write(Lora lora, TransformerConfig config, Map<String, String> remarks, Path path) {
    double[] alphas =
        lora.factors().values().stream().mapToDouble(Lora.Factor::alpha).distinct().toArray();
    boolean one = alphas.length == 1;
    GgufFile file =
        new GgufFile()
            .text("general.architecture", config.family().type())
            .text("general.type", "adapter")
            .text("adapter.type", "lora")
            .real("adapter.lora.alpha", one ? (float) alphas[0] : 0);
    remarks.forEach(file::text);
    lora.factors()
        .forEach(
            (place, factor) -> {
              Projection projection = place.projection();
              int rank = factor.rank();
              float[] up = Tensors.toFloats(factor.up());
              for (int i = 0; i < up.length && !one; i++) {
                up[i] *= (float) factor.scale();
              }
              if (HeadOrder.turns(config, projection)) {
                up = HeadOrder.toGguf(up, rank, config.headWidth());
              }
              String name = "blk.%d.%s.weight".formatted(place.layer(), projection.ggufName());
              file.matrix(
                  name + ".lora_a", Tensors.toFloats(factor.down()), rank, projection.in(config));
              file.matrix(name + ".lora_b", up, projection.out(config), rank);
            });
    file.write(path);
  }

  private static void add(
      Gguf file, TensorInfo tensor, TransformerConfig config, LoraFiles.Found found) {
    Matcher matcher = NAME.matcher(tensor.name());
    Optional<Projection> projection =
        matcher.matches() ? Projection.ofGgufName(matcher.group(2)) : Optional.empty();
    if (projection.isEmpty()) {
      found.problem("the tensor '%s' is not known".formatted(tensor.name()));
      return;
    }
    int columns = (int) tensor.dimension(0);
    int rows = (int) tensor.dimension(1);
    float[] values = new float[rows * columns];
    Dequantizer.read(file, tensor, 0, values.length, values, 0);
    boolean down = matcher.group(3).equals("a");
    if (!down && HeadOrder.turns(config, projection.get()) && rows % config.headWidth() == 0) {
      values = HeadOrder.fromGguf(values, columns, config.headWidth());
    }
    Lora.Place place = new Lora.Place(Integer.parseInt(matcher.group(1)), projection.get());
    found.add(place, down, new LoraFiles.Half(values, rows, columns));
  }
}
