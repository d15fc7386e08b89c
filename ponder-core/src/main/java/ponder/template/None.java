package ponder.template;

/// Python's `None`.
enum None {
  NONE
}
