package ponder.engine;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Hands a request's text from the engine to its caller without ever making the engine wait.
///
/// A bounded queue of events. When it is full, new text joins the last event of its sample, so a
/// slow listener gets fewer and longer deltas and no text is lost. The bound is `limit` plus two
/// events per sample.
final class Mailbox {
  /// @param text what came, or null at the sample's end
  private record Event(int index, @Nullable StringBuilder text) {}

  /// Takes the events on the caller's thread.
  interface Reader {
    void text(int index, String delta);

    void end(int index);
  }

  private final ArrayDeque<Event> events = new ArrayDeque<>();
  private final @Nullable Event[] last;
  private final int limit;

  Mailbox(int samples, int limit) {
    this.last = new Event[samples];
    this.limit = limit;
  }

  /// Adds text of the sample at `index`; true if the caller may be asleep over an empty box.
  synchronized boolean put(int index, String delta) {
    Event latest = last[index];
    if (latest != null && latest.text != null && events.size() >= limit) {
      latest.text.append(delta);
      return false;
    }
    return add(new Event(index, new StringBuilder(delta)));
  }

  /// Marks the end of the sample at `index`.
  synchronized boolean end(int index) {
    return add(new Event(index, null));
  }

  private boolean add(Event event) {
    boolean wasEmpty = events.isEmpty();
    events.add(event);
    last[event.index] = event;
    return wasEmpty;
  }

  private synchronized @Nullable Event poll() {
    Event event = events.poll();
    if (event != null && last[event.index] == event) {
      last[event.index] = null;
    }
    return event;
  }

  /// Gives everything that is there to `reader`, outside the lock.
  void drain(Reader reader) {
    for (Event event = poll(); event != null; event = poll()) {
      StringBuilder text = event.text;
      if (text == null) {
        reader.end(event.index);
      } else {
        reader.text(event.index, text.toString());
      }
    }
  }
}
