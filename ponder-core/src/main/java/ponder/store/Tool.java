package ponder.store;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import ponder.model.EngineException;

/// An external client, such as pip or npm: the one place that starts processes outside the sandbox.
///
/// A tool is started directly, never through a shell, so arguments need no quoting and nothing in
/// them is expanded. It gets the given environment and no other, an empty standard input (but for a
/// [Dialogue]), and a time limit; when that passes or the calling thread is interrupted, it is
/// killed with all its descendants. Of what it prints the last 256 KiB of each stream are kept.
///
/// @param executable the program's file
/// @param environment all its environment variables
public record Tool(Path executable, Map<String, String> environment) {
  private static final boolean WINDOWS =
      System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
  private static final Duration LAST_WORDS = Duration.ofMillis(700);
  static final Duration GLANCE = Duration.ofMillis(200);

  public Tool {
    environment = Map.copyOf(environment);
  }

  /// The first of `names` that is an executable file in a folder of `environment`'s `PATH`; earlier
  /// names win over earlier folders. Relative folders are passed over: what is started must not
  /// depend on where the user stands.
  public static Optional<Tool> find(Map<String, String> environment, String... names) {
    List<Path> folders = folders(environment);
    return Stream.of(names)
        .flatMap(name -> fileNames(name, environment).stream())
        .flatMap(name -> folders.stream().map(folder -> folder.resolve(name)))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst()
        .map(file -> new Tool(file, environment));
  }

  /// Like [#find], for a tool that is needed.
  ///
  /// @param advice what to do when it is missing, a sentence starting with "Maybe"
  /// @throws EngineException naming the tool if it is missing
  public static Tool need(Map<String, String> environment, String advice, String... names) {
    return find(environment, names)
        .orElseThrow(
            () ->
                new EngineException(
                    "No %s was found on PATH. %s".formatted(String.join(" or ", names), advice)));
  }

  /// What a tool left behind.
  ///
  /// @param status its exit status; 0 is success
  /// @param out the end of its standard output
  /// @param err the end of its standard error
  public record Result(int status, String out, String err) {
    /// The last line of what it printed that says anything, for an error message; user names and
    /// passwords in addresses are left out.
    public String lastWords() {
      return (out + "\n" + err)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .reduce((earlier, later) -> later)
          .map(Result::withoutUsers)
          .orElse("it printed nothing");
    }

    /// `text` without the user names and passwords in its addresses.
    public static String withoutUsers(String text) {
      return text.replaceAll("://[^/@\\s]*@", "://");
    }
  }

  /// This tool with one environment variable set.
  public Tool with(String variable, String value) {
    var variables = new HashMap<>(environment);
    variables.put(variable, value);
    return new Tool(executable, variables);
  }

  /// Runs the tool in `folder` and waits for it.
  ///
  /// @throws EngineException if it cannot be started, runs longer than `limit`, or the thread is
  ///   interrupted (its interrupt flag stays set)
  public Result run(Path folder, Duration limit, List<String> arguments) {
    return run(folder, limit, arguments, () -> {});
  }

  /// Runs the tool in `folder` and waits for it, looking up from waiting five times a second.
  ///
  /// @param glance called by the waiting thread each time, to show how far the tool is
  /// @throws EngineException if it cannot be started, runs longer than `limit`, or the thread is
  ///   interrupted (its interrupt flag stays set)
  public Result run(Path folder, Duration limit, List<String> arguments, Runnable glance) {
    Process process = start(folder, arguments);
    var out = new Tail(process.getInputStream());
    var err = new Tail(process.getErrorStream());
    try {
      process.getOutputStream().close();
      if (!ends(process, limit, glance)) {
        throw new EngineException(
            "%s did not end within %d s and was stopped."
                .formatted(executable.getFileName(), limit.toSeconds()));
      }
      // A descendant that lives on may hold the streams open: no longer than a moment for that.
      return new Result(process.exitValue(), out.await(LAST_WORDS), err.await(LAST_WORDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException(executable.getFileName() + " was interrupted and stopped.", e);
    } catch (IOException e) {
      throw new EngineException("%s failed: %s".formatted(executable.getFileName(), e), e);
    } finally {
      kill(process.toHandle());
    }
  }

  /// Starts the tool in `folder` to answer line by line. Only here its standard input is not empty,
  /// and only here its time is limited by the caller, answer by answer, who must close it.
  ///
  /// @throws EngineException if it cannot be started
  public Dialogue converse(Path folder, List<String> arguments) {
    return new Dialogue(start(folder, arguments));
  }

  private static boolean ends(Process process, Duration limit, Runnable glance)
      throws InterruptedException {
    long start = System.nanoTime();
    while (System.nanoTime() - start < limit.toNanos()) {
      if (process.waitFor(GLANCE.toMillis(), TimeUnit.MILLISECONDS)) {
        return true;
      }
      glance.run();
    }
    return !process.isAlive();
  }

  private Process start(Path folder, List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(executable.toString());
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new EngineException(
          "%s cannot be started: %s".formatted(executable, e.getMessage()), e);
    }
  }

  /// Parents first, so that none starts a new child after its children were listed; the list is
  /// taken before, since orphans belong to nobody.
  static void kill(ProcessHandle process) {
    List<ProcessHandle> children = process.children().toList();
    process.destroyForcibly();
    children.forEach(Tool::kill);
  }

  private static List<Path> folders(Map<String, String> environment) {
    String path =
        environment.entrySet().stream()
            .filter(e -> WINDOWS ? e.getKey().equalsIgnoreCase("PATH") : e.getKey().equals("PATH"))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse("");
    return Stream.of(path.split(File.pathSeparator)).flatMap(Tool::folder).toList();
  }

  private static Stream<Path> folder(String name) {
    try {
      Path folder = Path.of(name);
      return folder.isAbsolute() ? Stream.of(folder) : Stream.empty();
    } catch (InvalidPathException e) {
      return Stream.empty();
    }
  }

  /// On Windows a program is found by its name and one of the endings that `PATHEXT` lists.
  private static List<String> fileNames(String name, Map<String, String> environment) {
    if (!WINDOWS) {
      return List.of(name);
    }
    return Stream.of(environment.getOrDefault("PATHEXT", ".EXE;.CMD;.BAT").split(";"))
        .map(ending -> name + ending.toLowerCase(Locale.ROOT))
        .toList();
  }
}
