package ponder.llama;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import ponder.engine.Backend;

/// Cells `[begin, end)` of a sequence, as the library writes them. Used and closed by the engine's
/// thread.
final class ParkedCells implements Backend.Parked {
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment memory;
  private final int begin;
  private final int end;

  ParkedCells(long bytes, int begin, int end) {
    this.memory = arena.allocate(bytes, 64);
    this.begin = begin;
    this.end = end;
  }

  MemorySegment memory() {
    return memory;
  }

  int begin() {
    return begin;
  }

  int end() {
    return end;
  }

  @Override
  public long bytes() {
    return memory.byteSize();
  }

  @Override
  public void close() {
    arena.close();
  }
}
