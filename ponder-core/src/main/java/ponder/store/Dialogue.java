package ponder.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/// A tool that runs and answers lines with lines.
///
/// Nothing here waits longer than its limit: lines are written and read by threads of their own, so
/// a tool that neither reads nor writes is only late. Whoever hears that it is late or has ended
/// closes the dialogue and, if need be, starts another. One caller at a time speaks and hears;
/// [#close] may come from any thread at any time and makes a waiting caller hear that it ended.
public final class Dialogue implements AutoCloseable {
  private static final int LONGEST_LINE = 64 << 10;

  /// What came back.
  public sealed interface Reply {}

  /// A line, without its end.
  public record Line(String text) implements Reply {}

  /// Nothing within the limit.
  public record Late() implements Reply {}

  /// Nothing more will come: the tool has ended, closed its output, or printed a line of more than
  /// 64 Ki characters.
  public record Ended() implements Reply {}

  private final Process process;
  private final BlockingQueue<Reply> replies = new ArrayBlockingQueue<>(1);
  private final Thread reader;
  private final Tail err;

  Dialogue(Process process) {
    this.process = process;
    this.err = new Tail(process.getErrorStream());
    this.reader =
        Thread.ofPlatform()
            .daemon()
            .name("ponder-dialogue")
            .start(() -> read(process.getInputStream()));
  }

  /// Sends `line` and waits for the next line, at most `limit`. If the thread is interrupted this
  /// counts as the end, and its interrupt flag stays set.
  public Reply ask(String line, Duration limit) {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    Thread.ofPlatform().daemon().name("ponder-dialogue-writer").start(() -> write(bytes));
    return hear(limit);
  }

  /// Waits for the next line, at most `limit`. If the thread is interrupted this counts as the end,
  /// and its interrupt flag stays set.
  public Reply hear(Duration limit) {
    try {
      Reply reply = replies.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
      return reply == null ? new Late() : reply;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Ended();
    }
  }

  /// The end of what the tool printed on its error stream so far.
  public String errors() {
    try {
      return err.await(Tool.GLANCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /// Kills the tool and all its descendants.
  @Override
  public void close() {
    Tool.kill(process.toHandle());
    reader.interrupt();
    replies.offer(new Ended());
  }

  private void write(byte[] bytes) {
    try {
      process.getOutputStream().write(bytes);
      process.getOutputStream().flush();
    } catch (IOException e) {
      // It reads no more: whoever waits for its answer hears that it ended, or that it is late.
      return;
    }
  }

  private void read(InputStream stream) {
    try (var in = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      var line = new StringBuilder();
      for (int c = in.read(); c >= 0 && line.length() < LONGEST_LINE; c = in.read()) {
        if (c == '\n') {
          replies.put(new Line(line.toString()));
          line.setLength(0);
        } else if (c != '\r') {
          line.append((char) c);
        }
      }
    } catch (IOException e) {
      // It was killed, which is an end like any other.
    } catch (InterruptedException e) {
      return; // closed
    }
    end();
  }

  private void end() {
    try {
      replies.put(new Ended());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
