/// Model files in the GGUF format: reading, and checks that native code can be trusted with them.
@NullMarked
package ponder.gguf;

import org.jspecify.annotations.NullMarked;
