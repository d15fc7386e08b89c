package ponder.grade;

/// How forgiving a comparison is.
public enum Profile {
  /// For measuring: the same mathematics in another form is correct, units and bases may be left
  /// out, a decimal of four or more digits may stand for the exact value it rounds.
  STANDARD,

  /// For rewards, which a model learns to exploit: only what is literally asked for. A decimal
  /// never stands for an exact value, an integer must be written as one, units, bases and percent
  /// signs must agree, a list never answers a question for one value. Whatever is correct here is
  /// correct in [#STANDARD] too.
  STRICT,

  /// For counting votes: symmetric and transitive, because only canonical forms are compared. Both
  /// sides are answers, none is a reference.
  VOTE
}
