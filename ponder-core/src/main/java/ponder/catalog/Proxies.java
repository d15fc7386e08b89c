package ponder.catalog;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// The proxies that the environment names, by the variables that other clients heed: `HTTPS_PROXY`
/// and `NO_PROXY`, in either case. Where they name none, the JDK's own settings hold. `HTTP_PROXY`
/// is not needed: unencrypted addresses are on this machine.
final class Proxies extends ProxySelector {
  private final Proxy proxy;
  private final List<String> exceptions;

  private Proxies(Proxy proxy, List<String> exceptions) {
    this.proxy = proxy;
    this.exceptions = exceptions;
  }

  /// @throws SourceException if `HTTPS_PROXY` is no address of a proxy
  static ProxySelector of(Map<String, String> environment) throws SourceException {
    String address = value(environment, "HTTPS_PROXY");
    if (address.isEmpty()) {
      return ProxySelector.getDefault();
    }
    try {
      URI uri = URI.create(address.contains("://") ? address : "http://" + address);
      if ("http".equals(uri.getScheme()) && uri.getHost() != null && uri.getUserInfo() == null) {
        int port = uri.getPort() < 0 ? 80 : uri.getPort();
        var where = InetSocketAddress.createUnresolved(uri.getHost(), port);
        return new Proxies(
            new Proxy(Proxy.Type.HTTP, where),
            Stream.of(value(environment, "NO_PROXY").split(","))
                .map(name -> name.strip().toLowerCase(Locale.ROOT).replaceFirst("^\\*?\\.", ""))
                .filter(name -> !name.isEmpty())
                .toList());
      }
    } catch (IllegalArgumentException e) {
      throw new SourceException("HTTPS_PROXY is not an address");
    }
    // Not echoed: it may hold a password.
    throw new SourceException("HTTPS_PROXY must be of the form http://HOST:PORT");
  }

  private static String value(Map<String, String> environment, String name) {
    String lower = environment.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    return (lower.isBlank() ? environment.getOrDefault(name, "") : lower).strip();
  }

  @Override
  public List<Proxy> select(URI address) {
    String host = String.valueOf(address.getHost()).toLowerCase(Locale.ROOT);
    boolean direct =
        !"https".equals(address.getScheme())
            || exceptions.stream()
                .anyMatch(e -> e.equals("*") || host.equals(e) || host.endsWith("." + e));
    return List.of(direct ? Proxy.NO_PROXY : proxy);
  }

  @Override
  public void connectFailed(URI address, SocketAddress proxyAddress, IOException cause) {
    // The client throws it, too.
  }
}
