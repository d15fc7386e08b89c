package ponder.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A recorded decode step, owned: the kernels of one run, which a single call starts again.
///
/// A step of a small model is some six hundred kernels of two microseconds each, and telling the
/// GPU each of them takes seven. A graph tells all at once. It repeats the recorded run to the
/// letter, on the same memory, so what changes from step to step must lie in tensors that stay.
final class DecodeGraph implements AutoCloseable {
  private final Cuda cuda;
  private final Arena arena;
  private final MemorySegment graph;
  private final MemorySegment executable;

  private DecodeGraph(Cuda cuda, Arena arena, MemorySegment graph) {
    this.cuda = cuda;
    this.arena = arena;
    this.graph = graph;
    this.executable = cuda.executable(graph);
  }

  /// Records what `work` does on this thread's stream, without doing it. It must have run on that
  /// stream before, so that libraries have set themselves up and memory is at hand.
  ///
  /// @param sharing a graph whose memory this one uses too: the two must not run at once
  /// @throws RuntimeException if something cannot be recorded; the stream records no more then
  static DecodeGraph record(
      Cuda cuda, MemorySegment stream, @Nullable DecodeGraph sharing, Runnable work) {
    Arena arena = Arena.ofShared();
    MemorySegment graph = cuda.newGraph(arena);
    MemorySegment pool = sharing == null ? Cuda.noPool(arena) : cuda.pool(sharing.graph, arena);
    cuda.beginGraph(graph, pool);
    try {
      work.run();
    } catch (RuntimeException e) {
      // The object is left as it is: ending a broken recording would throw in C++.
      cuda.abandon(stream);
      throw e;
    }
    if (!cuda.records(stream)) {
      cuda.abandon(stream);
      throw new IllegalStateException("The GPU broke off recording a step.");
    }
    cuda.endGraph(graph);
    return new DecodeGraph(cuda, arena, graph);
  }

  /// Starts the recorded step; returns before it has ended.
  void launch(MemorySegment stream) {
    cuda.launch(executable, stream);
  }

  @Override
  public void close() {
    cuda.deleteGraph(graph);
    arena.close();
  }
}
