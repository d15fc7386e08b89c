package ponder.torch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;

/// What Python's transformers computed of a model, written by `runs/peer_transformers.py`.
///
/// @param selected token ids whose logits were noted
/// @param last their logits at the prompt's last position
/// @param fourth their logits at its fourth position
/// @param greedy what follows greedily
record Golden(int[] prompt, int[] selected, float[] last, float[] fourth, int[] greedy) {
  static Golden read(String name) {
    try (InputStream in = Golden.class.getResourceAsStream(name + ".json")) {
      return new JsonMapper().readValue(Objects.requireNonNull(in, name), Golden.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
