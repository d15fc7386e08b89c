package ponder.torch;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Where written weights come from: the program, and the files that went in.
///
/// In a folder it is the file `provenance.json`, `{"tool", "model": {"name", "sha256"}, "adapters":
/// [{"name", "sha256", "scale"}]}`; in a GGUF file the same are texts whose names begin with
/// `ponder.`. It names no paths and no time, so equal inputs give equal files.
///
/// @param tool program and version, such as `ponder 0.1.0`
/// @param model what the weights were read from
/// @param adapters those that went into it, or the one that was converted
record Provenance(String tool, Part model, List<Part> adapters) {
  static final String FILE = "provenance.json";

  /// A file or folder that went in.
  ///
  /// @param sha256 lower-case hex
  /// @param scale how strongly an adapter was merged; 1 for everything else
  record Part(String name, String sha256, double scale) {}

  Provenance {
    adapters = List.copyOf(adapters);
  }

  ObjectNode json() {
    ObjectNode root = new JsonMapper().createObjectNode();
    root.put("tool", tool);
    put(root.putObject("model"), model);
    ArrayNode list = root.putArray("adapters");
    adapters.forEach(adapter -> put(list.addObject(), adapter).put("scale", adapter.scale));
    return root;
  }

  private static ObjectNode put(ObjectNode node, Part part) {
    return node.put("name", part.name).put("sha256", part.sha256);
  }

  /// The same as flat texts.
  Map<String, String> texts() {
    Map<String, String> texts = new TreeMap<>();
    texts.put("ponder.tool", tool);
    texts.put("ponder.model.name", model.name);
    texts.put("ponder.model.sha256", model.sha256);
    for (int i = 0; i < adapters.size(); i++) {
      texts.put("ponder.adapter.%d.name".formatted(i), adapters.get(i).name);
      texts.put("ponder.adapter.%d.sha256".formatted(i), adapters.get(i).sha256);
    }
    return texts;
  }
}
