package ponder.template;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The one kind of value whose attributes a template may set.
final class Namespace implements Attributes {
  private final Map<String, Object> values = new LinkedHashMap<>();

  void set(String name, Object value) {
    if (name.startsWith("_")) {
      throw new Problem("the namespace attribute '%s' begins with an underscore", name);
    }
    values.put(name, value);
  }

  @Override
  public @Nullable Object attribute(String name) {
    return values.get(name);
  }
}
