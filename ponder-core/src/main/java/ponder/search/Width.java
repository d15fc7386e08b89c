package ponder.search;

import java.util.List;

/// How many samples a method asks for side by side, at most: told from its settings alone.
///
/// Independent samples come in waves; the searches by levels sample a whole level at once; those by
/// paths (Monte-Carlo tree search, rStar, depth first) one node's children. Of a composed method's
/// parts, which work one after another, the widest counts. A method that decides on its own how to
/// solve each problem counts as one sample.
public final class Width {
  private static final int MOST = 100_000;

  private Width() {}

  /// @param settings a method's, checked
  /// @return at least 1
  public static int of(Settings settings) {
    List<String> parts =
        settings.values().keySet().stream()
            .filter(name -> name.contains("."))
            .map(name -> name.substring(0, name.indexOf('.')))
            .distinct()
            .toList();
    return parts.isEmpty()
        ? ofOne(settings)
        : parts.stream().mapToInt(part -> ofOne(settings.part(part))).max().orElse(1);
  }

  private static int ofOne(Settings settings) {
    if (settings.has("answers")) {
      return Math.max(number(settings, "answers"), number(settings, "thoughts"));
    }
    boolean deep = settings.has("walk") && settings.text("walk").equals("dfs");
    if (deep || settings.method().equals("mcts")) {
      return number(settings, "beam-width");
    }
    int samples = settings.has("n") ? number(settings, "n") : MOST;
    if (settings.has("wave")) {
      return Math.min(samples, wave(settings));
    }
    return settings.has("n") ? samples : 1;
  }

  private static int wave(Settings settings) {
    if (!settings.text("wave").equals("auto")) {
      return number(settings, "wave");
    }
    return settings.text("stop").equals("adaptive") ? Adaptive.WAVE : Draws.DEFAULT_WAVE;
  }

  private static int number(Settings settings, String name) {
    return settings.integer(name, 1, MOST);
  }
}
