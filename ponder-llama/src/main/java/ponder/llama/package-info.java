/// The llama.cpp engine, bound through java.lang.foreign.
@NullMarked
package ponder.llama;

import org.jspecify.annotations.NullMarked;
