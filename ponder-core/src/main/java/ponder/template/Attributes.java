package ponder.template;

import org.jspecify.annotations.Nullable;

/// An object with named attributes of its own, such as `loop`.
interface Attributes {
  @Nullable Object attribute(String name);
}
