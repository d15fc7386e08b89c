package ponder.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.catalog.TorchLibraries;
import ponder.catalog.TorchLibraries.Variant;
import ponder.cli.EngineChoice.Situation;
import ponder.cli.Terminal.Said;
import ponder.model.Engine;
import ponder.model.EngineException;
import ponder.model.EngineOptions;
import ponder.testkit.TinyGguf;

/// Every row of the choice that `--engine auto` makes.
class EngineChoiceTest {
  private static final int WIDE = EngineChoice.CROSSOVER;
  private static final Engine.Outlook FITS = new Engine.Outlook(false, 700L << 20, 1L << 30);
  private static final Engine.Outlook ON_GPU = new Engine.Outlook(true, 300L << 20, 80L << 30);

  @TempDir Path folder;

  private static EngineChoice choice(int width, @Nullable Variant torch, Engine.Outlook outlook) {
    return EngineChoice.of(new Situation(width, false, torch, false), () -> Optional.of(outlook));
  }

  private static void silentLlama(Situation situation) {
    Supplier<Optional<Engine.Outlook>> unasked =
        () -> {
          throw new AssertionError("nobody need ask");
        };
    assertThat(EngineChoice.of(situation, unasked)).isEqualTo(new EngineChoice("llama", ""));
  }

  @Test
  void fewSequencesAreLlamas() {
    silentLlama(new Situation(1, false, null, false));
    silentLlama(new Situation(WIDE - 1, false, Variant.MKL, false));
    silentLlama(new Situation(WIDE - 1, false, Variant.PLAIN, false));
  }

  @Test
  void oneAfterAnotherIsNarrow() {
    silentLlama(new Situation(64, true, Variant.MKL, false));
  }

  @Test
  void whereLlamaIsAheadItStaysLlama() {
    silentLlama(new Situation(64, false, Variant.MKL, true));
  }

  @Test
  void manySequencesAreTorchsIfItIsHere() {
    for (Variant variant : List.of(Variant.MKL, Variant.PLAIN)) {
      EngineChoice torch = choice(WIDE, variant, FITS);
      assertThat(torch.engine()).isEqualTo("torch");
      assertThat(torch.remark())
          .isEqualTo(
              "--engine auto takes torch: for 16 sequences side by side it is the faster here. Its"
                  + " samples are not llama's.");
    }
    EngineChoice llama = choice(32, null, FITS);
    assertThat(llama.engine()).isEqualTo("llama");
    assertThat(llama.remark()).contains("32 sequences", "ponder natives pull torch'");
  }

  @Test
  void aModelThatDoesNotFitDequantisedIsLlamas() {
    EngineChoice large = choice(32, Variant.MKL, new Engine.Outlook(false, 900L << 20, 1L << 30));
    assertThat(large.engine()).isEqualTo("llama");
    assertThat(large.remark()).contains("900 MB dequantised", "1,024 MB of memory");
    assertThat(choice(1, Variant.CUDA, new Engine.Outlook(true, 61L << 30, 80L << 30)).engine())
        .isEqualTo("llama");
  }

  @Test
  void aModelThatTorchCannotReadIsLlamas() {
    EngineChoice strange =
        EngineChoice.of(
            new Situation(32, false, Variant.MKL, false),
            () -> {
              throw new EngineException("It is a mamba.");
            });
    assertThat(strange)
        .isEqualTo(
            new EngineChoice(
                "llama", "--engine auto takes llama: torch cannot run this model: It is a mamba."));
  }

  @Test
  void aGpuIsTorchsHoweverFewSequences() {
    assertThat(choice(1, Variant.CUDA, ON_GPU).engine()).isEqualTo("torch");
    assertThat(choice(1, Variant.CUDA, ON_GPU).remark()).contains("on the GPU");
    assertThat(
            EngineChoice.of(new Situation(1, true, Variant.CUDA, true), () -> Optional.of(ON_GPU))
                .engine())
        .isEqualTo("torch");
  }

  @Test
  void nativesForGpusWithoutOneAreOfNoUse() {
    for (int width : new int[] {1, 64}) {
      EngineChoice choice = choice(width, Variant.CUDA, FITS);
      assertThat(choice.engine()).isEqualTo("llama");
      assertThat(choice.remark()).contains("there is none that they can use");
    }
  }

  @Test
  void endpointsLibrariesAndFoldersSettleIt() throws Exception {
    Path torch = Files.createDirectory(folder.resolve("torch"));
    Files.writeString(torch.resolve("libtorch_cpu.so"), "");
    Path llama = Files.createDirectory(folder.resolve("llama"));
    String http = "http://127.0.0.1:1/v1";
    String model = folder.toString();

    assertThat(ModelOptions.settled("torch", null, http, null)).isEqualTo("torch");
    assertThat(ModelOptions.settled("auto", model, http, torch)).isEqualTo("http");
    assertThat(ModelOptions.settled("auto", "smollm2-135m", null, torch)).isEqualTo("torch");
    assertThat(ModelOptions.settled("auto", "smollm2-135m", null, llama)).isEqualTo("llama");
    assertThat(ModelOptions.settled("auto", model, null, null)).isEqualTo("torch");
    for (String gguf : new String[] {null, "smollm2-135m", "hf:a/b/c.gguf", model + "/a.gguf"}) {
      assertThat(ModelOptions.settled("auto", gguf, null, null)).isEmpty();
    }
  }

  @Test
  void tellsWhatTheLibrariesOfAFolderAreFor() throws Exception {
    assertThat(TorchLibraries.variant(folder)).isEmpty();
    Files.writeString(folder.resolve("libtorch_cpu.so"), "");
    assertThat(TorchLibraries.variant(folder)).contains(Variant.PLAIN);
    Files.writeString(folder.resolve("libmkl_rt.so.2"), "");
    assertThat(TorchLibraries.variant(folder)).contains(Variant.MKL);
    Files.writeString(folder.resolve("libtorch_cuda.so"), "");
    assertThat(TorchLibraries.variant(folder)).contains(Variant.CUDA);
    assertThat(TorchLibraries.variant(folder.resolve("none"))).isEmpty();
  }

  @Test
  void torchTellsWhatAFileTakesWithoutLibtorch() {
    Path file = TinyGguf.standard().withMerges(60).write(folder.resolve("tiny.gguf"));
    Engine.Outlook outlook = Engine.named("torch").outlook(options(file)).orElseThrow();
    assertThat(outlook.gpu()).isFalse();
    assertThat(outlook.needed()).isBetween(1L << 20, 64L << 20);
    assertThat(outlook.fits()).isTrue();
    assertThat(outlook).isEqualTo(Engine.named("torch").outlook(options(file)).orElseThrow());
  }

  private static EngineOptions options(Path file) {
    return new EngineOptions(file, "tiny", "00", null, 0, 1, false, Map.of("cells", "1024"));
  }

  @Test
  void aCommandWithAutoSaysWhatItTakes() throws Exception {
    String processor = System.getProperty("os.arch");
    assumeTrue(processor.matches("amd64|x86_64"), "Nothing was measured on " + processor);
    Path file =
        TinyGguf.standard().withKind(TinyGguf.Kind.RECURRENT).write(folder.resolve("tiny.gguf"));
    Path home = folder.resolve("home");
    Path natives =
        Files.createDirectories(
            home.resolve("natives/torch-%s-mkl".formatted(TorchLibraries.version())));
    for (String name : new String[] {"ponder-stamp", "libtorch_cpu.so", "libmkl_rt.so.2"}) {
      Files.writeString(natives.resolve(name), "");
    }
    String[] command = {
      "generate", "x", "--engine", "auto", "--model", file.toString(), "--n", "16"
    };
    Said wide = new Terminal(home).run(command);
    assertThat(wide.err())
        .contains("note: --engine auto takes llama: torch cannot run this model:", "'mamba'");
    command[7] = "2";
    assertThat(new Terminal(home).run(command).err()).doesNotContain("auto takes");

    Path known = TinyGguf.standard().withMerges(60).write(folder.resolve("known.gguf"));
    Said torch =
        new Terminal(home)
            .run(
                "generate",
                "x",
                "--engine",
                "auto",
                "--model",
                known.toString(),
                "--n",
                "16",
                "--set",
                "gpu-layers=3");
    assertThat(torch.err())
        .contains("takes llama: torch cannot run this model: The torch engine has no setting");
    assertThat(
            new Terminal(home)
                .run(
                    "generate",
                    "x",
                    "--engine",
                    "auto",
                    "--model",
                    known.toString(),
                    "--set",
                    "dtype=bfloat16")
                .err())
        .contains("Engine llama has no setting 'dtype'. Maybe use --engine torch.");
    assertThat(new Terminal(home).run("generate", "x", "--engine", "atuo").err())
        .contains("Maybe 'auto' was meant.");
  }
}
