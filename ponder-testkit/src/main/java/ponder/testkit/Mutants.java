package ponder.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Has mutated files read one after another, in child processes that may die of one.
///
/// A child tells what became of each mutant on a line, and begins the line before it reads. So a
/// line without an end names the mutant that ended the process; the next child goes on behind it.
///
/// @param program the child, whose `main` calls [#readAll]
/// @param run how children run
/// @param mostMegabytes most memory that a child may hold
/// @param arguments the child's own, behind the first seed and how many
public record Mutants(Class<?> program, JavaRun run, long mostMegabytes, List<String> arguments) {
  /// Mutants for a child.
  private static final int BATCH = 2_500;

  public Mutants {
    arguments = List.copyOf(arguments);
  }

  /// What a child does with a mutant.
  @FunctionalInterface
  public interface Reader {
    /// Makes the mutant of a seed and reads it.
    ///
    /// @return what became of it
    String read(long seed) throws IOException;
  }

  /// What became of some mutants.
  ///
  /// @param victims what went wrong, a line each
  /// @param results what became of the others
  public record Report(List<String> victims, List<String> results) {
    public Report {
      victims = List.copyOf(victims);
      results = List.copyOf(results);
    }
  }

  /// Has the mutants of `count` seeds from `first` on read.
  public Report read(long first, int count) throws IOException, InterruptedException {
    List<String> victims = new ArrayList<>();
    List<String> results = new ArrayList<>();
    long seed = first;
    while (seed < first + count) {
      List<String> lines = child(seed, Math.min(BATCH, first + count - seed));
      if (lines.isEmpty()) {
        victims.add("nothing ran from seed " + seed + ": " + errors());
        break;
      }
      for (String line : lines) {
        String[] parts = line.split("\t", -1);
        if (parts.length < 3) {
          victims.add("ended the process: " + line + " " + errors());
        } else if (Long.parseLong(parts[2]) > mostMegabytes) {
          victims.add("took much memory: " + line);
        } else {
          results.add(parts[1]);
        }
      }
      seed = Long.parseLong(lines.getLast().split("\t", -1)[0]) + 1;
    }
    return new Report(victims, results);
  }

  private String errors() throws IOException {
    return Files.readString(run.errors()).strip();
  }

  /// The lines of a child; the last one is unfinished if it died.
  private List<String> child(long seed, long count) throws IOException, InterruptedException {
    List<String> all = Stream.concat(Stream.of(seed + "", count + ""), arguments.stream()).toList();
    run.run(program, all);
    try (Stream<String> lines = Files.lines(run.output())) {
      return lines.filter(line -> line.matches("\\d+(\t.*)?")).toList();
    }
  }

  /// The child's part: reads one mutant after another and writes of each its seed, what became of
  /// it, and the most memory so far in MB, with tabs between them.
  ///
  /// @param arguments of the child's `main`
  public static void readAll(String[] arguments, Reader reader) throws IOException {
    long first = Long.parseLong(arguments[0]);
    long count = Long.parseLong(arguments[1]);
    for (long seed = first; seed < first + count; seed++) {
      System.out.print(seed);
      System.out.flush();
      String result = reader.read(seed);
      System.out.println("\t" + result.replaceAll("\\s+", " ") + "\t" + peakMegabytes());
      System.out.flush();
    }
  }

  /// The most memory this process has held so far, 0 where the system does not tell.
  private static long peakMegabytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(0);
  }
}
