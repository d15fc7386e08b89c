package ponder.llama;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// Takes the library's log: errors and warnings are kept for the messages of exceptions, the rest
/// goes to the logger `ponder.llama` at DEBUG.
///
/// The library has one log for the whole process and may write to it from threads of its own, at
/// any time. So there is one call-back, in memory that is never freed, and it never throws: an
/// exception that leaves an upcall ends the process.
final class NativeLog {
  private static final int WARN = 3;
  private static final int ERROR = 4;
  private static final int CONTINUED = 5;
  private static final int KEPT = 12;
  private static final int LONGEST = 400;

  private static final System.Logger LOGGER = System.getLogger("ponder.llama");
  private static final Deque<String> TROUBLES = new ArrayDeque<>();
  private static final StringBuilder LINE = new StringBuilder();
  private static int level;
  private static String cpuBackend = "";

  private NativeLog() {}

  /// A C function `void (int level, const char* text, void* data)` that writes here.
  static MemorySegment stub() {
    FunctionDescriptor signature = FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS, ADDRESS);
    try {
      var target =
          MethodHandles.lookup()
              .findStatic(
                  NativeLog.class,
                  "write",
                  MethodType.methodType(
                      void.class, int.class, MemorySegment.class, MemorySegment.class));
      return Linker.nativeLinker().upcallStub(target, signature, Arena.global());
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  /// Forgets what was kept, before a call whose failure is to be explained.
  static synchronized void forget() {
    TROUBLES.clear();
  }

  /// The end of a message about a failed call: `: ` and the errors and warnings since [#forget],
  /// oldest first, or a full stop if there were none.
  static synchronized String reason() {
    return TROUBLES.isEmpty() ? "." : ": " + String.join("; ", List.copyOf(TROUBLES));
  }

  /// The file name of the CPU back end that the library chose, empty if it has named none.
  static synchronized String cpuBackend() {
    return cpuBackend;
  }

  @SuppressWarnings("UnusedMethod") // called by the library
  private static void write(int level, MemorySegment text, MemorySegment data) {
    try {
      add(level, text.reinterpret(Integer.MAX_VALUE).getString(0));
    } catch (RuntimeException | Error e) {
      // Nothing may leave an upcall, and there is no other place to tell it.
    }
  }

  private static synchronized void add(int messageLevel, String text) {
    if (messageLevel != CONTINUED) {
      flush();
      level = messageLevel;
    }
    LINE.append(text);
    if (text.endsWith("\n") || LINE.length() > LONGEST) {
      flush();
    }
  }

  private static void flush() {
    String line = LINE.toString().strip();
    LINE.setLength(0);
    if (line.isEmpty()) {
      return;
    }
    if (line.length() > LONGEST) {
      line = line.substring(0, LONGEST) + "...";
    }
    noteBackend(line);
    if (level == WARN || level == ERROR) {
      if (TROUBLES.size() == KEPT) {
        TROUBLES.removeFirst();
      }
      TROUBLES.add(line);
    }
    LOGGER.log(System.Logger.Level.DEBUG, line);
  }

  private static void noteBackend(String line) {
    if (line.contains("loaded CPU backend from ")) {
      cpuBackend = line.substring(Math.max(line.lastIndexOf('/'), line.lastIndexOf('\\')) + 1);
    }
  }
}
