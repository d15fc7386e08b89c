/// The local engine core: scheduler, prefix tree, sampling, scoring over a [ponder.engine.Backend].
@NullMarked
package ponder.engine;

import org.jspecify.annotations.NullMarked;
