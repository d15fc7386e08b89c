package ponder.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The address of a server and the key to it.
///
/// The key comes from the environment: `PONDER_API_KEY`, else `OPENAI_API_KEY`, which is not sent
/// in the clear to another machine. It leaves this class only as a request's header: it is in no
/// text that this class gives, and [#scrub] takes it out of texts of the server's.
final class Endpoint {
  private static final List<String> LOCAL = List.of("localhost", "127.0.0.1", "[::1]", "::1");

  private final URI base;
  private final String key;

  private Endpoint(URI base, String key) {
    this.base = base;
    this.key = key;
  }

  /// @param address `http(s)://HOST[:PORT][/PATH]`; without a path, `/v1` is meant
  /// @throws IllegalArgumentException if it is no such address; the message shows no credentials
  static Endpoint of(@Nullable String address, Map<String, String> environment) {
    if (address == null || address.isBlank()) {
      throw new IllegalArgumentException(
          "The http engine needs an endpoint. Maybe add --endpoint http://127.0.0.1:8000/v1.");
    }
    URI base = base(address.strip());
    return new Endpoint(base, key(base, environment));
  }

  private static URI base(String address) {
    URI uri;
    try {
      uri = new URI(address.contains("://") ? address : "http://" + address);
    } catch (URISyntaxException e) {
      throw wrong("is no address"); // not echoed, and no cause: it may hold a password
    }
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (!List.of("http", "https").contains(scheme) || uri.getHost() == null) {
      throw wrong("must begin with http:// or https:// and a host");
    }
    if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw wrong("must hold no name, password, '?' or '#'; a key belongs into PONDER_API_KEY");
    }
    String path = String.valueOf(uri.getRawPath()).replaceFirst("/+$", "");
    path = path.replaceFirst("/(chat/)?completions$", "");
    return URI.create(scheme + "://" + uri.getRawAuthority() + (path.isEmpty() ? "/v1" : path));
  }

  private static IllegalArgumentException wrong(String how) {
    return new IllegalArgumentException(
        "The endpoint %s. Maybe http://127.0.0.1:8000/v1 was meant.".formatted(how));
  }

  private static String key(URI base, Map<String, String> environment) {
    String own = environment.getOrDefault("PONDER_API_KEY", "").strip();
    String usual = environment.getOrDefault("OPENAI_API_KEY", "").strip();
    boolean sheltered = "https".equals(base.getScheme()) || LOCAL.contains(base.getHost());
    String key = !own.isEmpty() ? own : sheltered ? usual : "";
    if (key.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new IllegalArgumentException(
          "The key in PONDER_API_KEY or OPENAI_API_KEY holds a character that no header may hold.");
    }
    return key;
  }

  boolean hasKey() {
    return !key.isEmpty();
  }

  /// A request to `path` below the API's address, such as `/models`.
  HttpRequest.Builder api(String path) {
    return request(base + path);
  }

  /// A request to `path` of the server itself, such as `/version`.
  HttpRequest.Builder root(String path) {
    return request(base.toString().replaceFirst("/v1$", "") + path);
  }

  private HttpRequest.Builder request(String address) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address));
    return key.isEmpty() ? request : request.header("Authorization", "Bearer " + key);
  }

  /// `text` without the key.
  String scrub(String text) {
    return key.isEmpty() ? text : text.replace(key, "***");
  }

  boolean encrypted() {
    return "https".equals(base.getScheme());
  }

  /// The address, which holds no credentials.
  @Override
  public String toString() {
    return base.toString();
  }
}
