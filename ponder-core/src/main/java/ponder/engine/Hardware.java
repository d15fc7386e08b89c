package ponder.engine;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What this machine has: cores and free memory.
///
/// Linux tells it in text files; elsewhere the JVM's own figures are used, which count logical
/// processors and physical memory. Reads files anew at every call.
public final class Hardware {
  private static final Pattern AVAILABLE = Pattern.compile("MemAvailable:\\s+(\\d+) kB");

  private Hardware() {}

  /// Physical cores that this process may use, at least 1. Matrix kernels gain nothing from a
  /// second thread on a core.
  public static int physicalCores() {
    return physicalCores(
        Path.of("/sys/devices/system/cpu"), Runtime.getRuntime().availableProcessors());
  }

  static int physicalCores(Path cpus, int processors) {
    Set<String> cores = new HashSet<>();
    for (int cpu = 0; ; cpu++) {
      Path siblings = cpus.resolve("cpu" + cpu + "/topology/thread_siblings_list");
      if (!Files.isReadable(siblings)) {
        break;
      }
      cores.add(read(siblings).strip());
    }
    return cores.isEmpty() ? processors : Math.min(cores.size(), processors);
  }

  /// Bytes of memory that can be taken without swapping: what the system calls available, or less
  /// where a control group allows less.
  public static long availableMemory() {
    return availableMemory(Path.of("/proc/meminfo"), Path.of("/sys/fs/cgroup"));
  }

  static long availableMemory(Path meminfo, Path controlGroup) {
    Matcher matcher = AVAILABLE.matcher(read(meminfo));
    long available = matcher.find() ? Long.parseLong(matcher.group(1)) * 1024 : physicalMemory();
    OptionalLong limit = number(controlGroup.resolve("memory.max"));
    OptionalLong used = number(controlGroup.resolve("memory.current"));
    if (limit.isPresent() && used.isPresent()) {
      long pageCache = fileBytes(read(controlGroup.resolve("memory.stat")));
      return Math.min(available, Math.max(0, limit.getAsLong() - used.getAsLong() + pageCache));
    }
    return available;
  }

  /// The page cache that a control group is charged for; it gives way when memory is needed.
  private static long fileBytes(String statistics) {
    return statistics
        .lines()
        .filter(line -> line.startsWith("inactive_file ") || line.startsWith("active_file "))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1).strip()))
        .sum();
  }

  /// Bytes of memory that this machine has, or that its control group may take, whoever has them
  /// now.
  public static long physicalMemory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Long.MAX_VALUE;
  }

  private static OptionalLong number(Path file) {
    String text = read(file).strip();
    return text.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
  }

  /// The file's text, empty where there is no such file.
  private static String read(Path file) {
    try {
      return Files.isReadable(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      return "";
    }
  }
}
