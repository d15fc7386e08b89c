package ponder.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The variable `loop` inside a loop.
final class Loop implements Attributes, Callable {
  private final List<Object> items;
  private final int depth;
  private final @Nullable Callable again;
  private int index;
  private @Nullable Object last;

  /// @param again what calling `loop` does in a recursive loop
  Loop(List<Object> items, int depth, @Nullable Callable again) {
    this.items = items;
    this.depth = depth;
    this.again = again;
  }

  void moveTo(int newIndex) {
    index = newIndex;
  }

  int depth() {
    return depth;
  }

  @Override
  public Object call(Inputs inputs) {
    if (again == null) {
      throw new Problem("the loop is not recursive");
    }
    return again.call(inputs);
  }

  @Override
  public @Nullable Object attribute(String name) {
    return switch (name) {
      case "index" -> index + 1L;
      case "index0" -> (long) index;
      case "revindex" -> (long) items.size() - index;
      case "revindex0" -> items.size() - index - 1L;
      case "first" -> index == 0;
      case "last" -> index == items.size() - 1;
      case "length" -> (long) items.size();
      case "depth" -> depth + 1L;
      case "depth0" -> (long) depth;
      case "previtem" ->
          index > 0 ? items.get(index - 1) : new Undefined("there is no previous item");
      case "nextitem" ->
          index + 1 < items.size() ? items.get(index + 1) : new Undefined("there is no next item");
      case "cycle" -> (Callable) this::cycle;
      case "changed" -> (Callable) this::changed;
      default -> null;
    };
  }

  private Object cycle(Inputs inputs) {
    if (inputs.positional().isEmpty()) {
      throw new Problem("there is nothing to cycle through");
    }
    return inputs.positional().get(index % inputs.positional().size());
  }

  private Object changed(Inputs inputs) {
    Object now = new Tuple(inputs.positional());
    boolean changed = last == null || !Values.equal(last, now);
    last = now;
    return changed;
  }
}
