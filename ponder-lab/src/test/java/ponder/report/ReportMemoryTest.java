package ponder.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.testkit.Child;

@Tag("nightly")
class ReportMemoryTest {
  @TempDir Path root;

  /// A page of some 40 MB, in a process that may not use as much.
  @Test
  void aThousandProblemsOfSixteenCandidatesNeedLittleMemory() throws IOException {
    var folder = new Folder(root, false);
    List<String> answers = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      answers.add(String.valueOf(i % 3));
      texts.add(("Step " + i + ": we add. ").repeat(120));
    }
    for (int i = 0; i < 1000; i++) {
      folder.problem("Question " + i, "1", answers, texts);
    }
    folder.write();

    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String path = System.getProperty("java.class.path");
    try (Child child =
        Child.start(
            List.of(
                java,
                "-Xmx32m",
                "-XX:+UseSerialGC",
                "-cp",
                path,
                Maker.class.getName(),
                root.toString()))) {
      child.await("made");
    }

    assertThat(Files.size(root.resolve("report.html"))).isGreaterThan(30_000_000);
  }

  /// The other process.
  static final class Maker {
    private Maker() {}

    public static void main(String[] arguments) {
      System.out.println("made " + Report.write(Path.of(arguments[0])));
    }
  }
}
