package ponder.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import ponder.eval.EvalFolder;
import ponder.model.EngineException;
import ponder.store.Durable;
import ponder.store.FileHash;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The folder that `ponder compare --out` writes.
///
/// `compare.json` names its inputs by the SHA-256 of their plans. A comparison of the same inputs
/// may be written anew, since their results may have grown and the axis may be another; anything
/// else is left alone.
///
/// @param root the folder; naming it neither makes nor reads anything
public record ComparisonFolder(Path root) {
  static final String COMMAND = "compare";

  private static final JsonMapper MAPPER = new JsonMapper();

  /// What the comparison came to.
  public Path file() {
    return root.resolve("compare.json");
  }

  /// Refuses the folder if something else lies in it.
  ///
  /// @param inputs the evaluations' folders
  /// @throws IllegalArgumentException if it is not new, not empty and no comparison of these
  public void require(List<Path> inputs) {
    if (!Files.exists(root)) {
      return;
    }
    if (!Files.exists(file())) {
      if (!Files.isDirectory(root) || !empty()) {
        throw new IllegalArgumentException(
            "--out (%s) is there and holds no comparison. Maybe give a new folder."
                .formatted(root));
      }
      return;
    }
    if (!writtenInputs().equals(hashes(inputs))) {
      throw new IllegalArgumentException(
          "--out (%s) holds a comparison of other evaluations. Maybe give a new folder."
              .formatted(root));
    }
  }

  private boolean empty() {
    try (Stream<Path> entries = Files.list(root)) {
      return entries.findAny().isEmpty();
    } catch (IOException e) {
      throw new EngineException("%s cannot be listed.".formatted(root), e);
    }
  }

  private List<String> writtenInputs() {
    JsonNode node;
    try {
      node = MAPPER.readTree(Files.readString(file()));
    } catch (IOException | JacksonException e) {
      throw new EngineException("%s cannot be read.".formatted(file()), e);
    }
    List<String> hashes = new ArrayList<>();
    node.path("inputs").forEach(input -> hashes.add(input.path("planSha256").asString("")));
    return hashes;
  }

  private static List<String> hashes(List<Path> inputs) {
    return inputs.stream()
        .map(
            input -> {
              Path plan = new EvalFolder(input).planFile();
              try {
                return FileHash.compute(plan);
              } catch (IOException e) {
                throw new EngineException("%s cannot be read.".formatted(plan), e);
              }
            })
        .toList();
  }

  /// Writes `compare.json`; a reader sees the old file or the new one.
  ///
  /// @param version of Ponder
  /// @throws EngineException if it cannot be written
  public void write(Comparison comparison, String version) {
    List<Path> inputs = comparison.runs().stream().map(Comparison.Run::folder).toList();
    ObjectNode node = MAPPER.createObjectNode().put("command", COMMAND).put("version", version);
    List<String> hashes = hashes(inputs);
    var list = node.putArray("inputs");
    for (int i = 0; i < hashes.size(); i++) {
      list.addObject()
          .put("name", comparison.runs().get(i).name())
          .put("planSha256", hashes.get(i));
    }
    node.setAll(ComparisonJson.write(comparison));
    String text = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n";
    try {
      Files.createDirectories(root);
      Durable.write(file(), text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new EngineException("%s cannot be written (%s).".formatted(file(), e.getMessage()), e);
    }
  }
}
