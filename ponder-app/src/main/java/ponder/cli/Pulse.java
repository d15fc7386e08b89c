package ponder.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ponder.core.Event;
import ponder.core.Limits;
import ponder.core.Spend;
import ponder.core.TraceSink;

/// What a line of progress tells of a search under way: how large its tree is, the best answer so
/// far, what it has spent and how long it will take yet. Thread-safe; O(1) an event.
///
/// The best answer is that of the highest score; as long as none was judged, the one that most
/// nodes hold as it is written. It may be another than the method's own decision in the end.
final class Pulse implements TraceSink {
  /// Below this part of the whole, a guess at the rest would be no better than none.
  private static final double FIRST_GUESS = 0.02;

  private final List<Integer> depths = new ArrayList<>();
  private final Map<Integer, String> answers = new HashMap<>();
  private final Map<String, Integer> votes = new LinkedHashMap<>();
  private int deepest;
  private @Nullable String best;
  private double bestScore = -1;
  private Event.@Nullable Progress progress;

  @Override
  public synchronized void accept(Event event) {
    switch (event) {
      case Event.Opened opened -> open(opened);
      case Event.Closed closed -> close(closed);
      case Event.Scored scored -> score(scored);
      case Event.Progress now -> progress = now;
      case Event.Started it -> {}
      case Event.Text it -> {}
      case Event.Visited it -> {}
      case Event.Pruned it -> {}
      case Event.Warned it -> {}
      case Event.Finished it -> {}
    }
  }

  private void open(Event.Opened opened) {
    int depth = opened.parent() < 0 ? 0 : depths.get(opened.parent()) + 1;
    depths.add(depth);
    deepest = Math.max(deepest, depth);
  }

  private void close(Event.Closed closed) {
    if (closed.answer() == null) {
      return;
    }
    answers.put(closed.node(), closed.answer());
    int count = votes.merge(closed.answer(), 1, Integer::sum);
    if (bestScore < 0 && (best == null || count > votes.getOrDefault(best, 0))) {
      best = closed.answer();
    }
  }

  private void score(Event.Scored scored) {
    String answer = answers.get(scored.node());
    if (answer != null && scored.score() > bestScore) {
      best = answer;
      bestScore = scored.score();
    }
  }

  /// `34 nodes, depth 4, best 42 (0.81)`, or of plain samples `best 42 (3 alike)`; empty before
  /// there is anything to tell.
  synchronized String tree() {
    StringBuilder text = new StringBuilder();
    if (deepest > 1) {
      text.append(depths.size() - 1).append(" nodes, depth ").append(deepest);
    }
    if (best != null) {
      text.append(text.isEmpty() ? "best " : ", best ").append(Ink.cut(Ink.line(best), 24));
      text.append(
          bestScore >= 0
              ? String.format(Locale.ROOT, " (%.2f)", bestScore)
              : " (%d alike)".formatted(votes.getOrDefault(best, 0)));
    }
    return text.toString();
  }

  /// The whole line; empty before there is anything to tell.
  synchronized String line() {
    Event.Progress now = progress;
    if (now == null) {
      return "";
    }
    Spend spend = now.spend();
    List<String> parts = new ArrayList<>();
    if (deepest <= 1) {
      parts.add("%d of %d samples".formatted(now.samples(), now.wanted()));
    }
    if (!tree().isEmpty()) {
      parts.add(tree());
    }
    parts.add("%d tokens".formatted(spend.generatedTokens()));
    parts.add(EvalView.time(spend.seconds()));
    double left = secondsLeft(now, deepest <= 1);
    if (!Double.isNaN(left)) {
      parts.add("about %s left".formatted(EvalView.time(left)));
    }
    return String.join(", ", parts);
  }

  /// From the part of the work that is done: of the samples, or of whatever limit is nearest.
  ///
  /// @param counted whether the samples that are wanted are all there will be
  private static double secondsLeft(Event.Progress now, boolean counted) {
    Limits left = now.left();
    Spend spend = now.spend();
    double part = counted && now.wanted() > 0 ? (double) now.samples() / now.wanted() : 0;
    if (left.tokens() != Limits.UNLIMITED) {
      part = Math.max(part, part(spend.generatedTokens(), left.tokens()));
    }
    if (left.calls() != Limits.UNLIMITED) {
      part = Math.max(part, part(spend.calls(), left.calls()));
    }
    if (Double.isFinite(left.flops())) {
      part = Math.max(part, part(spend.flops(), left.flops()));
    }
    double byWork =
        part < FIRST_GUESS ? Double.POSITIVE_INFINITY : spend.seconds() * (1 - part) / part;
    double seconds = Math.min(byWork, left.seconds());
    return Double.isFinite(seconds) ? seconds : Double.NaN;
  }

  private static double part(double spent, double left) {
    return spent + left == 0 ? 0 : spent / (spent + left);
  }
}
