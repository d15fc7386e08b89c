package ponder.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static ponder.catalog.Pulling.sha256;
import static ponder.catalog.StubServer.file;
import static ponder.catalog.StubServer.status;
import static ponder.catalog.StubServer.whole;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubTest {
  private static final String REFERENCE = "hf:team/tiny-GGUF/tiny.gguf";
  private static final String PATH = "/team/tiny-GGUF/resolve/main/tiny.gguf";
  private static final String TOKEN = "hf_secret";

  @TempDir Path folder;
  private Pulling pulling;
  private StubServer server;
  private StubServer elsewhere;

  @BeforeEach
  void start() throws Exception {
    pulling = new Pulling(folder);
    server = new StubServer();
    elsewhere = new StubServer();
    pulling.environment = Map.of("HF_ENDPOINT", server.address() + "/");
  }

  @AfterEach
  void stop() {
    server.close();
    elsewhere.close();
  }

  @Test
  void asksTheEndpointForTheFile() {
    server.on(PATH, file(pulling.content, "\"one\""));
    pulling.pull(pulling.order(REFERENCE));
    assertThat(pulling.target()).hasBinaryContent(pulling.content);
    assertThat(server.asked().getFirst().authorization()).isEmpty();
  }

  @Test
  void knowsTheHubsAddressAndRevisions() throws Exception {
    Hub hub = Hub.of(Map.of());
    assertThat(hub.address((Source.Hub) Source.parse("hf:a/b@v1/c/d+e.gguf")))
        .isEqualTo(URI.create(Hub.DEFAULT_ENDPOINT + "/a/b/resolve/v1/c/d%2Be.gguf"));
    assertThat(hub.address((Source.Hub) Source.parse("hf:datasets/a/b@v1/c/d.csv")))
        .isEqualTo(URI.create(Hub.DEFAULT_ENDPOINT + "/datasets/a/b/resolve/v1/c/d.csv"));
  }

  @Test
  void sendsTheTokenToTheEndpointAlone() {
    withToken();
    elsewhere.on("/store", file(pulling.content, "\"one\""));
    server.on(PATH, status(302, "Location", elsewhere.address() + "/store?signature=x"));
    pulling.pull(pulling.order(REFERENCE));
    assertThat(server.asked().getFirst().authorization()).isEqualTo("Bearer " + TOKEN);
    assertThat(elsewhere.asked().getFirst().authorization()).isEmpty();
    assertThat(pulling.heard.notes).noneMatch(note -> note.contains(TOKEN));
  }

  @Test
  void keepsTheTokenOnRedirectsWithinTheEndpoint() {
    withToken();
    server
        .on(PATH, status(307, "Location", "/moved"))
        .on("/moved", file(pulling.content, "\"one\""));
    pulling.pull(pulling.order(REFERENCE));
    assertThat(server.asked().getLast().authorization()).isEqualTo("Bearer " + TOKEN);
  }

  @Test
  void resumesThroughTheRedirectAnew() {
    pulling.disk = new Pulling.SmallDisk(Long.MAX_VALUE, 70_000);
    elsewhere.on("/store", file(pulling.content, "\"one\""));
    server.on(PATH, status(302, "Location", elsewhere.address() + "/store"));
    assertThatThrownBy(() -> pulling.pull(pulling.order(REFERENCE)))
        .hasMessageContaining("No space left");
    pulling.disk = Disk.REAL;
    pulling.pull(pulling.order(REFERENCE));
    assertThat(server.asked()).hasSize(2);
    assertThat(elsewhere.asked().getLast().range()).isEqualTo("bytes=70000-");
    assertThat(pulling.target()).hasBinaryContent(pulling.content);
  }

  @Test
  void refusesRedirectsThatAreNotSafeOrDoNotEnd() {
    server.on(PATH, status(302, "Location", "http://192.0.2.1/store"));
    assertThatThrownBy(() -> pulling.pull(pulling.order(REFERENCE)))
        .hasMessageContaining("a redirect leads to an address that is not safe");

    server.on("/team/loop/resolve/main/f", status(302, "Location", "/team/loop/resolve/main/f"));
    assertThatThrownBy(() -> pulling.pull(pulling.order("hf:team/loop/f")))
        .hasMessageContaining("more than 10 redirects");
  }

  @Test
  void checksByTheHashThatTheServerStates() {
    server.on(PATH, whole(pulling.content, "X-Linked-ETag", '"' + sha256(pulling.content) + '"'));
    assertThat(pulling.pull(pulling.unknown(REFERENCE)).proof()).isEqualTo(Pulled.Proof.SERVER);
  }

  @Test
  void refusesContentThatIsNotWhatTheServerStates() throws Exception {
    server.on(PATH, whole(Pulling.content(2), "X-Linked-ETag", sha256(pulling.content)));
    assertThatThrownBy(() -> pulling.pull(pulling.unknown(REFERENCE)))
        .hasMessageContaining("not the expected " + sha256(pulling.content));
    assertThat(pulling.left()).isEmpty();
  }

  @Test
  void knowsAChangedFileBeforeItsBody() {
    server.on(PATH, whole(pulling.content, "X-Linked-ETag", "0".repeat(64)));
    assertThatThrownBy(() -> pulling.pull(pulling.order(REFERENCE)))
        .hasMessageContaining("the file there has SHA-256 " + "0".repeat(64));
    assertThat(pulling.heard.counts).isEmpty();
  }

  @Test
  void saysWhenATokenIsNeededOrDoesNotDo() {
    server.on(PATH, status(401));
    assertThatThrownBy(() -> pulling.pull(pulling.order(REFERENCE)))
        .hasMessageContaining("401")
        .hasMessageContaining("Maybe set HF_TOKEN");
    withToken();
    assertThatThrownBy(() -> pulling.pull(pulling.order(REFERENCE)))
        .hasMessageContaining("the token in HF_TOKEN may not read it")
        .hasMessageNotContaining(TOKEN);
  }

  @Test
  void aTokenThatCannotBeSentIsNotShown() {
    pulling.environment = Map.of("HF_ENDPOINT", server.address(), "HF_TOKEN", "hf_a\nb");
    assertThatThrownBy(() -> pulling.pull(pulling.order(REFERENCE)))
        .hasMessageContaining("HF_TOKEN holds characters that no token has")
        .hasMessageNotContaining("hf_a");
  }

  @Test
  void offlineConnectsToNobody() {
    for (String yes : List.of("1", "ON", "true", "yes")) {
      pulling.environment = Map.of("HF_ENDPOINT", server.address(), "HF_HUB_OFFLINE", yes);
      assertThatThrownBy(() -> pulling.pull(pulling.order(REFERENCE)))
          .hasMessageContaining("HF_HUB_OFFLINE is set");
    }
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void refusesAnEndpointThatIsNotSafe() {
    for (String bad : List.of("http://192.0.2.1", "nonsense", "https://me:key@localhost")) {
      pulling.environment = Map.of("HF_ENDPOINT", bad, "HF_TOKEN", TOKEN);
      assertThatThrownBy(() -> pulling.pull(pulling.order(REFERENCE)))
          .hasMessageContaining("HF_ENDPOINT must be an https: address")
          .hasMessageNotContaining("me:key");
    }
  }

  private void withToken() {
    pulling.environment = Map.of("HF_ENDPOINT", server.address(), "HF_TOKEN", TOKEN);
  }
}
