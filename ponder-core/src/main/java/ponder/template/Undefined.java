package ponder.template;

/// The value of a name that is not there: empty and false, and an error as soon as it is used.
///
/// @param problem what to say then
record Undefined(String problem) {}
