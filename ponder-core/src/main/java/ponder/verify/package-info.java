/// Judges of solutions and of their steps.
@NullMarked
package ponder.verify;

import org.jspecify.annotations.NullMarked;
