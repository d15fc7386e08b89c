package ponder.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// How a local engine schedules. The defaults ([#DEFAULT]) suit a CPU with a model of up to a few
/// billion weights; the sizes are cut to what the backend's shape allows.
///
/// @param maxSequences most sequences that run at a time; 64
/// @param stepTokens most rows of one step, decodes and prefill together; 512
/// @param chunk most rows of one sequence's prefill in one step; 256
/// @param minPrefill rows a step leaves to prefill however many decodes there are; 32
/// @param stepTime prefill is cut so that a step with decodes stays below this; 250 ms, zero for no
///   limit
/// @param watermark share of the cells that admission leaves free; 0.02
/// @param reserveAhead cells per sequence that admission keeps for its first generated tokens; 64
/// @param idleCells cells that may lie unused in the prefix tree while four or more sequences
///   decode, unless twice the running cells are more; each costs every row time; 2048
/// @param memoryBytes most cache memory in use; 0 for all the backend has
/// @param joinAhead tokens that another prefill must promise beyond what is computed for a job to
///   wait for them; 16
/// @param groupSteps steps an adapter's group runs while others wait; 8
/// @param groupTime time an adapter's group runs while others wait; 250 ms
/// @param queueLimit calls in the engine at a time; the rest block; 4096
/// @param streamEvents text deltas kept for a slow listener before they are merged; 256
/// @param samplingThreads threads that sample a step's rows, the engine's own included; 0 for half
///   the processors, at most 8
/// @param parkBytes most host memory for prefixes evicted from the cache; 1 GiB, 0 for none. A
///   backend takes no more than the machine can spare
/// @param parkTokens fewest tokens that are worth parking or putting back; 256
/// @param reuse whether prefixes are shared and kept; true
/// @param deterministic whether results must not depend on company, order or cache: one sequence at
///   a time on an empty cache, prefill on a fixed grid of `chunk`; false
/// @param checked whether the engine recounts its books at every step and whenever it is idle;
///   false
/// @param drain how long closing waits for running calls; zero
public record EngineSettings(
    int maxSequences,
    int stepTokens,
    int chunk,
    int minPrefill,
    Duration stepTime,
    double watermark,
    int reserveAhead,
    int idleCells,
    long memoryBytes,
    int joinAhead,
    int groupSteps,
    Duration groupTime,
    int queueLimit,
    int streamEvents,
    int samplingThreads,
    long parkBytes,
    int parkTokens,
    boolean reuse,
    boolean deterministic,
    boolean checked,
    Duration drain) {

  public static final EngineSettings DEFAULT =
      new EngineSettings(
          64,
          512,
          256,
          32,
          Duration.ofMillis(250),
          0.02,
          64,
          2048,
          0,
          16,
          8,
          Duration.ofMillis(250),
          4096,
          256,
          0,
          1L << 30,
          256,
          true,
          false,
          false,
          Duration.ZERO);

  public EngineSettings {
    atLeast("maxSequences", maxSequences, 1);
    atLeast("stepTokens", stepTokens, 1);
    atLeast("chunk", chunk, 1);
    atLeast("minPrefill", minPrefill, 1);
    atLeast("reserveAhead", reserveAhead, 0);
    atLeast("idleCells", idleCells, 0);
    atLeast("memoryBytes", memoryBytes, 0);
    atLeast("joinAhead", joinAhead, 1);
    atLeast("groupSteps", groupSteps, 1);
    atLeast("queueLimit", queueLimit, 1);
    atLeast("streamEvents", streamEvents, 1);
    atLeast("samplingThreads", samplingThreads, 0);
    atLeast("parkBytes", parkBytes, 0);
    atLeast("parkTokens", parkTokens, 1);
    atLeast("stepTime", stepTime.toNanos(), 0);
    atLeast("groupTime", groupTime.toNanos(), 1);
    atLeast("drain", drain.toNanos(), 0);
    if (!(watermark >= 0 && watermark < 1)) {
      throw new IllegalArgumentException(
          "watermark (" + watermark + ") must be at least 0 and below 1.");
    }
  }

  private static void atLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " (" + value + ") must be at least " + least + ".");
    }
  }

  /// The names that [#with] knows.
  public static List<String> names() {
    return List.of(
        "maxSequences",
        "stepTokens",
        "chunk",
        "minPrefill",
        "stepTime",
        "watermark",
        "reserveAhead",
        "idleCells",
        "memoryBytes",
        "joinAhead",
        "groupSteps",
        "groupTime",
        "queueLimit",
        "streamEvents",
        "samplingThreads",
        "parkBytes",
        "parkTokens",
        "reuse",
        "deterministic",
        "checked",
        "drain");
  }

  /// These settings with some replaced; times are milliseconds.
  ///
  /// @throws IllegalArgumentException if a name is unknown or a value cannot be read
  public EngineSettings with(Map<String, String> changes) {
    for (String name : changes.keySet()) {
      if (!names().contains(name)) {
        throw new IllegalArgumentException(
            "Engine setting '" + name + "' is unknown. Maybe one of " + names() + " was meant.");
      }
    }
    Reader read = new Reader(changes);
    return new EngineSettings(
        read.integer("maxSequences", maxSequences),
        read.integer("stepTokens", stepTokens),
        read.integer("chunk", chunk),
        read.integer("minPrefill", minPrefill),
        read.millis("stepTime", stepTime),
        read.decimal("watermark", watermark),
        read.integer("reserveAhead", reserveAhead),
        read.integer("idleCells", idleCells),
        read.whole("memoryBytes", memoryBytes),
        read.integer("joinAhead", joinAhead),
        read.integer("groupSteps", groupSteps),
        read.millis("groupTime", groupTime),
        read.integer("queueLimit", queueLimit),
        read.integer("streamEvents", streamEvents),
        read.integer("samplingThreads", samplingThreads),
        read.whole("parkBytes", parkBytes),
        read.integer("parkTokens", parkTokens),
        read.flag("reuse", reuse),
        read.flag("deterministic", deterministic),
        read.flag("checked", checked),
        read.millis("drain", drain));
  }

  /// These settings with one replaced; see [#with(Map)].
  public EngineSettings with(String name, Object value) {
    return with(Map.of(name, value.toString()));
  }

  /// How many threads sample.
  int samplers() {
    return samplingThreads > 0
        ? samplingThreads
        : Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 8);
  }

  private record Reader(Map<String, String> changes) {
    int integer(String name, int otherwise) {
      return Math.toIntExact(whole(name, otherwise));
    }

    Duration millis(String name, Duration otherwise) {
      return changes.containsKey(name) ? Duration.ofMillis(whole(name, 0)) : otherwise;
    }

    boolean flag(String name, boolean otherwise) {
      String text = changes.get(name);
      if (text == null) {
        return otherwise;
      }
      return switch (text) {
        case "true" -> true;
        case "false" -> false;
        default -> throw unreadable(name, text, "true or false");
      };
    }

    long whole(String name, long otherwise) {
      String text = changes.get(name);
      try {
        return text == null ? otherwise : Long.parseLong(text);
      } catch (NumberFormatException e) {
        throw unreadable(name, text, "a whole number");
      }
    }

    double decimal(String name, double otherwise) {
      String text = changes.get(name);
      try {
        return text == null ? otherwise : Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw unreadable(name, text, "a number");
      }
    }

    private static IllegalArgumentException unreadable(String name, String text, String kind) {
      return new IllegalArgumentException(name + " (" + text + ") must be " + kind + ".");
    }
  }
}
