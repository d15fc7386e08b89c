package ponder.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import picocli.CommandLine.Model.OptionSpec;
import ponder.search.Methods;

/// The evaluations that `ponder compare --method` runs itself: one for each method and model, each
/// by `ponder eval` into a folder of its own below the comparison's, so that an interrupted
/// comparison goes on where it was.
final class CompareRuns {
  /// What the comparison itself writes beside the evaluations.
  private static final String OWN_FILES = "compare\\..*";

  private final Path out;
  private final Map<String, List<String>> arguments = new LinkedHashMap<>();

  /// @param out the comparison's folder
  /// @param methods each a method's name, and after it `key=value` for options of `ponder eval` and
  ///   settings of the method, parted by spaces
  /// @param models as `--model` takes them; none for the default
  /// @param shared arguments of every evaluation
  /// @throws IllegalArgumentException naming a method that cannot be read or comes twice
  CompareRuns(Path out, List<String> methods, List<String> models, List<String> shared) {
    this.out = out;
    for (String model : models.isEmpty() ? List.of("") : models) {
      for (String method : methods) {
        add(method, model, models.size() > 1, shared);
      }
    }
  }

  /// The options that a command was given and `wanted` takes, as arguments of other commands.
  ///
  /// @param given the parsed options
  /// @param wanted of an option's longest name
  static List<String> shared(List<OptionSpec> given, Predicate<String> wanted) {
    List<String> shared = new ArrayList<>();
    for (OptionSpec option : given) {
      if (!wanted.test(option.longestName())) {
        continue;
      }
      for (String value : option.originalStringValues()) {
        shared.add(option.longestName());
        if (!option.typeInfo().isBoolean()) {
          shared.add(value);
        }
      }
    }
    return shared;
  }

  private void add(String text, String model, boolean naming, List<String> shared) {
    String[] words = text.strip().split("\\s+");
    String method = Methods.named(words[0]).name();
    List<String> all = new ArrayList<>(List.of("eval", "--method", method));
    for (int i = 1; i < words.length; i++) {
      if (!words[i].matches("[A-Za-z][A-Za-z.-]*=.*")) {
        throw new IllegalArgumentException(
            "--method (%s) cannot be read at '%s'. Maybe \"best-of-n n=8 verifier=judge\" was meant."
                .formatted(text, words[i]));
      }
      all.add("--set");
      all.add(words[i]);
    }
    if (!model.isEmpty()) {
      all.addAll(List.of("--model", model));
    }
    String name = name(words, naming ? Path.of(model).getFileName() + " " : "");
    all.addAll(shared);
    all.addAll(List.of("--out", out.resolve(name).toString()));
    if (arguments.put(name, all) != null) {
      throw new IllegalArgumentException("--method (%s) is given twice.".formatted(text));
    }
  }

  /// A folder's name, such as `best-of-n_n=8`.
  private static String name(String[] words, String before) {
    return (before + String.join(" ", words))
        .replaceAll("[^A-Za-z0-9.=,_ -]+", "-")
        .replace(' ', '_');
  }

  /// The evaluations' folders, in the order in which they run.
  List<Path> folders() {
    return arguments.keySet().stream().map(out::resolve).toList();
  }

  /// Refuses a folder in which something else lies than these evaluations and their comparison.
  ///
  /// @throws IllegalArgumentException naming what lies there
  void require() {
    if (!Files.exists(out)) {
      return;
    }
    Set<String> foreign = new TreeSet<>();
    try (Stream<Path> entries = Files.list(out)) {
      entries
          .map(entry -> String.valueOf(entry.getFileName()))
          .filter(name -> !arguments.containsKey(name) && !name.matches(OWN_FILES))
          .forEach(foreign::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!foreign.isEmpty()) {
      throw new IllegalArgumentException(
          "--out (%s) holds what is no part of this comparison: %s. Maybe give a new folder."
              .formatted(out, foreign));
    }
  }

  /// Runs the evaluations that have not come to their end, one after the other.
  ///
  /// @param shell its output is for people here
  /// @return 0, or the exit code of the first that did not end well
  int run(Shell shell) {
    int number = 0;
    for (Map.Entry<String, List<String>> one : arguments.entrySet()) {
      number++;
      shell.note("%s: evaluation %d of %d".formatted(one.getKey(), number, arguments.size()));
      int code = Ponder.run(one.getValue().toArray(String[]::new), shell.talking());
      if (code != Ponder.DONE) {
        return code;
      }
    }
    return Ponder.DONE;
  }
}
