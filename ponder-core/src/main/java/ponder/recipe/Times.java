package ponder.recipe;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Where the time of a run went in this process, in seconds of wall time.
///
/// @param decode while the method's own calls of the model were under way: prompts and what it
///   wrote
/// @param scoring while the verifier's calls of a model were under way
/// @param overhead while neither was: the method itself, trace and journal, and verifiers that ask
///   no model
public record Times(double decode, double scoring, double overhead) {
  public static final Times NONE = new Times(0, 0, 0);

  /// The times of a run that took `seconds` in all. A method that writes and judges at once has
  /// both counted, and then they may exceed the whole.
  static Times of(double seconds, double decode, double scoring) {
    return new Times(decode, scoring, Math.max(0, seconds - decode - scoring));
  }

  public Times plus(Times other) {
    return new Times(decode + other.decode, scoring + other.scoring, overhead + other.overhead);
  }

  /// The object that receipts hold.
  public ObjectNode json() {
    return new JsonMapper()
        .createObjectNode()
        .put("decode", decode)
        .put("scoring", scoring)
        .put("overhead", overhead);
  }
}
