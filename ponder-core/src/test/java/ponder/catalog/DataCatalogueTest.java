package ponder.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static ponder.catalog.Pulling.sha256;
import static ponder.catalog.StubServer.file;
import static ponder.catalog.StubServer.status;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.model.EngineException;

class DataCatalogueTest {
  @TempDir Path folder;
  private Pulling pulling;
  private StubServer server;

  @BeforeEach
  void start() throws Exception {
    pulling = new Pulling(folder);
    pulling.home.make(pulling.home.root());
    server = new StubServer();
    pulling.environment = Map.of("HF_ENDPOINT", server.address());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private DataCatalogue users(String text) throws Exception {
    Files.writeString(pulling.home.root().resolve("datasets.yaml"), text);
    return new DataCatalogue(pulling.home, pulling.puller());
  }

  @Test
  void shippedEntriesAreComplete() {
    DataCatalogue shipped = new DataCatalogue(pulling.home, pulling.puller());
    assertThat(shipped.names()).startsWith("gsm8k").contains("math500", "aime24", "gpqa-diamond");
    assertThat(shipped.entries())
        .allSatisfy(
            entry -> {
              assertThat(entry.summary()).isNotEmpty();
              assertThat(entry.licence()).isNotEmpty();
              assertThat(entry.splits())
                  .allSatisfy(split -> assertThat(split.sources()).isNotEmpty());
            });
    assertThat(shipped.entries())
        .filteredOn(DataEntry::restricted)
        .extracting(DataEntry::name)
        .containsExactly("math500", "aime24", "aime25", "amc23", "gpqa-diamond");
  }

  @Test
  void pullsASplitFromTheHub() throws Exception {
    server.on("/datasets/team/set/resolve/main/d/t.jsonl", file(pulling.content, "\"one\""));
    DataCatalogue catalogue =
        users(
            """
            datasets:
              - name: mine
                splits:
                  - name: test
                    file: test.jsonl
                    sha256: %s
                    sources: ["hf:datasets/team/set/d/t.jsonl"]
            """
                .formatted(sha256(pulling.content)));
    DataEntry mine = catalogue.need("mine");
    DataEntry.Split test = mine.find("test").orElseThrow();
    assertThatThrownBy(() -> catalogue.present(mine, test))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "Data set 'mine' (test) is not on this machine. Maybe fetch it: ponder data pull mine --split test");

    Pulled pulled = catalogue.pull(mine, test, Progress.NONE);

    Path target = pulling.home.datasets().resolve("mine/test.jsonl");
    assertThat(target).hasBinaryContent(pulling.content);
    assertThat(pulled)
        .isEqualTo(new Pulled(target, sha256(pulling.content), Pulled.Proof.CATALOGUE, false));
    assertThat(catalogue.present(mine, test).path()).isEqualTo(target);
    assertThat(catalogue.pull(mine, test, Progress.NONE).already()).isTrue();
    assertThat(pulling.home.models()).doesNotExist();
    Files.writeString(target, "other");
    assertThatThrownBy(() -> catalogue.present(mine, test))
        .hasMessageContaining("and not the expected")
        .hasMessageEndingWith("Maybe delete it and pull it again.");
  }

  @Test
  void saysWhyASplitCannotBeHad() throws Exception {
    server.on("/f", status(404));
    DataCatalogue catalogue =
        users(
            """
            datasets:
              - name: mine
                splits: [{name: test, file: f, sources: ["%s/f"]}]
            """
                .formatted(server.address()));
    DataEntry mine = catalogue.need("mine");
    assertThatThrownBy(() -> catalogue.pull(mine, mine.splits().getFirst(), Progress.NONE))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("mine:test could not be pulled")
        .hasMessageContaining("--dataset FILE");
  }

  @Test
  void namesAFileOfTheUsers() throws Exception {
    DataCatalogue catalogue =
        users(
            """
            datasets:
              - name: mine
                columns: question=prompt
                splits: [{name: test, path: own/a.jsonl}, {name: other, path: /b.csv}]
              - name: gsm8k
                splits: [{name: dev, path: c.jsonl}]
            """);
    DataEntry mine = catalogue.need("mine");
    Path own = pulling.home.root().resolve("own/a.jsonl");
    assertThat(catalogue.path(mine, mine.splits().getFirst())).isEqualTo(own);
    assertThat(catalogue.path(mine, mine.splits().getLast())).isEqualTo(Path.of("/b.csv"));
    assertThatThrownBy(() -> catalogue.pull(mine, mine.splits().getFirst(), Progress.NONE))
        .hasMessage("There is no file %s, which data set mine names.".formatted(own));
    Files.createDirectories(own.resolveSibling(""));
    Files.write(own, new byte[] {1});
    assertThat(catalogue.present(mine, mine.splits().getFirst()).sha256())
        .isEqualTo(sha256(new byte[] {1}));
    assertThat(catalogue.names()).containsOnlyOnce("gsm8k");
    assertThat(catalogue.need("gsm8k").splits()).hasSize(1);
  }

  @Test
  void reportsAllMistakesAtOnce() {
    assertThatThrownBy(
            () ->
                users(
                    """
                    datasets:
                      - name: a
                        splits: []
                        restricted: maybe
                      - name: b
                        shots: train
                        licens: MIT
                        splits:
                          - {name: test, file: ../f, sources: ["/f"]}
                          - {name: test, path: f, file: g}
                          - {name: more}
                    """))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("a: splits must list one split at least")
        .hasMessageContaining("a: restricted (\"maybe\") must be true or false")
        .hasMessageContaining("b: shots (train) is none of its splits")
        .hasMessageContaining("b: unknown field 'licens'. Maybe 'licence' was meant")
        .hasMessageContaining("b, test: file (../f)")
        .hasMessageContaining("b, test: the name stands twice")
        .hasMessageContaining("b, test: unknown field 'file'")
        .hasMessageContaining("b, more: sources must list one source at least");
  }

  @Test
  void unknownNameOffersTheNearest() {
    DataCatalogue shipped = new DataCatalogue(pulling.home, pulling.puller());
    assertThatThrownBy(() -> shipped.need("gsm-8k"))
        .hasMessage("There is no data set 'gsm-8k'. Maybe 'gsm8k' was meant.");
  }
}
