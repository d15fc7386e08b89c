/// Evaluations: a method on a data set, problem by problem, resumable, with its result files.
@NullMarked
package ponder.eval;

import org.jspecify.annotations.NullMarked;
