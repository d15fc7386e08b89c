package ponder.cli;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import ponder.catalog.ModelEntry;
import ponder.catalog.Models;
import ponder.catalog.NativeBuild;
import ponder.catalog.Natives;
import ponder.catalog.Resolved;
import ponder.catalog.Sizes;
import ponder.catalog.TorchLibraries;
import ponder.model.EngineException;
import ponder.model.EngineOptions;
import ponder.store.Home;
import ponder.store.Tool;

/// Looks at everything that Ponder needs and says what is there, what is not, and what gets it.
///
/// Changes nothing and fetches nothing. A thing that another one can fetch by itself is missing,
/// not wrong: with npm and pip there, an empty home is healthy.
final class Doctor {
  /// How a thing is.
  enum State {
    OK,
    /// Not there; what needs it fetches it or says so.
    MISSING,
    /// There and wrong, or missing with nothing that could fetch it: Ponder cannot solve.
    BROKEN
  }

  /// One thing that was looked at.
  ///
  /// @param detail what it is, or what is wrong with it
  /// @param remedy the command that helps; empty if none is needed
  record Check(String name, State state, String detail, String remedy) {}

  private static final long LITTLE_DISK = 2_000_000_000L;
  private static final long LITTLE_MEMORY = 1_500_000_000L;

  private final Shell shell;
  private final Home home;
  private final List<Check> checks = new ArrayList<>();

  Doctor(Shell shell) {
    this.shell = shell;
    this.home = shell.home();
  }

  /// Everything but speed, in the order to show it. Under a second, unless a model has to be hashed
  /// for the first time.
  List<Check> examine() {
    ok("java", "%s, %s".formatted(Runtime.version(), System.getProperty("java.home")));
    tool("maven", "builds Ponder from its sources", "apt-get install maven", "mvn");
    boolean npm = tool("npm", "fetches the natives", "apt-get install npm", "npm");
    boolean pip =
        tool("pip", "fetches the default model", "apt-get install python3-pip", "pip3", "pip");
    homeFolder();
    disk();
    memory();
    natives(npm);
    torch();
    gpu();
    model(pip);
    engine();
    return List.copyOf(checks);
  }

  private void ok(String name, String detail) {
    checks.add(new Check(name, State.OK, detail, ""));
  }

  private boolean tool(String name, String use, String remedy, String... programs) {
    Optional<Tool> tool = Tool.find(shell.environment(), programs);
    checks.add(
        tool.map(found -> new Check(name, State.OK, found.executable().toString(), ""))
            .orElseGet(() -> new Check(name, State.MISSING, use, remedy)));
    return tool.isPresent();
  }

  private void homeFolder() {
    boolean writable = home.writable();
    checks.add(
        new Check(
            "home",
            writable ? State.OK : State.BROKEN,
            home.root() + (writable ? "" : " cannot be written"),
            writable ? "" : "export PONDER_HOME=FOLDER, one that you can write"));
  }

  private void disk() {
    Path folder = home.root();
    while (!Files.exists(folder) && folder.getParent() != null) {
      folder = folder.getParent();
    }
    try {
      long free = Files.getFileStore(folder).getUsableSpace();
      boolean little = free < LITTLE_DISK;
      checks.add(
          new Check(
              "disk",
              little ? State.BROKEN : State.OK,
              Sizes.text(free) + " free",
              little ? "make room, or export PONDER_HOME=FOLDER on another disk" : ""));
    } catch (IOException e) {
      checks.add(new Check("disk", State.BROKEN, String.valueOf(e.getMessage()), ""));
    }
  }

  private void memory() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      long all = system.getTotalMemorySize();
      boolean little = all < LITTLE_MEMORY;
      checks.add(
          new Check(
              "memory",
              little ? State.BROKEN : State.OK,
              "%s, %s free; %d processors"
                  .formatted(
                      Sizes.text(all),
                      Sizes.text(system.getFreeMemorySize()),
                      Runtime.getRuntime().availableProcessors()),
              little ? "take a machine with 2 GB or more" : ""));
    }
  }

  /// llama.cpp's libraries; nothing is wrong without them where libtorch's are there.
  private void natives(boolean npm) {
    Natives natives = new Natives(home, shell.environment());
    try {
      Natives.Library library = natives.find(null);
      NativeBuild build = library.build();
      ok("natives", (build == null ? "" : "llama.cpp " + build.llama() + ", ") + library.folder());
    } catch (EngineException e) {
      boolean fetchable = npm && !natives.builds().isEmpty();
      boolean spared = new TorchLibraries(home, shell.environment()).find().isPresent();
      checks.add(
          new Check(
              "natives",
              fetchable || spared ? State.MISSING : State.BROKEN,
              natives.builds().isEmpty() ? said(e) : "llama.cpp's libraries, for --engine llama",
              natives.builds().isEmpty()
                  ? ""
                  : (npm ? "" : "install npm, then ") + "ponder natives pull"));
    }
  }

  /// libtorch is for the engine torch alone, so its absence is never wrong.
  private void torch() {
    TorchLibraries libraries = new TorchLibraries(home, shell.environment());
    Optional<Path> found = libraries.find();
    if (found.isEmpty()) {
      checks.add(
          new Check(
              "torch",
              State.MISSING,
              "libtorch's libraries, for --engine torch and training",
              "ponder natives pull torch"));
      return;
    }
    String kind = "without MKL (slower to train on a CPU, not to generate)";
    if (libraries.installed(TorchLibraries.Variant.CUDA).isPresent()) {
      kind = "for GPUs";
    } else if (libraries.installed(TorchLibraries.Variant.MKL).isPresent()) {
      kind = "with MKL";
    }
    ok("torch", "libtorch %s %s, %s".formatted(TorchLibraries.version(), kind, found.get()));
  }

  /// A graphics processor's driver, as the system shows it.
  private void gpu() {
    Path driver = Path.of("/proc/driver/nvidia/version");
    if (!Files.isReadable(driver)) {
      checks.add(new Check("gpu", State.MISSING, "no NVIDIA driver: models run on the CPU", ""));
      return;
    }
    try {
      ok("gpu", Files.readAllLines(driver).getFirst().replaceAll("\\s+", " "));
    } catch (IOException | NoSuchElementException e) {
      checks.add(new Check("gpu", State.MISSING, driver + " cannot be read", ""));
    }
  }

  private void model(boolean pip) {
    try {
      Models models = new Models(home, shell.environment());
      ModelEntry entry = models.catalogue().preferred();
      Models.Listed listed = models.info(entry.name());
      if (listed.installed()) {
        ok("model", "%s, %s".formatted(entry.name(), models.resolve(entry.name()).path()));
      } else {
        checks.add(
            new Check(
                "model",
                pip ? State.MISSING : State.BROKEN,
                "%s (%s)".formatted(entry.name(), Sizes.text(entry.size())),
                (pip ? "" : "install pip, then ") + "ponder models pull " + entry.name()));
      }
    } catch (EngineException e) {
      checks.add(new Check("model", State.BROKEN, said(e), ""));
    }
  }

  /// What `--engine auto` takes for the default model.
  private void engine() {
    try {
      Models models = new Models(home, shell.environment());
      ModelEntry entry = models.catalogue().preferred();
      if (models.info(entry.name()).installed()) {
        Resolved resolved = models.resolve(entry.name());
        EngineOptions options =
            new EngineOptions(
                resolved.path(), resolved.name(), resolved.sha256(), null, 0, 0, false, Map.of());
        String narrow = EngineChoice.ofFile(options, 1, shell).engine();
        String wide = EngineChoice.ofFile(options, EngineChoice.CROSSOVER, shell).engine();
        ok(
            "engine",
            narrow.equals(wide)
                ? "--engine auto takes %s for %s".formatted(narrow, entry.name())
                : "--engine auto takes %s for %s, %s for %d sequences and more side by side"
                    .formatted(narrow, entry.name(), wide, EngineChoice.CROSSOVER));
      }
    } catch (EngineException e) {
      checks.add(new Check("engine", State.BROKEN, said(e), ""));
    }
  }

  private static String said(EngineException e) {
    @Nullable String message = e.getMessage();
    return message == null ? e.toString() : message;
  }
}
