package ponder.engine;

import java.util.Arrays;
import ponder.model.Sampling;
import ponder.model.Tokens;

/// Repetition, frequency and presence penalties over the tokens in the window.
///
/// Repetition (Keskar et al. 2019, "CTRL") sees prompt and generated tokens and divides positive
/// logits, multiplies negative ones; frequency and presence (OpenAI's API) see generated tokens
/// only and subtract. Counts lie in an open-addressed table, so that a step costs as many
/// operations as there are different tokens. Not thread-safe.
final class Penalties {
  private static final int EMPTY = -1;

  private final float repetition;
  private final float frequency;
  private final float presence;
  private final int window;
  private final int promptLength;

  private int[] token = new int[16];
  private int[] seen = new int[16];
  private int[] made = new int[16];
  private int used;

  private int[] history;
  private int length;

  static boolean active(Sampling sampling) {
    return sampling.repetitionPenalty() != 1
        || sampling.frequencyPenalty() != 0
        || sampling.presencePenalty() != 0;
  }

  Penalties(Sampling sampling, Tokens prompt) {
    repetition = (float) sampling.repetitionPenalty();
    frequency = (float) sampling.frequencyPenalty();
    presence = (float) sampling.presencePenalty();
    window = sampling.penaltyWindow();
    promptLength = prompt.size();
    Arrays.fill(token, EMPTY);
    history = window == 0 ? new int[0] : prompt.toArray();
    length = promptLength;
    int from = window == 0 ? 0 : Math.max(0, length - window);
    for (int i = from; i < length; i++) {
      int slot = slot(prompt.get(i));
      seen[slot]++;
    }
  }

  /// Takes the next generated token into the window.
  void append(int id) {
    int slot = slot(id);
    seen[slot]++;
    made[slot]++;
    if (window > 0) {
      slide(id);
    }
  }

  private void slide(int id) {
    if (length == history.length) {
      history = Arrays.copyOf(history, Math.max(16, length * 2));
    }
    history[length++] = id;
    int leaving = length - 1 - window;
    if (leaving >= 0) {
      int slot = slot(history[leaving]);
      seen[slot]--;
      made[slot] -= leaving < promptLength ? 0 : 1;
    }
  }

  /// Applies the penalties to `z`.
  void apply(float[] z) {
    for (int slot = 0; slot < token.length; slot++) {
      if (token[slot] == EMPTY || seen[slot] == 0) {
        continue;
      }
      int id = token[slot];
      float value = z[id] > 0 ? z[id] / repetition : z[id] * repetition;
      z[id] = made[slot] > 0 ? value - (frequency * made[slot] + presence) : value;
    }
  }

  private int slot(int id) {
    if (used * 2 >= token.length) {
      grow();
    }
    int slot = place(id);
    if (token[slot] == EMPTY) {
      token[slot] = id;
      used++;
    }
    return slot;
  }

  private int place(int id) {
    int mask = token.length - 1;
    int slot = (id * 0x9E3779B9 >>> 7) & mask;
    while (token[slot] != id && token[slot] != EMPTY) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    int[] tokens = token;
    int[] allSeen = seen;
    int[] allMade = made;
    token = new int[tokens.length * 2];
    seen = new int[token.length];
    made = new int[token.length];
    Arrays.fill(token, EMPTY);
    for (int k = 0; k < tokens.length; k++) {
      if (tokens[k] != EMPTY) {
        int slot = place(tokens[k]);
        token[slot] = tokens[k];
        seen[slot] = allSeen[k];
        made[slot] = allMade[k];
      }
    }
  }
}
