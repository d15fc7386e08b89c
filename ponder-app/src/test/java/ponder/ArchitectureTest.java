package ponder;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The house's arrows: which room (package below `ponder`) may see which others.
///
/// A room that is not listed fails, so a new one needs a line and a thought. `search` and `verify`
/// see models, never an engine; engines are reached by name alone, so nobody sees `llama` but for
/// what only llama.cpp can do.
class ArchitectureTest {
  private static final Map<String, Set<String>> MAY_SEE =
      Map.ofEntries(
          // Floor 0: nouns and files. The store speaks of errors as models do.
          Map.entry("core", Set.of()),
          Map.entry("store", Set.of("core", "model")),
          // Floor 1: models, their files and what runs them.
          Map.entry("model", Set.of("core")),
          Map.entry("gguf", Set.of("core", "model")),
          Map.entry("safetensors", Set.of("core", "model")),
          Map.entry("journal", Set.of("core", "store", "model")),
          Map.entry("catalog", Set.of("core", "store", "model", "gguf")),
          Map.entry("tokenize", Set.of("core", "gguf", "model")),
          Map.entry("template", Set.of("core", "gguf", "model")),
          Map.entry("engine", Set.of("core", "store", "gguf", "model", "tokenize", "template")),
          Map.entry("http", Set.of("core", "store", "model")),
          Map.entry(
              "llama",
              Set.of(
                  "core", "store", "catalog", "gguf", "model", "tokenize", "template", "engine")),
          Map.entry(
              "torch",
              Set.of(
                  "core",
                  "store",
                  "catalog",
                  "gguf",
                  "safetensors",
                  "model",
                  "tokenize",
                  "template",
                  "engine")),
          // Floor 2: work.
          Map.entry("grade", Set.of("core", "grade.exact")),
          Map.entry("grade.exact", Set.of("core")),
          Map.entry("verify", Set.of("core", "store", "safetensors", "model", "grade")),
          Map.entry("search.tree", Set.of("core", "model")),
          Map.entry("search", Set.of("core", "store", "model", "grade", "verify", "search.tree")),
          // Floor 3: recipes, and the laboratory over them.
          Map.entry(
              "recipe",
              Set.of("core", "store", "journal", "catalog", "model", "grade", "verify", "search")),
          Map.entry("stats", Set.of("core")),
          Map.entry("plot", Set.of()),
          Map.entry("data", Set.of("core", "store", "catalog", "model")),
          Map.entry(
              "eval",
              Set.of(
                  "core", "store", "model", "grade", "verify", "search", "recipe", "data",
                  "stats")),
          Map.entry("compare", Set.of("core", "store", "model", "stats", "eval")),
          Map.entry("policy", Set.of("core", "model", "search", "stats", "eval", "compare")),
          Map.entry(
              "study", Set.of("core", "store", "journal", "model", "stats", "eval", "compare")),
          Map.entry(
              "report",
              Set.of("core", "store", "model", "stats", "plot", "eval", "compare", "study")),
          // Floor 4: the application.
          Map.entry(
              "cli",
              Set.of(
                  "core", "store", "catalog", "gguf", "model", "engine", "grade", "verify",
                  "search", "recipe", "stats", "plot", "data", "eval", "compare", "policy", "study",
                  "report")));

  /// The exceptions: writing models and adapters anew is the libraries' own work, which no engine
  /// interface has.
  private static final Map<String, String> NATIVE_WORK =
      Map.of(
          "ponder.cli.RequantizeCommand", "llama",
          "ponder.cli.ExportCommand", "torch",
          "ponder.cli.ExportAdapterCommand", "torch");

  private static final JavaClasses SHIPPED =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("testkit"))
          .importPackages("ponder");

  @Test
  void roomsSeeOnlyRoomsBelow() {
    List<String> forbidden =
        SHIPPED.stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(arrow -> !room(arrow.getTargetClass()).isEmpty())
            .filter(ArchitectureTest::forbidden)
            .map(Dependency::getDescription)
            .sorted()
            .toList();

    assertThat(forbidden).isEmpty();
  }

  @Test
  void everyRoomIsOnTheMapAndIsPassable() {
    Set<String> rooms =
        SHIPPED.stream().map(ArchitectureTest::room).collect(Collectors.toCollection(TreeSet::new));

    assertThat(MAY_SEE.keySet()).containsAll(rooms);
    assertThat(rooms).contains("core", "model", "engine", "cli");
  }

  @Test
  void roomsFormNoCycle() {
    slices().matching("ponder.(**)").should().beFreeOfCycles().check(SHIPPED);
  }

  @Test
  void randomnessIsSeeded() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Random.class)
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.SplittableRandom")
        .because("a Seed is passed down and split by key")
        .check(SHIPPED);
  }

  @Test
  void onlyTheCommandLineExits() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("ponder.cli.Main")
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .check(SHIPPED);
  }

  @Test
  void onlyToolStartsProcesses() {
    noClasses()
        .that()
        .haveNameNotMatching("ponder\\.store\\.Tool(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ProcessBuilder.class)
        .orShould()
        .callMethodWhere(
            DescribedPredicate.describe(
                "Runtime.exec",
                call ->
                    call.getTargetOwner().isEquivalentTo(Runtime.class)
                        && call.getName().equals("exec")))
        .check(SHIPPED);
  }

  @Test
  void nothingUsesTheJdksInside() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("sun..", "com.sun.jna..", "jdk.internal..", "jdk.incubator..")
        .check(SHIPPED);
  }

  @Test
  void theSearchNeverSeesTheRightAnswers() {
    noClasses()
        .that()
        .resideInAPackage("ponder.search..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("ponder.verify.Oracle")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("ponder.core.LabelledProblem")
        .because("only an evaluation may compare with the reference")
        .check(SHIPPED);
  }

  private static boolean forbidden(Dependency arrow) {
    String from = room(arrow.getOriginClass());
    String to = room(arrow.getTargetClass());
    return !from.equals(to)
        && !MAY_SEE.getOrDefault(from, Set.of()).contains(to)
        && !to.equals(NATIVE_WORK.get(arrow.getOriginClass().getName()));
  }

  /// The package below `ponder`; empty for types outside it.
  private static String room(JavaClass type) {
    String name = type.getBaseComponentType().getPackageName();
    return name.startsWith("ponder.") ? name.substring("ponder.".length()) : "";
  }
}
