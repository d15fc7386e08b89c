package ponder.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import ponder.core.Seed;

/// Addresses, keys, settings, pauses and the form of event streams.
class EndpointTest {
  private static Endpoint of(String address) {
    return Endpoint.of(address, Map.of("PONDER_API_KEY", "sk-1", "OPENAI_API_KEY", "sk-2"));
  }

  @Test
  void completesAddresses() {
    assertThat(of("http://127.0.0.1:8000")).hasToString("http://127.0.0.1:8000/v1");
    assertThat(of("127.0.0.1:8000/")).hasToString("http://127.0.0.1:8000/v1");
    assertThat(of("https://host/api/v1/")).hasToString("https://host/api/v1");
    assertThat(of("https://host/v1/chat/completions")).hasToString("https://host/v1");
    assertThat(of("http://host/v1").root("/props").build().uri())
        .isEqualTo(URI.create("http://host/props"));
    assertThat(of("http://host/v1").api("/models").build().uri())
        .isEqualTo(URI.create("http://host/v1/models"));
  }

  @Test
  void refusesAddressesWithoutShowingThem() {
    for (String wrong :
        List.of(
            "http://me:secret@host/v1",
            "https://host/v1?key=secret",
            "ftp://secret",
            "http:// secret",
            "http://host/v1#secret")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> of(wrong))
          .satisfies(e -> assertThat(e.toString() + e.getCause()).doesNotContain("secret"))
          .withMessageContaining("Maybe http://127.0.0.1:8000/v1");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(" "))
        .withMessageContaining("--endpoint");
  }

  @Test
  void prefersItsOwnKeyAndSendsTheOtherOnlySheltered() {
    Map<String, String> usual = Map.of("OPENAI_API_KEY", "sk-2");
    assertThat(header(of("https://host"))).isEqualTo("Bearer sk-1");
    assertThat(header(Endpoint.of("https://host", usual))).isEqualTo("Bearer sk-2");
    assertThat(header(Endpoint.of("http://localhost:1", usual))).isEqualTo("Bearer sk-2");
    assertThat(header(Endpoint.of("http://host", usual))).isEmpty();
    assertThat(header(of("http://host"))).isEqualTo("Bearer sk-1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Endpoint.of("http://host", Map.of("PONDER_API_KEY", "se\ncret")))
        .satisfies(e -> assertThat(e.toString()).doesNotContain("cret"));
  }

  private static String header(Endpoint endpoint) {
    return endpoint.api("/models").build().headers().firstValue("Authorization").orElse("");
  }

  @Test
  void checksSettings() {
    HttpSettings settings = HttpSettings.of(Map.of("server", "llama.cpp", "read-timeout", "0.5"));
    assertThat(settings.server()).isEqualTo(Dialect.LLAMA_CPP);
    assertThat(settings.read()).isEqualTo(Duration.ofMillis(500));
    for (Map.Entry<String, String> wrong :
        Map.of("tries", "0", "concurrency", "x", "stream", "yes", "server", "tgi", "endpont", "x")
            .entrySet()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> HttpSettings.of(Map.of(wrong.getKey(), wrong.getValue())))
          .withMessageContaining(wrong.getKey());
    }
  }

  @Test
  void doublesPausesUpToAHalfMinuteAndVariesThemBySeed() {
    List<Duration> pauses = new ArrayList<>();
    for (int failed = 1; failed <= 12; failed++) {
      pauses.add(Patience.pause(failed, null, new Seed(1)));
      long whole = Math.min(30_000, 500L << (failed - 1));
      assertThat(pauses.getLast().toMillis()).isBetween(whole / 2, whole);
    }
    assertThat(Patience.pause(3, null, new Seed(1))).isEqualTo(pauses.get(2));
    assertThat(Patience.pause(3, null, new Seed(2))).isNotEqualTo(pauses.get(2));
    assertThat(Patience.pause(1, Duration.ofMinutes(1), new Seed(1)))
        .isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void readsRetryAfterInBothForms() {
    assertThat(Transport.retryAfter("2")).isEqualTo(Duration.ofSeconds(2));
    assertThat(Transport.retryAfter("Wed, 21 Oct 2015 07:28:00 GMT")).isEqualTo(Duration.ZERO);
    assertThat(Transport.retryAfter("soon")).isNull();
    assertThat(Transport.retryAfter(null)).isNull();
  }

  @Test
  void readsEventsOfAnyForm() throws IOException {
    String text =
        ": hello\r\n\r\ndata: a\r\n\r\nevent: x\nid: 1\ndata:b\ndata: c é\n\n\n\ndata: cut off";
    ServerEvents events =
        new ServerEvents(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    assertThat(events.next()).isEqualTo("a");
    assertThat(events.next()).isEqualTo("b\nc é");
    assertThat(events.next()).isNull();
  }

  @Test
  void sharesExactly() {
    assertThat(Accounts.share(10, new long[] {1, 2, 3}, new long[] {1, 1, 1}))
        .containsExactly(3, 3, 4);
    assertThat(Accounts.share(7, new long[] {0, 0}, new long[] {1, 3})).containsExactly(2, 5);
    assertThat(Accounts.share(5, new long[] {2, 3}, new long[] {0, 0})).containsExactly(2, 3);
  }
}
