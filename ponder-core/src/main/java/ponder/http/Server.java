package ponder.http;

import java.util.List;

/// What a server told of itself and the model when it was first asked.
///
/// @param model the model's name in requests
/// @param version of the server; empty if unknown
/// @param contextLength most tokens of prompt and completion; [Integer#MAX_VALUE] if unknown
/// @param vocabularySize number of token ids; 0 if unknown
/// @param parameters number of weights; 0 if unknown
/// @param bos text of the token in front of texts; empty if there is none or it is not shown
/// @param eos text of the token that ends a turn; empty if it is not shown
/// @param models all names that the server lists
record Server(
    Dialect dialect,
    String version,
    String model,
    int contextLength,
    int vocabularySize,
    long parameters,
    String bos,
    String eos,
    List<String> models) {
  Server {
    models = List.copyOf(models);
  }

  /// Kind and version, for journal keys and receipts.
  String build() {
    return version.isEmpty() ? dialect.json() : dialect.json() + " " + version;
  }
}
