package ponder.store;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A lock that one thread of one process holds at a time, named by a file.
///
/// The operating system's file locks belong to the process and so do not part threads; each name
/// therefore has a lock of this process too, taken first. The system releases the file lock when
/// the process ends, however it ends, so no lock is ever left behind. The file itself stays:
/// deleting it would let two holders lock two different files of the same name. Waiting can be
/// interrupted.
public final class Lock implements AutoCloseable {
  private static final Map<Path, ReentrantLock> HERE = new ConcurrentHashMap<>();

  private final ReentrantLock here;
  private final FileChannel channel;
  private final FileLock lock;

  private Lock(ReentrantLock here, FileChannel channel, FileLock lock) {
    this.here = here;
    this.channel = channel;
    this.lock = lock;
  }

  /// Waits for the lock named by `file`, which is made if missing; its folder must exist.
  ///
  /// @param waiting called once if someone else holds the lock
  /// @throws InterruptedException if the thread is interrupted while it waits
  /// @throws IOException if the file cannot be made, or the file system has no locks
  public static Lock hold(Path file, Runnable waiting) throws IOException, InterruptedException {
    Path name = file.toAbsolutePath().normalize();
    ReentrantLock here = HERE.computeIfAbsent(name, path -> new ReentrantLock());
    boolean told = !here.tryLock();
    if (told) {
      waiting.run();
      here.lockInterruptibly();
    }
    FileChannel channel = null;
    try {
      channel = FileChannel.open(name, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        if (!told) {
          waiting.run();
        }
        lock = channel.lock();
      }
      return new Lock(here, channel, lock);
    } catch (FileLockInterruptionException | ClosedByInterruptException e) {
      release(here, channel);
      Thread.interrupted();
      throw new InterruptedException(e.getMessage());
    } catch (IOException | RuntimeException e) {
      release(here, channel);
      throw e;
    }
  }

  /// Lets the next one in; only the thread that took the lock may.
  @Override
  public void close() throws IOException {
    try (channel) {
      lock.release();
    } finally {
      here.unlock();
    }
  }

  private static void release(ReentrantLock here, @Nullable FileChannel channel)
      throws IOException {
    here.unlock();
    if (channel != null) {
      channel.close();
    }
  }
}
