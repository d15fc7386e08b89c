/// Tokenizers that need no engine: byte-level byte-pair encoding as GGUF files describe it.
@NullMarked
package ponder.tokenize;

import org.jspecify.annotations.NullMarked;
