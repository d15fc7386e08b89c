package ponder.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import ponder.core.Seed;
import ponder.engine.Backend;
import ponder.model.AdapterKey;

/// A backend whose logits are a hash of the token path and the adapter, and whose cache remembers
/// for every cell the path that wrote it.
///
/// A row's logits are computed from what the *cache* holds before it, so a scheduler that shares,
/// evicts or rolls back wrongly gets other logits than a run alone would. Besides, everything that
/// a native cache would not forgive or would silently get wrong is noted in [#violations]: a cell
/// read after it was freed, written under another adapter, in the wrong place, or a batch out of
/// shape.
///
/// Faults are injected by the number of the forward. All methods but [#violations], [#usedCells],
/// [#forwards], [#abortAt] and [#abortsAt] belong to one thread, as the interface says.
public final class ScriptedBackend implements Backend {
  /// What goes wrong in a forward.
  public sealed interface Fault {
    /// The forward ends with `outcome`; if some rows get in before, they are spoilt where the
    /// outcome says so.
    record Ends(Outcome outcome) implements Fault {}

    /// The forward throws.
    record Throws(RuntimeException exception) implements Fault {}

    /// The batch is refused if it holds this token.
    record Refuses(int token) implements Fault {}

    /// The first `rows` outputs hold NaN.
    record Nan(int rows) implements Fault {}

    /// The forward lasts until it is aborted.
    record Lasts() implements Fault {}

    /// The first output cannot be read.
    record Missing() implements Fault {}
  }

  /// A shape to begin with: as many ids as [ByteTokenizer] has, and a roomy cache.
  public static final Shape ROOMY =
      new Shape(ByteTokenizer.SIZE, 512, 4096, 64, 128, 64, 8, 16, true);

  private static final long SPOILT = 0xDEAD;

  /// A token's place in the cache.
  private static final class Cell {
    private final long path;
    private final int position;
    private final @Nullable AdapterKey adapter;
    private int holders;

    Cell(long path, int position, @Nullable AdapterKey adapter) {
      this.path = path;
      this.position = position;
      this.adapter = adapter;
    }
  }

  private final Shape shape;
  private final IntFunction<@Nullable Fault> faults;
  private final boolean shapeMatters;
  private final List<List<Cell>> sequences = new ArrayList<>();
  private final Set<AdapterKey> adapters = new HashSet<>();
  private final List<String> violations = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger used = new AtomicInteger();
  private final AtomicInteger forwards = new AtomicInteger();
  private final AtomicInteger rows = new AtomicInteger();
  private final AtomicInteger parked = new AtomicInteger();
  private @Nullable AdapterKey adapter;
  private long[] outputs = {};
  private boolean[] written = {};
  private boolean hiddenOutputs;
  private int nanOutputs;
  private boolean missingOutput;
  private boolean fickle;
  private boolean mixing;
  private volatile boolean closed;
  private volatile long abortAt = Long.MAX_VALUE;
  private volatile int restarts;

  public ScriptedBackend(Shape shape) {
    this(shape, forward -> null);
  }

  /// @param faults gives what goes wrong in the forward of this number, counted from 0; null for
  ///   nothing
  public ScriptedBackend(Shape shape, IntFunction<@Nullable Fault> faults) {
    this(shape, faults, false);
  }

  /// @param faults gives what goes wrong in the forward of this number, counted from 0; null for
  ///   nothing
  /// @param shapeMatters whether a row's result also depends on the batch's size and the row's
  ///   place in it, as kernels make it
  public ScriptedBackend(Shape shape, IntFunction<@Nullable Fault> faults, boolean shapeMatters) {
    this.shapeMatters = shapeMatters;
    this.shape = shape;
    this.faults = faults;
    for (int i = 0; i < shape.sequenceIds(); i++) {
      sequences.add(new ArrayList<>());
    }
  }

  /// Lets parking and putting back fail now and then, as for want of memory.
  public ScriptedBackend fickle() {
    fickle = true;
    return this;
  }

  /// Computes each row under its own adapter.
  public ScriptedBackend mixing() {
    mixing = true;
    return this;
  }

  @Override
  public boolean mixesAdapters() {
    return mixing;
  }

  /// The path hash of `tokens` under `adapter`.
  public static long path(int[] tokens, int length, @Nullable AdapterKey adapter) {
    long path = root(adapter);
    for (int i = 0; i < length; i++) {
      path = extend(path, tokens[i]);
    }
    return path;
  }

  private static long root(@Nullable AdapterKey adapter) {
    return adapter == null ? 1 : Seed.mix(adapter.hashCode() + 7919L);
  }

  private static long extend(long path, int token) {
    return Seed.mix(path * 31 + token + 1);
  }

  /// The logits that follow a path, in [-5, 5).
  public static void logits(long path, float[] into) {
    for (int i = 0; i < into.length; i++) {
      into[i] = (Seed.mix(path + i * 0x9E3779B97F4A7C15L) >>> 40) * (10f / (1 << 24)) - 5;
    }
  }

  /// What went wrong in the use of this backend; empty if nothing.
  public List<String> violations() {
    return List.copyOf(violations);
  }

  /// Cells that some sequence holds.
  public int usedCells() {
    return used.get();
  }

  /// How many forwards have been asked for.
  public int forwards() {
    return forwards.get();
  }

  /// How many rows ended well.
  public int rows() {
    return rows.get();
  }

  /// When forwards are aborted, as it was last set.
  public long abortsAt() {
    return abortAt;
  }

  public int restarts() {
    return restarts;
  }

  public boolean isClosed() {
    return closed;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  private void violation(String text) {
    violations.add("forward " + forwards.get() + ": " + text);
  }

  private void require(boolean holds, String text) {
    if (!holds) {
      violation(text);
    }
  }

  @Override
  public Outcome forward(Batch batch, boolean hidden) {
    require(!closed, "used after closing");
    Fault fault = faults.apply(forwards.getAndIncrement());
    nanOutputs = 0;
    missingOutput = false;
    checkShape(batch, hidden);
    if (fault instanceof Fault.Throws thrown) {
      throw thrown.exception();
    }
    while (fault instanceof Fault.Lasts && System.nanoTime() < abortAt) {
      LockSupport.parkNanos(100_000);
    }
    if (fault instanceof Fault.Lasts) {
      return fail(batch, Outcome.ABORTED);
    }
    if (fault instanceof Fault.Ends ends && ends.outcome() != Outcome.OK) {
      return fail(batch, ends.outcome());
    }
    if (fault instanceof Fault.Refuses refuses && holds(batch, refuses.token())) {
      return fail(batch, Outcome.BAD_BATCH);
    }
    if (used.get() + batch.rows > shape.cells()) {
      violation("no cells for " + batch.rows + " rows beside " + used.get());
      return Outcome.NO_CELLS;
    }
    compute(batch, batch.rows, false);
    hiddenOutputs = hidden;
    rows.addAndGet(batch.rows);
    if (fault instanceof Fault.Nan nan) {
      nanOutputs = nan.rows();
    }
    missingOutput = fault instanceof Fault.Missing;
    return Outcome.OK;
  }

  @Override
  public void abortAt(long nanoTime) {
    abortAt = nanoTime;
  }

  private static boolean holds(Batch batch, int token) {
    for (int r = 0; r < batch.rows; r++) {
      if (batch.token[r] == token) {
        return true;
      }
    }
    return false;
  }

  private Outcome fail(Batch batch, Outcome outcome) {
    if (outcome == Outcome.ABORTED || outcome == Outcome.FAILED) {
      int some = Math.min(batch.rows / 2, shape.cells() - used.get());
      compute(batch, some, outcome == Outcome.FAILED);
    }
    Arrays.fill(written, false);
    return outcome;
  }

  private void checkShape(Batch batch, boolean hidden) {
    require(batch.rows > 0, "an empty batch");
    require(batch.rows <= shape.batchRows(), batch.rows + " rows are more than a batch holds");
    require(batch.outputs <= shape.outputRows(), batch.outputs + " outputs are too many");
    int marked = 0;
    for (int r = 0; r < batch.rows; r++) {
      marked += batch.output[r] ? 1 : 0;
      require(
          batch.token[r] >= 0 && batch.token[r] < shape.vocabularySize(), "a token out of range");
      require(
          batch.sequence[r] >= 0 && batch.sequence[r] < shape.sequenceIds() - 1,
          "sequence " + batch.sequence[r] + " is out of range");
      require(batch.position[r] < shape.contextLength(), "position " + batch.position[r]);
    }
    require(marked == batch.outputs, "outputs are miscounted");
    require(!hidden || marked == batch.rows, "hidden states are wanted of some rows only");
    for (int r = 0; r < batch.rows; r++) {
      AdapterKey own = mixing ? batch.adapter[r] : adapter;
      require(own == null || adapters.contains(own), "adapter " + own + " is not loaded");
      require(Objects.equals(own, batch.adapter[r]), "a row is not computed under its adapter");
    }
  }

  private void compute(Batch batch, int count, boolean spoilt) {
    outputs = new long[batch.rows];
    written = new boolean[batch.rows];
    for (int r = 0; r < count; r++) {
      List<Cell> cells = sequences.get(batch.sequence[r]);
      if (mixing) {
        adapter = batch.adapter[r];
      }
      require(
          cells.size() == batch.position[r],
          "sequence %d has %d cells, not %d"
              .formatted(batch.sequence[r], cells.size(), batch.position[r]));
      long before = read(cells);
      long numerics = shapeMatters ? Seed.mix(batch.rows * 1000L + r) : 0;
      long path = extend((spoilt ? before + SPOILT : before) + numerics, batch.token[r]);
      Cell cell = new Cell(path, cells.size(), adapter);
      hold(cells, cell);
      outputs[r] = path;
      written[r] = batch.output[r];
    }
  }

  /// The path that these cells stand for, checked from the first to the last.
  private long read(List<Cell> cells) {
    for (int i = 0; i < cells.size(); i++) {
      Cell cell = cells.get(i);
      require(cell.holders > 0, "a freed cell is read");
      require(cell.position == i, "a cell lies in the wrong place");
      require(Objects.equals(cell.adapter, adapter), "a cell of another adapter is read");
    }
    return cells.isEmpty() ? root(adapter) : cells.getLast().path;
  }

  private void hold(List<Cell> cells, Cell cell) {
    cells.add(cell);
    if (cell.holders++ == 0) {
      used.incrementAndGet();
    }
  }

  private void letGo(Cell cell) {
    if (--cell.holders == 0) {
      used.decrementAndGet();
    }
  }

  @Override
  public boolean logits(int row, float[] into) {
    if (!readable(row) || hiddenOutputs) {
      return false;
    }
    if (row < rowOfOutput(nanOutputs)) {
      Arrays.fill(into, Float.NaN);
    } else {
      logits(outputs[row], into);
    }
    return true;
  }

  private boolean readable(int row) {
    return row >= 0
        && row < written.length
        && written[row]
        && !(missingOutput && row < rowOfOutput(1));
  }

  /// The first row behind the first `count` outputs.
  private int rowOfOutput(int count) {
    int left = count;
    for (int r = 0; r < written.length && count > 0; r++) {
      if (written[r] && --left == 0) {
        return r + 1;
      }
    }
    return count > 0 ? written.length : 0;
  }

  @Override
  public boolean hiddenState(int row, float[] into) {
    if (!readable(row) || !hiddenOutputs) {
      return false;
    }
    logits(outputs[row] + 1, into);
    return true;
  }

  @Override
  public void share(int from, int to, int length) {
    List<Cell> source = sequences.get(from);
    List<Cell> target = sequences.get(to);
    require(target.isEmpty(), "sequence " + to + " is not empty");
    require(source.size() >= length, "sequence " + from + " is shorter than " + length);
    require(
        shape.partialRemoval() || source.size() == length,
        "a state is shared at an earlier length");
    for (Cell cell : source.subList(0, Math.min(length, source.size()))) {
      hold(target, cell);
    }
  }

  @Override
  public void remove(int id, int from) {
    List<Cell> cells = sequences.get(id);
    require(shape.partialRemoval() || from == 0, "sequence " + id + " is cut to " + from);
    while (cells.size() > from) {
      letGo(cells.removeLast());
    }
  }

  @Override
  public void replace(int from, int to, int begin, int end) {
    List<Cell> source = sequences.get(from);
    List<Cell> target = sequences.get(to);
    if (source.size() < end || target.size() < end || !shape.partialRemoval()) {
      violation("[%d, %d) of %d cannot replace that of %d".formatted(begin, end, from, to));
      return;
    }
    for (int i = begin; i < end; i++) {
      Cell old = target.get(i);
      Cell cell = source.get(i);
      require(old != cell, "a cell replaces itself");
      require(old.path == cell.path, "other tokens are put in place");
      cell.holders++;
      target.set(i, cell);
      letGo(old);
    }
  }

  /// Copies of cells, in host memory.
  private final class ParkedCells implements Parked {
    private final List<Cell> cells;
    private boolean freed;

    ParkedCells(List<Cell> cells) {
      this.cells = cells;
      parked.addAndGet(cells.size());
    }

    @Override
    public long bytes() {
      return cells.size() * shape.bytesPerCell();
    }

    @Override
    public void close() {
      require(!freed, "parked cells are freed twice");
      freed = true;
      parked.addAndGet(-cells.size());
    }
  }

  @Override
  public @Nullable Parked park(int id, int begin, int end) {
    List<Cell> cells = sequences.get(id);
    require(begin < end && end <= cells.size(), "cells are parked that are not there");
    return fickle && forwards.get() % 7 == 6
        ? null
        : new ParkedCells(List.copyOf(cells.subList(begin, end)));
  }

  @Override
  public boolean unpark(Parked from, int id, int begin, int end) {
    List<Cell> target = sequences.get(id);
    require(target.size() == begin, "parked cells are put behind " + target.size() + " others");
    if (!(from instanceof ParkedCells taken) || taken.freed) {
      violation("freed cells are put back");
      return false;
    }
    require(used.get() + taken.cells.size() <= shape.cells(), "no cells to put back into");
    if (fickle && forwards.get() % 5 == 4) {
      return false;
    }
    int offset = taken.cells.getFirst().position;
    for (Cell cell : taken.cells.subList(begin - offset, end - offset)) {
      hold(target, new Cell(cell.path, cell.position, cell.adapter));
    }
    return true;
  }

  @Override
  public void clear() {
    Set<Cell> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (List<Cell> cells : sequences) {
      seen.addAll(cells);
      cells.clear();
    }
    seen.forEach(cell -> cell.holders = 0);
    used.set(0);
  }

  @Override
  public int length(int id) {
    return sequences.get(id).size();
  }

  @Override
  public void loadAdapter(AdapterKey key, Path file) {
    adapters.add(key);
  }

  @Override
  public void unloadAdapter(AdapterKey key) {
    adapters.remove(key);
  }

  @Override
  public void useAdapter(@Nullable AdapterKey key) {
    require(!mixing, "an adapter is set although rows have their own");
    require(key == null || adapters.contains(key), "adapter " + key + " is not loaded");
    adapter = key;
  }

  @Override
  public void restart() {
    clear();
    restarts++;
  }

  @Override
  public String describe() {
    return "scripted";
  }

  @Override
  public void close() {
    require(parked.get() == 0, parked + " parked cells are left");
    closed = true;
  }
}
