/// Evaluations side by side: what each method is worth at what cost, and how sure that is.
@NullMarked
package ponder.compare;

import org.jspecify.annotations.NullMarked;
