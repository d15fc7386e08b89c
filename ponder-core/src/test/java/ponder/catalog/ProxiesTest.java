package ponder.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProxiesTest {
  private static final Proxy PROXY =
      new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("proxy.example.org", 3128));

  @Test
  void goesThroughTheProxyExceptWhereToldNot() throws Exception {
    var proxies =
        Proxies.of(
            Map.of(
                "https_proxy", "http://proxy.example.org:3128",
                "HTTPS_PROXY", "http://other:1",
                "NO_PROXY", "local.example.org, .inner,*.deep"));
    assertThat(select(proxies, "https://hub.example.org/f")).isEqualTo(PROXY);
    assertThat(select(proxies, "https://notlocal.example.org/f")).isEqualTo(PROXY);
    assertThat(select(proxies, "https://local.example.org/f")).isEqualTo(Proxy.NO_PROXY);
    assertThat(select(proxies, "https://a.inner/f")).isEqualTo(Proxy.NO_PROXY);
    assertThat(select(proxies, "https://a.deep/f")).isEqualTo(Proxy.NO_PROXY);
    assertThat(select(proxies, "http://127.0.0.1/f")).isEqualTo(Proxy.NO_PROXY);
  }

  @Test
  void starMeansNoProxy() throws Exception {
    var proxies = Proxies.of(Map.of("HTTPS_PROXY", "proxy.example.org:3128", "no_proxy", "*"));
    assertThat(select(proxies, "https://hub.example.org/f")).isEqualTo(Proxy.NO_PROXY);
  }

  @Test
  void leavesItToTheJdkWhenNoneIsNamed() throws Exception {
    assertThat(Proxies.of(Map.of("HTTPS_PROXY", " "))).isSameAs(ProxySelector.getDefault());
  }

  @Test
  void refusesWhatIsNoProxyWithoutShowingIt() {
    for (String bad :
        new String[] {"http://me:secret@proxy:1", "socks5://proxy", "http://se cret"}) {
      assertThatThrownBy(() -> Proxies.of(Map.of("HTTPS_PROXY", bad)))
          .isInstanceOf(SourceException.class)
          .hasMessageContaining("HTTPS_PROXY")
          .hasMessageNotContaining("secret");
    }
  }

  private static Proxy select(ProxySelector proxies, String address) {
    return proxies.select(URI.create(address)).getFirst();
  }
}
