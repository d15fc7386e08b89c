package ponder.catalog;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How the user's environment says to reach the Hugging Face hub, by the variables of the hub's own
/// client: `HF_ENDPOINT` (another server), `HF_TOKEN` (who asks) and `HF_HUB_OFFLINE` (do not).
///
/// @param endpoint the server's address, without a slash at its end
/// @param token null if there is none; never printed
/// @param offline whether connecting is forbidden
record Hub(String endpoint, @Nullable String token, boolean offline) {
  /// The hub's own server: its address stands here and nowhere else.
  static final String DEFAULT_ENDPOINT = "https://huggingface.co";

  private static final Set<String> YES = Set.of("1", "on", "yes", "true");
  private static final Pattern PRINTABLE = Pattern.compile("[!-~]+");

  static Hub of(Map<String, String> environment) throws SourceException {
    String endpoint = environment.getOrDefault("HF_ENDPOINT", "").strip().replaceAll("/+$", "");
    String token = environment.getOrDefault("HF_TOKEN", "").strip();
    if (!token.isEmpty() && !PRINTABLE.matcher(token).matches()) {
      throw new SourceException("HF_TOKEN holds characters that no token has");
    }
    return new Hub(
        endpoint.isEmpty() ? DEFAULT_ENDPOINT : endpoint,
        token.isEmpty() ? null : token,
        YES.contains(
            environment.getOrDefault("HF_HUB_OFFLINE", "").strip().toLowerCase(Locale.ROOT)));
  }

  /// Where the content of `source` is asked for.
  ///
  /// @throws SourceException if connecting is forbidden, or `HF_ENDPOINT` is no safe address
  URI address(Source.Hub source) throws SourceException {
    if (offline) {
      throw new SourceException("HF_HUB_OFFLINE is set. Maybe unset it");
    }
    String path =
        "/%s/%s/resolve/%s/%s"
            .formatted(source.owner(), source.repository(), source.revision(), source.file());
    try {
      URI address = URI.create(endpoint + path.replace("+", "%2B"));
      if (address.getHost() != null && address.getUserInfo() == null && Source.isSafe(address)) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      throw new SourceException("HF_ENDPOINT is not an address");
    }
    throw new SourceException("HF_ENDPOINT must be an https: address without a user");
  }

  /// Without the token.
  @Override
  public String toString() {
    return endpoint;
  }
}
