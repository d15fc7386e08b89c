/// Methods that make a model think longer: each a [Strategy], listed in [Methods].
@NullMarked
package ponder.search;

import org.jspecify.annotations.NullMarked;
