/// Transformers on libtorch: one readable model, its files, its adapters, and the engine over it.
@NullMarked
package ponder.torch;

import org.jspecify.annotations.NullMarked;
