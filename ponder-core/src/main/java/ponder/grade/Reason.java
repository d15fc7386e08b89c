package ponder.grade;

/// What decided a comparison: the kind of rule, not its outcome.
public enum Reason {
  /// One side is empty.
  EMPTY,
  /// The normalised texts are the same.
  STRING,
  /// Both are rational numbers.
  EXACT,
  /// A decimal was held against an exact value.
  DECIMAL,
  /// Both have a canonical algebraic form.
  SYMBOLIC,
  /// The values were computed to many digits, at points if there are variables.
  NUMERIC,
  /// Both are words.
  TEXT,
  /// Both are choices such as `(C)`.
  CHOICE,
  /// Both are sets or lists.
  SET,
  /// Both are tuples.
  TUPLE,
  /// Both are intervals or unions of them.
  INTERVAL,
  /// Both are matrices.
  MATRIX,
  /// Both are equations or inequalities.
  RELATION,
  /// At least one is an assignment such as `x = 5`.
  ASSIGNMENT,
  /// At least one is a numeral with its base.
  BASE,
  /// Both are ratios such as `2:3`.
  RATIO,
  /// The units differ.
  UNIT,
  /// The profile asks for a simpler or more literal form.
  FORM,
  /// The sides are of kinds that are never equal.
  KIND,
  /// The canonical forms were compared, as for votes.
  CANONICAL,
  /// A computer algebra system was asked, because nothing else decided.
  CAS,
  /// At least one side could not be read.
  PARSE_FAIL,
  /// An input bound or the step counter ended the comparison.
  LIMIT
}
