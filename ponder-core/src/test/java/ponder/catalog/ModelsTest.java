package ponder.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static ponder.catalog.Pulling.sha256;
import static ponder.catalog.StubServer.file;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.model.EngineException;

class ModelsTest {
  private static final String REFERENCE = "hf:team/tiny-GGUF/dir/tiny.gguf";

  @TempDir Path folder;
  private Pulling pulling;
  private StubServer server;
  private ModelEntry tiny;
  private Models models;

  @BeforeEach
  void start() throws Exception {
    pulling = new Pulling(folder);
    server = new StubServer();
    server
        .on("/f", file(pulling.content, "\"one\""))
        .on("/team/tiny-GGUF/resolve/main/dir/tiny.gguf", file(pulling.content, "\"one\""));
    pulling.environment = Map.of("HF_ENDPOINT", server.address());
    Order order = pulling.order(server.address() + "/f");
    tiny =
        new ModelEntry(
            "tiny", "tiny.gguf", order.size(), order.sha256(), "", "", true, order.sources());
    models = new Models(pulling.home, new Catalogue(List.of(tiny)), pulling.puller());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void resolvesAPulledName() {
    models.pull("tiny", Progress.NONE);
    assertThat(models.resolve("tiny"))
        .isEqualTo(new Resolved("tiny", pulling.target(), sha256(pulling.content), tiny));
  }

  @Test
  void nameThatWasNotPulledSaysHow() {
    assertThatThrownBy(() -> models.resolve("tiny"))
        .isInstanceOf(EngineException.class)
        .hasMessage("Model 'tiny' is not on this machine. Maybe fetch it: ponder models pull tiny");
    assertThatThrownBy(() -> models.resolve(REFERENCE))
        .hasMessageContaining("ponder models pull " + REFERENCE);
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void unknownNameOffersTheNearest() {
    assertThatThrownBy(() -> models.resolve("tinny"))
        .hasMessageContaining("Maybe 'tiny' was meant");
    assertThatThrownBy(() -> models.pull("tinny", Progress.NONE))
        .hasMessageContaining("Maybe 'tiny' was meant");
    assertThatThrownBy(() -> models.info("tinny")).hasMessageContaining("Maybe 'tiny' was meant");
    assertThatThrownBy(() -> models.remove("tinny")).hasMessageContaining("Maybe 'tiny' was meant");
  }

  @Test
  void damagedFileIsFoundOut() throws Exception {
    models.pull("tiny", Progress.NONE);
    Files.write(pulling.target(), Pulling.content(2));
    assertThatThrownBy(() -> models.resolve("tiny"))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(sha256(Pulling.content(2)))
        .hasMessageContaining("Maybe remove it (ponder models rm tiny) and pull it again.");
  }

  @Test
  void resolvesAPath() throws Exception {
    byte[] gguf = "GGUF and more".getBytes(StandardCharsets.UTF_8);
    Path own = Files.write(folder.resolve("own.gguf"), gguf);
    assertThat(models.resolve(own.toString()))
        .isEqualTo(new Resolved("own.gguf", own, sha256(gguf), null));
  }

  @Test
  void refusesPathsThatAreNoModel() throws Exception {
    Path text = Files.writeString(folder.resolve("text"), "GG");
    assertThatThrownBy(() -> models.resolve(text.toString()))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("is not a GGUF file");
    assertThatThrownBy(() -> models.resolve("no/such/file"))
        .hasMessage("There is no file no/such/file.");
    assertThatThrownBy(() -> models.resolve("none.gguf")).hasMessage("There is no file none.gguf.");
    assertThatThrownBy(() -> models.resolve(folder.toString()))
        .hasMessageContaining("holds no model");
  }

  @Test
  void aFoldersHashIsOfItsWeights() throws Exception {
    Path own = Files.createDirectory(folder.resolve("own"));
    Files.writeString(own.resolve("b.safetensors"), "b");
    Files.writeString(own.resolve("a.safetensors"), "a");
    String expected =
        sha256(
            "%s a.safetensors\n%s b.safetensors\n"
                .formatted(sha256(new byte[] {'a'}), sha256(new byte[] {'b'}))
                .getBytes(StandardCharsets.UTF_8));
    assertThat(models.resolve(own.toString())).isEqualTo(new Resolved("own", own, expected, null));
    Files.writeString(own.resolve("README"), "x");
    assertThat(models.resolve(own.toString()).sha256()).isEqualTo(expected);
  }

  @Test
  void pullsListsResolvesAndRemovesAReference() throws Exception {
    Pulled pulled = models.pull(REFERENCE, Progress.NONE);
    assertThat(pulled.proof()).isEqualTo(Pulled.Proof.NONE);
    assertThat(models.resolve(REFERENCE).path()).isEqualTo(pulled.path());
    assertThat(models.list())
        .containsExactly(
            new Models.Listed("tiny", pulling.target(), Pulling.SIZE, false, tiny),
            new Models.Listed(REFERENCE, pulled.path(), Pulling.SIZE, true, null));
    assertThat(models.remove(REFERENCE)).isEqualTo(pulled.path()).doesNotExist();
    assertThat(models.list()).hasSize(1);
  }

  @Test
  void refusesReferencesThatAreNone() {
    for (String bad : List.of("hf:team/repo", "hf:../../etc/passwd", "hf:a/b/../c")) {
      assertThatThrownBy(() -> models.pull(bad, Progress.NONE))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("is not of the form hf:OWNER/REPOSITORY/FILE");
    }
  }

  @Test
  void removesOnlyWhatItKeeps() throws Exception {
    Path own = Files.writeString(folder.resolve("own.gguf"), "GGUF");
    assertThatThrownBy(() -> models.remove(own.toString()))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("is a file of yours");
    assertThat(own).exists();
    assertThatThrownBy(() -> models.remove("tiny")).hasMessageContaining("not on this machine");
  }

  @Test
  void removesALinkAndNotWhatItLeadsTo() throws Exception {
    Path own = Files.write(folder.resolve("own.gguf"), pulling.content);
    pulling.home.make(pulling.home.models());
    Files.createSymbolicLink(pulling.target(), own);
    models.remove("tiny");
    assertThat(pulling.target()).doesNotExist();
    assertThat(own).exists();
  }

  @Test
  void followsNoLinkOutOfTheHome() throws Exception {
    Path outside = Files.createDirectories(folder.resolve("outside/tiny-GGUF/dir"));
    Path own = Files.writeString(outside.resolve("tiny.gguf"), "GGUF");
    Path hub = pulling.home.make(pulling.home.models().resolve("hf"));
    Files.createSymbolicLink(hub.resolve("team"), folder.resolve("outside"));
    assertThatThrownBy(() -> models.remove(REFERENCE)).hasMessageContaining("leads out of");
    assertThat(own).exists();
  }

  @Test
  void infoTellsOfANameWithoutItsFile() {
    assertThat(models.info("tiny"))
        .isEqualTo(new Models.Listed("tiny", pulling.target(), Pulling.SIZE, false, tiny));
  }
}
