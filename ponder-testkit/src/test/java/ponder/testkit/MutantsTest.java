package ponder.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MutantsTest {
  @TempDir private Path folder;

  /// Dies of the seeds that are its arguments.
  static final class Reading {
    public static void main(String[] arguments) throws IOException {
      Mutants.readAll(
          arguments,
          seed -> {
            if (List.of(arguments).subList(2, arguments.length).contains(seed + "")) {
              Runtime.getRuntime().halt(1);
            }
            return "read " + seed;
          });
    }
  }

  private Mutants mutants(long mostMegabytes, String... deadly) {
    return new Mutants(Reading.class, new JavaRun(folder), mostMegabytes, List.of(deadly));
  }

  @Test
  void namesTheMutantThatEndsTheProcessAndGoesOn() throws Exception {
    Mutants.Report report = mutants(Long.MAX_VALUE, "12").read(10, 5);

    assertThat(report.victims()).singleElement().asString().startsWith("ended the process: 12");
    assertThat(report.results()).containsExactly("read 10", "read 11", "read 13", "read 14");
  }

  @Test
  void namesEachMutantWithTooMuchMemory() throws Exception {
    assertThat(mutants(-1).read(0, 2).victims())
        .hasSize(2)
        .allMatch(victim -> victim.startsWith("took much memory: "));
  }

  @Test
  void saysWhenNoChildBegins() throws Exception {
    JavaRun broken = new JavaRun(folder).withClassPath("nowhere");

    assertThat(new Mutants(Reading.class, broken, 0, List.of()).read(7, 3).victims())
        .singleElement()
        .asString()
        .startsWith("nothing ran from seed 7: ")
        .contains("Reading");
  }
}
