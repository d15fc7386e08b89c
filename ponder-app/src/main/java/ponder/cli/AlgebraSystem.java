package ponder.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import ponder.grade.AlgebraQuestion;
import ponder.grade.Grader;
import ponder.grade.Profile;
import ponder.grade.Reason;
import ponder.grade.Verdict;
import ponder.model.EngineException;
import ponder.store.Dialogue;
import ponder.store.Tool;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The last resort of grading: SymPy, in a child process that may be killed at any time.
///
/// The child is a Python that runs our own script. It gets trees made of numbers and names from a
/// fixed list, never a text of a model, and no environment but what it needs to start. It answers
/// one question after the other; if an answer takes longer than 5 seconds, is garbage, or the child
/// dies, the pair stays undecided, and the next one gets a new child. The script bounds its memory
/// itself, and ends itself if a question takes long after this process is gone.
///
/// For any threads, which take turns. [#close] may come while others wait.
final class AlgebraSystem implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(5);

  private static final Duration START = Duration.ofSeconds(60);
  private static final String SCRIPT = "algebra.py";
  private static final List<String> PASSED_ON =
      List.of(
          "PATH", "HOME", "LD_LIBRARY_PATH", "SYSTEMROOT", "USERPROFILE", "APPDATA", "TEMP", "TMP");
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Tool python;
  private final Path folder;
  private final Duration limit;
  private final ReentrantLock turn = new ReentrantLock();
  private final AtomicLong asked = new AtomicLong();
  private final AtomicLong decided = new AtomicLong();
  private volatile @Nullable Dialogue child;
  private volatile boolean closed;
  private volatile boolean bounded;
  private long number;

  private AlgebraSystem(Tool python, Path folder, Duration limit) {
    this.python = python;
    this.folder = folder;
    this.limit = limit;
  }

  /// Starts the child, so that what is missing shows at once.
  ///
  /// @param python a program, or a name on `PATH`; null for `python3` or `python`
  /// @throws IllegalArgumentException if there is no Python or it has no SymPy, saying what to
  ///   install
  static AlgebraSystem start(@Nullable String python, Shell shell, Duration limit) {
    Tool tool = tool(python, shell.environment());
    var system = new AlgebraSystem(tool, unpacked(), limit);
    try {
      system.begin();
    } catch (RuntimeException e) {
      system.close();
      throw e;
    }
    if (!system.bounded) {
      shell.note("ponder: This system does not let Python bound its memory.");
    }
    return system;
  }

  private static Tool tool(@Nullable String python, Map<String, String> environment) {
    Map<String, String> passed = new HashMap<>(environment);
    passed.keySet().removeIf(name -> PASSED_ON.stream().noneMatch(name::equalsIgnoreCase));
    passed.put("PYTHONHASHSEED", "0"); // the order of its sets, hence what it simplifies to
    passed.put("PYTHONDONTWRITEBYTECODE", "1");
    if (python != null && Path.of(python).getNameCount() > 1) {
      Path file = Path.of(python).toAbsolutePath();
      if (!Files.isRegularFile(file) || !Files.isExecutable(file)) {
        throw new IllegalArgumentException("--python (%s) is no program.".formatted(python));
      }
      return new Tool(file, passed);
    }
    Optional<Tool> found =
        python == null ? Tool.find(passed, "python3", "python") : Tool.find(passed, python);
    return found.orElseThrow(
        () ->
            new IllegalArgumentException(
                "--cas needs %s on PATH. Maybe install Python and SymPy (pip install sympy), or name"
                        .formatted(python == null ? "python3" : python)
                    + " the program with --python."));
  }

  private static Path unpacked() {
    try (InputStream script =
        Objects.requireNonNull(AlgebraSystem.class.getResourceAsStream(SCRIPT), SCRIPT)) {
      Path folder = Files.createTempDirectory("ponder-algebra");
      Files.copy(script, folder.resolve(SCRIPT));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Dialogue begin() {
    Dialogue started = python.converse(folder, List.of(SCRIPT));
    child = started;
    if (closed) {
      started.close();
    }
    switch (started.hear(START)) {
      case Dialogue.Line(String line) -> greeted(line);
      case Dialogue.Late _ ->
          throw unusable("did not get ready within " + START.toSeconds() + " s");
      case Dialogue.Ended _ -> {
        if (!closed) {
          throw unusable("ended: " + new Tool.Result(1, "", started.errors()).lastWords());
        }
      }
    }
    return started;
  }

  private void greeted(String line) {
    JsonNode greeting = json(line);
    if (!greeting.path("ready").asBoolean(false)) {
      if (greeting.path("missing").asString("").isEmpty()) {
        throw unusable("does not answer as Python would");
      }
      throw new IllegalArgumentException(
          "--cas: %s has no SymPy. Maybe run '%s -m pip install sympy'."
              .formatted(python.executable(), python.executable()));
    }
    bounded = greeting.path("bounded").asBoolean(false);
  }

  private EngineException unusable(String what) {
    return new EngineException(
        "The algebra system %s %s. Maybe name another Python with --python."
            .formatted(python.executable(), what));
  }

  private static JsonNode json(String line) {
    try {
      return MAPPER.readTree(line);
    } catch (JacksonException e) {
      return MAPPER.missingNode(); // garbage says nothing
    }
  }

  /// The grader's verdict; if it is undecided and can be asked, the algebra system's. Waits for its
  /// turn and at most the limit for the answer; undecided if it is closed meanwhile.
  Verdict judge(String answer, String reference, Profile profile) {
    Verdict verdict = Grader.grade(answer, reference, profile);
    if (!(verdict instanceof Verdict.Undecided) || verdict.reason() == Reason.PARSE_FAIL) {
      return verdict;
    }
    return AlgebraQuestion.of(answer, reference, profile)
        .map(question -> heard(verdict, answer(question)))
        .orElse(verdict);
  }

  private Verdict heard(Verdict core, String answer) {
    asked.incrementAndGet();
    String path = core.path() + ">cas";
    return switch (answer) {
      case "equal" -> {
        decided.incrementAndGet();
        yield new Verdict.Correct(Reason.CAS, path, core.steps());
      }
      case "different" -> {
        decided.incrementAndGet();
        yield new Verdict.Wrong(Reason.CAS, path, core.steps());
      }
      case "timeout" -> new Verdict.Undecided(core.reason(), path + ">timeout", core.steps());
      default -> new Verdict.Undecided(core.reason(), path, core.steps());
    };
  }

  /// `equal`, `different`, `timeout`, or anything else for unknown.
  private String answer(String question) {
    try {
      turn.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
    try {
      Dialogue dialogue = child;
      if (dialogue == null && !closed) {
        dialogue = begin();
      }
      return dialogue == null || closed ? "closed" : answer(dialogue, question);
    } finally {
      turn.unlock();
    }
  }

  private String answer(Dialogue dialogue, String question) {
    long asks = ++number;
    return switch (dialogue.ask("[%d,%s]".formatted(asks, question), limit)) {
      case Dialogue.Line(String line) -> {
        JsonNode reply = json(line);
        boolean mine = reply.path("number").asLong(-1) == asks;
        yield mine ? reply.path("answer").asString("unknown") : givenUp(dialogue, "garbage");
      }
      case Dialogue.Late _ -> givenUp(dialogue, "timeout");
      case Dialogue.Ended _ -> givenUp(dialogue, "ended");
    };
  }

  private String givenUp(Dialogue dialogue, String why) {
    dialogue.close();
    child = null;
    return why;
  }

  /// How many pairs were asked and how many of them it decided: `3 asked of the algebra system, 2
  /// decided`.
  String summary() {
    return "%d asked of the algebra system, %d decided".formatted(asked.get(), decided.get());
  }

  /// Ends the child and removes its script.
  @Override
  public void close() {
    closed = true;
    Dialogue dialogue = child;
    if (dialogue != null) {
      dialogue.close();
    }
    try {
      Files.deleteIfExists(folder.resolve(SCRIPT));
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // A child that is still dying may hold its folder, as on Windows.
      folder.toFile().deleteOnExit();
      folder.resolve(SCRIPT).toFile().deleteOnExit();
    }
  }
}
