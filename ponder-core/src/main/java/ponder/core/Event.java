package ponder.core;

import org.jspecify.annotations.Nullable;

/// Something that happened in a run.
///
/// One stream of events feeds the progress display, the live tree, server-sent events and the trace
/// file. Nodes are numbered from 0, the problem itself, in the order they are opened. All events
/// but [Text] and [Progress] come in an order that depends on results alone; those two tell of work
/// under way and are not kept.
public sealed interface Event {
  /// A run begins.
  ///
  /// @param run the run's id
  /// @param model the model's name
  record Started(String run, Problem problem, String method, String model, long seed)
      implements Event {}

  /// A node is being worked on; node 0 is the problem.
  ///
  /// @param parent the node it continues, -1 for node 0
  /// @param proposer who proposed it, such as `sample 3`
  record Opened(int node, int parent, String proposer) implements Event {}

  /// New text of an open node; not kept.
  record Text(int node, String delta) implements Event {}

  /// A node's text is complete.
  ///
  /// @param text the node's own text, without its ancestors'
  /// @param tokens tokens generated for it
  /// @param logprob sum of their log-probabilities, natural log; NaN if one is unknown
  /// @param finish why it ended, a finish reason's JSON name
  /// @param answer the answer read from it; null if it holds none
  record Closed(
      int node, String text, long tokens, double logprob, String finish, @Nullable String answer)
      implements Event {}

  /// A node was judged.
  ///
  /// @param by the scorer's name
  /// @param score in [0, 1]
  record Scored(int node, String by, double score) implements Event {}

  /// A node's statistics in a tree search changed.
  ///
  /// @param visits how often a path went through it
  /// @param value mean value of those paths
  record Visited(int node, long visits, double value) implements Event {}

  /// A node will not be continued.
  record Pruned(int node, String reason) implements Event {}

  /// How far the run is; not kept.
  ///
  /// @param spend what was settled, and the generated tokens of samples that have ended since
  /// @param samples how many samples have ended
  /// @param wanted how many the method means to take, as far as it has told yet
  record Progress(Spend spend, Limits left, long samples, long wanted) implements Event {}

  /// Something the user should know.
  record Warned(String message) implements Event {}

  /// The run ends.
  ///
  /// @param node the node whose answer won; -1 if there is none
  /// @param answer the answer; null if there is none
  /// @param why what made it win, in words
  /// @param anytime whether the budget, a deadline or the user ended the run early
  record Finished(
      int node, @Nullable String answer, String why, boolean anytime, Spend spend, Spend paid)
      implements Event {}

  /// Whether the event belongs into a trace that is kept.
  default boolean kept() {
    return !(this instanceof Text || this instanceof Progress);
  }
}
