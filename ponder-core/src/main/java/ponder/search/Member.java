package ponder.search;

import ponder.core.Limits;

/// A part of a composed method.
///
/// @param name what its method is called
record Member(String name, Strategy strategy) {
  /// The share of the budget for the next of `parts` parts that work one after the other: an equal
  /// one of what is left, so that what one leaves over goes to those behind it.
  static Limits share(Limits left, int parts) {
    return left.share(parts).withSeconds(left.seconds() / parts);
  }
}
