package ponder.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.model.EngineException;
import ponder.store.Home;

class CatalogueTest {
  @TempDir Path folder;
  private Home home;

  @BeforeEach
  void makeHome() {
    home = new Home(folder);
  }

  @Test
  void shippedEntriesCanBeCheckedWhole() {
    Catalogue shipped = Catalogue.load(home);
    assertThat(shipped.entries()).hasSizeGreaterThanOrEqualTo(3);
    assertThat(shipped.entries())
        .allSatisfy(
            entry -> {
              assertThat(entry.size()).isPositive();
              assertThat(entry.sha256()).isNotNull();
              assertThat(entry.licence()).isNotEmpty();
              assertThat(entry.summary()).endsWith(".");
            });
    assertThat(shipped.entries()).filteredOn(ModelEntry::preferred).hasSize(1);
    assertThat(shipped.preferred().name()).isEqualTo("smollm2-135m");
  }

  @Test
  void unknownNameOffersTheNearest() {
    Catalogue shipped = Catalogue.load(home);
    assertThatThrownBy(() -> shipped.need("smolm2-135"))
        .isInstanceOf(EngineException.class)
        .hasMessage("There is no model 'smolm2-135'. Maybe 'smollm2-135m' was meant.");
    assertThatThrownBy(() -> shipped.need("zzz")).hasMessageContaining("Maybe one of [smollm2");
  }

  @Test
  void usersEntriesAddAndReplace() throws Exception {
    users(
        """
        models:
          - name: mine
            file: mine.gguf
            default: true
            sources: ["/models/mine.gguf"]
          - name: smollm2-135m
            file: other.gguf
            sources: ["hf:me/mine/other.gguf"]
        """);
    Catalogue both = Catalogue.load(home);
    assertThat(both.preferred().name()).isEqualTo("mine");
    assertThat(both.need("mine").sha256()).isNull();
    assertThat(both.need("mine").size()).isZero();
    assertThat(both.need("smollm2-135m").file()).isEqualTo("other.gguf");
    assertThat(both.entries()).filteredOn(e -> e.name().equals("smollm2-135m")).hasSize(1);
  }

  @Test
  void reportsAllMistakesAtOnce() throws Exception {
    users(
        """
        model: []
        models:
          - name: a
            file: ../escape.gguf
            sources: ["http://example.org/f"]
            size: many
          - name: b
            file: b.gguf
            sha265: x
            sha256: ABC
            default: perhaps
            sources: []
          - name: b
            file: b2.gguf
            sources: ["/b"]
          - file: nameless.gguf
            sources: ["/c"]
          - text
        """);
    assertThatThrownBy(() -> Catalogue.load(home))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(folder.resolve("models.yaml").toString())
        .hasMessageContaining("unknown field 'model'. Maybe 'models' was meant")
        .hasMessageContaining("a: file (../escape.gguf)")
        .hasMessageContaining("a: source: http://example.org/f is not encrypted")
        .hasMessageContaining("a: size (\"many\") must be a whole number above 0")
        .hasMessageContaining("b: unknown field 'sha265'. Maybe 'sha256' was meant")
        .hasMessageContaining("b: sha256 (ABC)")
        .hasMessageContaining("b: default (\"perhaps\") must be true or false")
        .hasMessageContaining("b: sources must list one source at least")
        .hasMessageContaining("b: the name stands twice")
        .hasMessageContaining("entry 4: name is missing")
        .hasMessageContaining("entry 5: a mapping is needed");
  }

  @Test
  void refusesTwoModelsInOneFile() throws Exception {
    users(
        """
        models:
          - name: mine
            file: SmolLM2-135M-Instruct.Q4_1.gguf
            sources: ["/b"]
        """);
    assertThatThrownBy(() -> Catalogue.load(home))
        .hasMessageContaining("belongs to smollm2-135m already");
  }

  @Test
  void refusesWhatIsNotYaml() throws Exception {
    users("models: [");
    assertThatThrownBy(() -> Catalogue.load(home))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("is not YAML");
    users("");
    assertThatThrownBy(() -> Catalogue.load(home)).hasMessageContaining("a mapping is needed");
  }

  private void users(String text) throws Exception {
    Files.writeString(folder.resolve("models.yaml"), text);
  }
}
